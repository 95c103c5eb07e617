// Taints of nodes: which a pod tolerates, and how a controller adds or takes away its own.

import type { Client } from '../../client/client.ts';
import { tolerates } from '../../kube/tolerations.ts';
import { Nodes } from '../../schema/generated/resources.ts';
import type { V1Node, V1Taint, V1Toleration } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import { withRetry } from './retry.ts';

/** Whether two taints are one: the value doesn't count. */
export function sameTaint(a: V1Taint, b: V1Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** The tolerations that some taint needs; undefined when a taint isn't tolerated at all. */
export function tolerationsUsed(
  taints: readonly V1Taint[],
  tolerations: readonly V1Toleration[],
): readonly V1Toleration[] | undefined {
  const used: V1Toleration[] = [];
  for (const taint of taints) {
    const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return undefined;
    used.push(...matching);
  }
  return used;
}

/** Adds some taints to a node and then takes others away, against what the server has now. */
export function* swapTaints(
  client: Client,
  name: string,
  add: readonly V1Taint[],
  remove: readonly V1Taint[],
  now: TimeMs,
): Work<void> {
  const dated = add.map((taint) => ({ ...taint, timeAdded: rfc3339(now) }));
  yield* changeTaints(client, name, (taints) => withTaints(taints, dated));
  yield* changeTaints(client, name, (taints) => taints.filter((taint) => !remove.some((one) => sameTaint(one, taint))));
}

/** A taint that is there already keeps its time unless its value changes. */
function withTaints(taints: readonly V1Taint[], add: readonly V1Taint[]): readonly V1Taint[] {
  let result = taints;
  for (const taint of add) {
    const known = result.find((one) => sameTaint(one, taint));
    if (known !== undefined && (known.value ?? '') === (taint.value ?? '')) continue;
    result = [...result.filter((one) => one !== known), taint];
  }
  return result;
}

function* changeTaints(
  client: Client,
  name: string,
  change: (taints: readonly V1Taint[]) => readonly V1Taint[],
): Work<void> {
  yield* withRetry(function* () {
    const node: V1Node = yield* client.get(Nodes, { name });
    const taints = node.spec?.taints ?? [];
    const next = change(taints);
    if (next === taints || (next.length === taints.length && next.every((taint, i) => taint === taints[i]))) return;
    const body = {
      metadata: { resourceVersion: node.metadata?.resourceVersion ?? '' },
      spec: { taints: next.length === 0 ? null : next },
    };
    yield* client.patch(Nodes, { name }, { type: 'strategic', body });
  });
}
