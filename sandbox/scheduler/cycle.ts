// One attempt to find a node for a pod: filter the nodes, score those that are left, take the best. Nothing is done here,
// and nothing remembered.

import { type Diagnosis, newDiagnosis } from './diagnosis.ts';
import { addPod, copyNodeInfo, type NodeInfo } from './nodeinfo.ts';
import { type Filter, isRejection, type Rejection } from './plugin.ts';
import type { PodInfo } from './podinfo.ts';
import type { Profile } from './profiles.ts';
import type { Snapshot } from './snapshot.ts';

/** What an attempt starts from. */
export interface Attempt {
  readonly profile: Profile;
  readonly pod: PodInfo;
  readonly snapshot: Snapshot;
  /** Where among the nodes to begin, so that not always the same ones are looked at first. */
  readonly start: number;
  /** Pods that room was made for on a node. */
  nominated(node: string): readonly PodInfo[];
  /** Of this many equally good nodes, which one. */
  pick(equals: number): number;
}

/** The checks of all plug-ins that have something to say about a pod. */
export type Filters = readonly Filter[];

export interface NodeScores {
  readonly plugin: string;
  readonly raw: readonly number[];
  readonly weighted: readonly number[];
}

type Choice =
  | { readonly node: NodeInfo; readonly feasible: readonly NodeInfo[]; readonly scores: readonly NodeScores[] }
  | { readonly node: undefined; readonly filters: Filters | undefined };

export interface Result {
  readonly choice: Choice;
  readonly diagnosis: Diagnosis;
  /** How many nodes were looked at. */
  readonly looked: number;
}

export function findNode(attempt: Attempt): Result {
  const { profile, pod, snapshot } = attempt;
  const diagnosis = newDiagnosis(snapshot.nodes.length);
  const filters = prepareFilters(profile, pod, snapshot, diagnosis);
  if (filters === undefined) return { choice: { node: undefined, filters }, diagnosis, looked: 0 };
  const feasible = nominatedNode(attempt, filters) ?? passing(attempt, filters, diagnosis);
  const looked = feasible.length + diagnosis.rejections.size;
  const [first] = feasible;
  if (first === undefined) return { choice: { node: undefined, filters }, diagnosis, looked };
  if (feasible.length === 1) return { choice: { node: first, feasible, scores: [] }, diagnosis, looked };
  const scores = scored(profile, pod, snapshot, feasible);
  const node = best(feasible, scores, attempt.pick) ?? first;
  return { choice: { node, feasible, scores }, diagnosis, looked };
}

/** Undefined when the pod fits nowhere, whatever the nodes. */
function prepareFilters(
  { plugins }: Profile,
  pod: PodInfo,
  snapshot: Snapshot,
  diagnosis: Diagnosis,
): Filters | undefined {
  const filters: Filter[] = [];
  const restricting = new Set<string>();
  let only: ReadonlySet<string> | undefined;
  let refused: Rejection | undefined;
  for (const { plugin } of plugins) {
    const result = plugin.filter?.(pod, snapshot);
    if (result === undefined) continue;
    if (isRejection(result)) {
      refused = result;
      if (result.code === 'Unschedulable') continue;
      break;
    }
    filters.push(result);
    if (result.only === undefined) continue;
    restricting.add(plugin.name);
    const here = only;
    only = here === undefined ? result.only : new Set([...result.only].filter((name) => here.has(name)));
    if (only.size > 0) continue;
    refused = { code: 'UnschedulableAndUnresolvable', plugin: plugin.name, reasons: [nowhere(restricting)] };
    for (const name of restricting) diagnosis.plugins.add(name);
    break;
  }
  if (refused !== undefined) {
    diagnosis.plugins.add(refused.plugin);
    diagnosis.others = refused;
    diagnosis.before = refused.reasons.join(', ');
    return undefined;
  }
  if (only !== undefined) {
    for (const name of restricting) diagnosis.plugins.add(name);
    const reason = `node(s) didn't satisfy plugin(s) [${[...restricting].sort().join(' ')}]`;
    diagnosis.others = { code: 'UnschedulableAndUnresolvable', plugin: '', reasons: [reason] };
  }
  return filters;
}

function nowhere(plugins: ReadonlySet<string>): string {
  const names = [...plugins].sort();
  return names.length === 1
    ? `node(s) didn't satisfy plugin ${names[0]}`
    : `node(s) didn't satisfy plugin(s) [${names.join(' ')}] simultaneously`;
}

/** The node that room was made on, if it will do. */
function nominatedNode(attempt: Attempt, filters: Filters): readonly NodeInfo[] | undefined {
  const name = attempt.pod.pod.status?.nominatedNodeName ?? '';
  const node = name === '' ? undefined : attempt.snapshot.node(name);
  return node !== undefined && rejectionOf(attempt, filters, node) === undefined ? [node] : undefined;
}

/** The nodes that pass all filters, until there are enough to choose from. */
function passing(attempt: Attempt, filters: Filters, diagnosis: Diagnosis): readonly NodeInfo[] {
  const { snapshot, start, profile } = attempt;
  const only = restriction(filters);
  const nodes = only === undefined ? snapshot.nodes : snapshot.nodes.filter(({ name }) => only.has(name));
  const enough = enoughNodes(nodes.length, profile.percentageOfNodesToScore);
  const feasible: NodeInfo[] = [];
  for (let i = 0; i < nodes.length && feasible.length < enough; i++) {
    const node = nodes[(start + i) % nodes.length];
    if (node === undefined) continue;
    const rejection = rejectionOf(attempt, filters, node);
    if (rejection === undefined) feasible.push(node);
    else {
      diagnosis.rejections.set(node.name, rejection);
      diagnosis.plugins.add(rejection.plugin);
    }
  }
  return feasible;
}

function restriction(filters: Filters): ReadonlySet<string> | undefined {
  let result: ReadonlySet<string> | undefined;
  for (const { only } of filters) {
    if (only === undefined) continue;
    const here = result;
    result = here === undefined ? only : new Set([...only].filter((name) => here.has(name)));
  }
  return result;
}

const FEASIBLE_MIN = 100;
const PERCENTAGE_MIN = 5;

/** In big clusters not all nodes are worth looking at: half of 100 nodes, fewer of more, at least a twentieth. */
function enoughNodes(nodes: number, percentage = 0): number {
  if (nodes < FEASIBLE_MIN) return nodes;
  const share = percentage === 0 ? Math.max(50 - Math.trunc(nodes / 125), PERCENTAGE_MIN) : percentage;
  return Math.max(Math.trunc((nodes * share) / 100), FEASIBLE_MIN);
}

/**
 * Why a node is turned down. Pods of at least this priority that room was made for on this node count as if they were
 * there; but the pod must fit without them too, since they may never come.
 */
export function rejectionOf(
  { pod, nominated }: Pick<Attempt, 'pod' | 'nominated'>,
  filters: Filters,
  node: NodeInfo,
): Rejection | undefined {
  const expected = nominated(node.name).filter(
    ({ priority, uid, key }) => priority >= pod.priority && uid !== pod.uid && !node.pods.has(key),
  );
  if (expected.length > 0) {
    const fuller = copyNodeInfo(node);
    const aware = filters.map((filter) => filter.copy?.() ?? filter);
    for (const other of expected) {
      addPod(fuller, other);
      for (const filter of aware) filter.add?.(other, fuller);
    }
    const rejection = firstRejection(aware, fuller);
    if (rejection !== undefined) return rejection;
  }
  return firstRejection(filters, node);
}

function firstRejection(filters: Filters, node: NodeInfo): Rejection | undefined {
  for (const filter of filters) {
    const rejection = filter.check(node);
    if (rejection !== undefined) return rejection;
  }
  return undefined;
}

function scored(
  { plugins }: Profile,
  pod: PodInfo,
  snapshot: Snapshot,
  nodes: readonly NodeInfo[],
): readonly NodeScores[] {
  const result: NodeScores[] = [];
  for (const { plugin, weight } of plugins) {
    const scorer = plugin.scorer?.(pod, snapshot, nodes);
    if (scorer === undefined) continue;
    const raw = nodes.map((node) => scorer.score(node));
    const weighted = [...raw];
    scorer.normalize?.(weighted, nodes);
    for (let i = 0; i < weighted.length; i++) weighted[i] = (weighted[i] ?? 0) * weight;
    result.push({ plugin: plugin.name, raw, weighted });
  }
  return result;
}

function best(nodes: readonly NodeInfo[], scores: readonly NodeScores[], pick: Attempt['pick']): NodeInfo | undefined {
  let highest = Number.NEGATIVE_INFINITY;
  let equals: NodeInfo[] = [];
  nodes.forEach((node, i) => {
    let total = 0;
    for (const { weighted } of scores) total += weighted[i] ?? 0;
    if (total > highest) {
      highest = total;
      equals = [node];
    } else if (total === highest) equals.push(node);
  });
  return equals[equals.length === 1 ? 0 : pick(equals.length)];
}
