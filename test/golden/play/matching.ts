// Finds our pod for each recorded one when a step names it: by the prefix of its name, its node, the order of creation.

import { isArray, isObject, type JsonObject, type JsonValue, listAt, textAt } from '../json.ts';
import { masked, scan } from '../normalise.ts';
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

/** Which deeds have been done to which pod, by its recorded name and by ours: who had the same is as good as another. */
export interface Deeds {
  readonly recorded: Map<string, string>;
  readonly own: Map<string, string>;
}

export function noDeeds(): Deeds {
  return { recorded: new Map(), own: new Map() };
}

/**
 * Our pods for recorded ones to whom a deed is to be done. Waits until there are such pods; fails when there never are.
 * Among those that nothing tells apart, the one stands for the other that was created as the same of its owner's; else
 * the first created for the first created.
 */
export async function matchPods(
  world: World,
  namespace: string,
  names: readonly string[],
  roster: Roster,
  deeds: Deeds,
  deed: string,
): Promise<readonly string[]> {
  const rank = (name: string) => roster.get(name)?.rank ?? 0;
  const inOrder = [...names].sort((a, b) => rank(a) - rank(b));
  let chosen = new Map<string, string>();
  const settled = await waitFor(world, 20_000, async () => {
    const pods = listAt(await read(world, `/api/v1/namespaces/${namespace}/pods`), 'items');
    const ours = rosterOf({ events: listAt(await read(world, `/api/v1/namespaces/${namespace}/events`), 'items') });
    chosen = new Map();
    for (const name of inOrder) {
      const own = candidate(name, roster.get(name), pods, deeds, new Set(chosen.values()), ours);
      if (own !== undefined) chosen.set(name, nameOf(own));
    }
    return chosen.size === names.length;
  });
  if (!settled) throw new Error(`no pod matches ${names.filter((name) => !chosen.has(name)).join(', ')}`);
  for (const [name, own] of chosen) {
    deeds.recorded.set(name, `${deeds.recorded.get(name) ?? ''} ${deed}`);
    deeds.own.set(own, `${deeds.own.get(own) ?? ''} ${deed}`);
  }
  return names.map((name) => chosen.get(name) ?? name);
}

function candidate(
  name: string,
  known: Known | undefined,
  pods: readonly JsonValue[],
  deeds: Deeds,
  taken: ReadonlySet<string>,
  ours: Roster,
): JsonValue | undefined {
  if (known === undefined) return pods.find((pod) => nameOf(pod) === name);
  const fits = pods
    .filter((pod) => textAt(pod, 'metadata', 'generateName') === nameOf(pod).slice(0, -5))
    .filter((pod) => masked(nameOf(pod).slice(0, -5)) === masked(known.prefix) && !taken.has(nameOf(pod)))
    .filter((pod) => deeds.own.get(nameOf(pod)) === deeds.recorded.get(name))
    .sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : createdAt(a) > createdAt(b) ? 1 : 0));
  const onNode = fits.filter((pod) => known.node === undefined || textAt(pod, 'spec', 'nodeName') === known.node);
  const living = onNode.filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  return living.find((pod) => ours.get(nameOf(pod))?.rank === known.rank) ?? living[0] ?? onNode[0];
}

function nameOf(pod: JsonValue): string {
  return textAt(pod, 'metadata', 'name') ?? '';
}

function createdAt(pod: JsonValue): string {
  return textAt(pod, 'metadata', 'creationTimestamp') ?? '';
}
