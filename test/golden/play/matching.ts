// Finds our pod for each recorded one when a step names it: by the prefix of its name, its node, the order of creation.

import { isArray, isObject, type JsonObject, type JsonValue, listAt, textAt } from '../json.ts';
import { addNamePair, type Pairs, scan } from '../normalise.ts';
import type { World } from '../world.ts';
import { read } from './calls.ts';
import { waitFor } from './until.ts';

/** What a recording tells of a generated name anywhere in it. */
interface Known {
  readonly prefix: string;
  readonly node: string | undefined;
  /** Its place among those of its prefix, in the order of their creation. */
  readonly rank: number;
}

export type Roster = ReadonlyMap<string, Known>;

/** All pods with generated names in a recording. */
export function rosterOf(recorded: JsonObject): Roster {
  const nodes = new Map<string, string>();
  const created: string[] = [];
  for (const event of listAt(recorded, 'events')) {
    const message = textAt(event, 'message') ?? '';
    const name = /^(?:Created pod: |create Pod )(\S+)/.exec(message)?.[1];
    if (name !== undefined) created.push(name);
    const [, pod, node] = /^Successfully assigned [^/]+\/(\S+) to (\S+)/.exec(message) ?? [];
    if (pod !== undefined && node !== undefined) nodes.set(pod, node);
  }
  const seen = [...new Set([...created, ...podsIn(recorded, nodes)])];
  const ranks = new Map<string, number>();
  return new Map(
    seen.filter(isGenerated).map((name) => {
      const prefix = name.slice(0, -5);
      const rank = ranks.get(prefix) ?? 0;
      ranks.set(prefix, rank + 1);
      return [name, { prefix, node: nodes.get(name), rank }];
    }),
  );
}

/** Names of pods in the order in which they appear; notes their nodes on the way. */
function podsIn(value: JsonValue, nodes: Map<string, string>): readonly string[] {
  if (isArray(value)) return value.flatMap((item) => podsIn(item, nodes));
  if (!isObject(value)) return [];
  const name = textAt(value, 'metadata', 'name') ?? textAt(value, 'name');
  const node = textAt(value, 'spec', 'nodeName') ?? textAt(value, 'node');
  if (name !== undefined && node !== undefined && !nodes.has(name)) nodes.set(name, node);
  const own = name !== undefined && (node !== undefined || 'phase' in value) ? [name] : [];
  const named =
    textAt(value, 'kubelet') === undefined ? [] : listAt(value, 'pods').filter((pod) => typeof pod === 'string');
  const inner = Object.values(value).flatMap((item) => (item === undefined ? [] : podsIn(item, nodes)));
  return [...own, ...named, ...inner];
}

function isGenerated(name: string): boolean {
  return scan(name).at(-1)?.kind === 'name';
}

/** Our names for recorded pods, paired for good. Waits until there are such pods; fails when there never are. */
export async function matchPods(
  world: World,
  namespace: string,
  names: readonly string[],
  roster: Roster,
  pairs: Pairs,
): Promise<readonly string[]> {
  const paired = new Map<string, string>();
  const rank = (name: string) => roster.get(name)?.rank ?? 0;
  const inOrder = [...names].sort((a, b) => rank(a) - rank(b));
  const settled = await waitFor(world, 20_000, async () => {
    const pods = listAt(await read(world, `/api/v1/namespaces/${namespace}/pods`), 'items');
    return inOrder.every((name) => paired.has(name) || pairPod(name, pods, roster, pairs, paired));
  });
  if (settled) return names.map((name) => paired.get(name) ?? name);
  throw new Error(`no pod matches ${names.filter((name) => !paired.has(name)).join(', ')}`);
}

function pairPod(
  name: string,
  pods: readonly JsonValue[],
  roster: Roster,
  pairs: Pairs,
  paired: Map<string, string>,
): boolean {
  const known = roster.get(name);
  const own = known === undefined ? pods.find((pod) => nameOf(pod) === name) : candidate(name, known, pods, pairs);
  if (own === undefined) return false;
  if (known !== undefined) addNamePair(pairs, name, nameOf(own));
  paired.set(name, nameOf(own));
  return true;
}

function candidate(name: string, known: Known, pods: readonly JsonValue[], pairs: Pairs): JsonValue | undefined {
  const already = pairs.ours.get(name.slice(-5));
  if (already !== undefined) return pods.find((pod) => nameOf(pod) === known.prefix + already);
  const free = pods
    .filter(
      (pod) => nameOf(pod).slice(0, -5) === known.prefix && textAt(pod, 'metadata', 'generateName') === known.prefix,
    )
    .filter((pod) => !pairs.theirs.has(nameOf(pod).slice(-5)))
    .filter((pod) => known.node === undefined || textAt(pod, 'spec', 'nodeName') === known.node)
    .sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : createdAt(a) > createdAt(b) ? 1 : 0));
  const living = free.filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  return living[0] ?? free[0];
}

function nameOf(pod: JsonValue): string {
  return textAt(pod, 'metadata', 'name') ?? '';
}

function createdAt(pod: JsonValue): string {
  return textAt(pod, 'metadata', 'creationTimestamp') ?? '';
}
