// The pod garbage collector takes away pods that nobody can end any more: those of nodes that are gone, those that were
// never bound, and very many that are over.
//
// observe: pods and nodes, every 20 seconds.
// diff:    `forsaken` says which pods have to go, and why.
// act:     say so in their status, and delete them without grace.

import type { Client } from '../client/client.ts';
import { own } from '../kube/json.ts';
import { reasonOf } from '../kube/status.ts';
import { Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1Node, V1Pod } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { parseTime, seconds, type TimeMs } from '../time/units.ts';
import type { Controller } from './controller.ts';
import { markDisrupted } from './shared/disruption.ts';
import { isOver } from './shared/pods.ts';

const PERIOD = seconds(20);
/** A node may come back: its pods are given up only after this time. */
const QUARANTINE_MS = 40_000;
/** More pods that are over are not kept. */
const TERMINATED_MAX = 12_500;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/** Since when each node is missed. Plain data. */
type Missed = Map<string, TimeMs>;

export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector',
  setup({ component, client }) {
    const pods = component.informer(Pods);
    const nodes = component.informer(Nodes);
    const missed = component.memory<Missed>('missed nodes', () => new Map());
    const timer = component.timer<object>(
      'collect pods',
      function* (_, turn) {
        timer.post({}, PERIOD, []);
        const gone = new Set<string>();
        for (const name of missedFor(missed(), pods.list(), (node) => nodes.get(node) !== undefined, turn.now()))
          if ((yield* turn.client.find(Nodes, { name })) === undefined) gone.add(name);
        for (const { pod, orphaned } of forsaken(pods.list(), (name) => nodes.get(name), gone))
          yield* remove(turn.client, pod, orphaned, turn.now());
      },
      client,
    );
    component.onStart(() => timer.post({}, PERIOD, []));
  },
};

/** Notes which nodes pods are bound to that aren't there, and answers those that are missed for long enough. */
function missedFor(
  missed: Missed,
  pods: readonly V1Pod[],
  exists: (node: string) => boolean,
  now: TimeMs,
): readonly string[] {
  const absent = new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []).filter((name) => !exists(name)));
  for (const name of [...missed.keys()]) if (!absent.has(name)) missed.delete(name);
  for (const name of absent) if (!missed.has(name)) missed.set(name, now);
  return [...missed].filter(([, since]) => now - since >= QUARANTINE_MS).map(([name]) => name);
}

/** A pod that has to go; `orphaned`: because its node has gone. */
interface Forsaken {
  readonly pod: V1Pod;
  readonly orphaned: boolean;
}

/** Pure. `gone`: the nodes that are known not to come back. */
function forsaken(
  pods: readonly V1Pod[],
  nodeOf: (name: string) => V1Node | undefined,
  gone: ReadonlySet<string>,
): readonly Forsaken[] {
  const over = pods.filter(isOver).sort(evictedAndOldFirst);
  const tooMany = new Set(over.slice(0, Math.max(0, over.length - TERMINATED_MAX)));
  return pods.flatMap((pod): Forsaken[] => {
    const node = pod.spec?.nodeName;
    if (node !== undefined && gone.has(node)) return [{ pod, orphaned: true }];
    const going = pod.metadata?.deletionTimestamp !== undefined;
    const stuck = going && (node === undefined || isOutOfService(nodeOf(node)));
    return stuck || tooMany.has(pod) ? [{ pod, orphaned: false }] : [];
  });
}

function isOutOfService(node: V1Node | undefined): boolean {
  if (node === undefined) return false;
  const ready = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  return !ready && node.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE) === true;
}

function evictedAndOldFirst(a: V1Pod, b: V1Pod): number {
  const [left, right] = [a, b].map(({ status }) => (status?.reason === 'Evicted' ? 0 : 1));
  const age = ({ metadata }: V1Pod) => parseTime(metadata?.creationTimestamp) ?? 0;
  return (
    (left ?? 0) - (right ?? 0) || age(a) - age(b) || ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1)
  );
}

function* remove(client: Client, pod: V1Pod, orphaned: boolean, now: TimeMs): Work<void> {
  const { name = '', namespace } = pod.metadata ?? {};
  try {
    if (!isOver(pod)) {
      if (orphaned)
        yield* markDisrupted(client, pod, 'DeletionByPodGC', 'PodGC: node no longer exists', now, { phase: 'Failed' });
      else {
        const body = { metadata: { uid: pod.metadata?.uid ?? '' }, status: { phase: 'Failed' } };
        yield* client.patch(Pods, { name, namespace }, { type: 'strategic', subresource: 'status', body });
      }
    }
    yield* client.delete(Pods, { name, namespace }, { gracePeriodSeconds: 0 });
  } catch (error) {
    if (reasonOf(error) !== 'NotFound' && own({ Conflict: true }, reasonOf(error) ?? '') === undefined) throw error;
  }
}
