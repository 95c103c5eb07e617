// Scores of PodTopologySpread: the fewer of the pod's kin are in a node's topologies, the better.

import { own } from '../../kube/json.ts';
import { requiredNodes } from '../../kube/selectors/nodeselectors.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import { MAX_SCORE, type Scorer } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';
import type { Snapshot } from '../snapshot.ts';
import {
  constraintsOf,
  counterOf,
  HOSTNAME,
  hasAllKeys,
  isIncluded,
  type SpreadConstraint,
} from './spreadconstraints.ts';

/** One constraint with the pods in each of its domains; on hosts they are counted when they are asked for. */
interface Spread {
  readonly constraint: SpreadConstraint;
  readonly domains: Map<string, number>;
  readonly countOn: (node: NodeInfo) => number;
  /** Domains of constraints with many of them would weigh too little otherwise. */
  readonly weight: number;
}

export function spreadScorer(pod: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[]): Scorer | undefined {
  const constraints = constraintsOf(pod, 'ScheduleAnyway', snapshot.objects);
  if (constraints.length === 0) return undefined;
  const explicit = (pod.pod.spec?.topologySpreadConstraints ?? []).length > 0;
  const ignored = new Set(explicit ? nodes.filter((node) => !hasAllKeys(node, constraints)) : []);
  const counted = nodes.filter((node) => !ignored.has(node));
  const spreads = constraints.map((constraint) => spreadOf(constraint, pod, counted));
  fill(spreads, pod, snapshot, explicit ? constraints : []);
  return {
    score: (node) => (ignored.has(node) ? 0 : scoreOf(node, spreads)),
    normalize: (scores, all) => normalize(scores, all, ignored),
  };
}

function spreadOf(constraint: SpreadConstraint, { namespace }: PodInfo, nodes: readonly NodeInfo[]): Spread {
  const domains = new Map<string, number>();
  const onHosts = constraint.topologyKey === HOSTNAME;
  if (!onHosts) for (const { labels } of nodes) domains.set(own(labels, constraint.topologyKey) ?? '', 0);
  const countOn = counterOf(constraint, namespace);
  return { constraint, domains, countOn, weight: Math.log((onHosts ? nodes.length : domains.size) + 2) };
}

/** Counts the pods of all nodes that have the labels asked for, in the domains that matter. */
function fill(
  spreads: readonly Spread[],
  pod: PodInfo,
  { nodes }: Snapshot,
  needed: readonly SpreadConstraint[],
): void {
  const wide = spreads.filter(({ domains }) => domains.size > 0);
  if (wide.length === 0) return;
  const required = requiredNodes(pod.pod);
  for (const node of nodes) {
    if (!hasAllKeys(node, needed)) continue;
    for (const { constraint, domains, countOn } of wide) {
      const value = own(node.labels, constraint.topologyKey) ?? '';
      const known = domains.get(value);
      if (known === undefined || !isIncluded(constraint, pod, node, required)) continue;
      domains.set(value, known + countOn(node));
    }
  }
}

function scoreOf(node: NodeInfo, spreads: readonly Spread[]): number {
  let score = 0;
  for (const { constraint, domains, countOn, weight } of spreads) {
    const value = own(node.labels, constraint.topologyKey);
    if (value === undefined) continue;
    const onHost = constraint.topologyKey === HOSTNAME;
    const count = onHost ? countOn(node) : (domains.get(value) ?? 0);
    score += count * weight + (constraint.maxSkew - 1);
  }
  return Math.round(score);
}

function normalize(scores: number[], nodes: readonly NodeInfo[], ignored: ReadonlySet<NodeInfo>): void {
  let min = Number.MAX_SAFE_INTEGER;
  let max = 0;
  nodes.forEach((node, i) => {
    if (ignored.has(node)) return;
    min = Math.min(min, scores[i] ?? 0);
    max = Math.max(max, scores[i] ?? 0);
  });
  nodes.forEach((node, i) => {
    if (ignored.has(node)) scores[i] = 0;
    else scores[i] = max === 0 ? MAX_SCORE : Math.trunc((MAX_SCORE * (max + min - (scores[i] ?? 0))) / max);
  });
}
