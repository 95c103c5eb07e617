// Constraints of spreading: a pod's own, or those that every pod of a service or an owner has unless it has its own.

import { own } from '../../kube/json.ts';
import {
  formatLabelSelector,
  type LabelSelector,
  type Labels,
  matchesEverything,
  matchesLabels,
  selectorOf,
  selectorOfLabels,
} from '../../kube/selectors/labelselectors.ts';
import type { requiredNodes } from '../../kube/selectors/nodeselectors.ts';
import { KEEPING_OUT, untolerated } from '../../kube/tolerations.ts';
import type { V1TopologySpreadConstraint } from '../../schema/generated/types.ts';
import { countPods, type NodeInfo } from '../nodeinfo.ts';
import type { PodInfo } from '../podinfo.ts';
import type { Objects } from '../snapshot.ts';

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

export type Unsatisfiable = 'DoNotSchedule' | 'ScheduleAnyway';

export const HOSTNAME = 'kubernetes.io/hostname';

const DEFAULTS: readonly V1TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

/** The constraints of one kind that a pod has, or that it has by default. */
export function constraintsOf(pod: PodInfo, kind: Unsatisfiable, objects: Objects): readonly SpreadConstraint[] {
  const { topologySpreadConstraints = [] } = pod.pod.spec ?? {};
  const labels = pod.pod.metadata?.labels;
  if (topologySpreadConstraints.length > 0)
    return topologySpreadConstraints
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === kind)
      .map((constraint) => constraintOf(constraint, labels));
  const defaults = DEFAULTS.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === kind);
  const selector = defaults.length === 0 ? undefined : defaultSelector(pod, objects);
  if (selector === undefined) return [];
  return defaults.map((constraint) => ({ ...constraintOf(constraint, labels), selector }));
}

function constraintOf(constraint: V1TopologySpreadConstraint, labels: Labels | undefined): SpreadConstraint {
  const { maxSkew, topologyKey, labelSelector, matchLabelKeys = [], minDomains = 1 } = constraint;
  const selector = selectorOf(labelSelector);
  const same = matchLabelKeys.flatMap((key) => {
    const value = own(labels, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    maxSkew,
    topologyKey,
    selector: same.length === 0 ? selector : both(selectorOfLabels(Object.fromEntries(same)), selector),
    minDomains,
    honorsAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}

function both(a: LabelSelector, b: LabelSelector): LabelSelector {
  return a === 'nothing' || b === 'nothing' ? 'nothing' : [...a, ...b];
}

/** All that the services of a pod and its owner select by; undefined when nobody selects it. */
function defaultSelector(pod: PodInfo, objects: Objects): LabelSelector | undefined {
  const labels = pod.pod.metadata?.labels;
  let selector: LabelSelector = [];
  for (const { spec } of objects.services(pod.namespace)) {
    const wanted = spec?.selector;
    if (wanted === undefined || Object.keys(wanted).length === 0) continue;
    const selects = selectorOfLabels(wanted);
    if (matchesLabels(selects, labels)) selector = both(selector, selects);
  }
  for (const owner of objects.ownerSelectors(pod)) selector = both(selector, owner);
  return matchesEverything(selector) ? undefined : selector;
}

export function hasAllKeys({ labels }: Pick<NodeInfo, 'labels'>, constraints: readonly SpreadConstraint[]): boolean {
  return constraints.every(({ topologyKey }) => Object.hasOwn(labels, topologyKey));
}

/** Whether a node's pods count: those of nodes that the pod can't go to don't, unless it says otherwise. */
export function isIncluded(
  { honorsAffinity, honorsTaints }: SpreadConstraint,
  { pod }: PodInfo,
  node: NodeInfo,
  required: ReturnType<typeof requiredNodes>,
): boolean {
  if (honorsAffinity && required?.(node) === false) return false;
  return !honorsTaints || untolerated(node.node.spec?.taints, pod.spec?.tolerations, KEEPING_OUT) === undefined;
}

/** Counts a node's pods that a constraint is about. Those that are leaving don't count. */
export function counterOf({ selector }: SpreadConstraint, namespace: string): (node: NodeInfo) => number {
  if (matchesEverything(selector)) return () => 0;
  const kind = `${namespace}/${formatLabelSelector(selector)}`;
  return (node) =>
    countPods(node, kind, ({ namespace: where, pod: { metadata } }) => {
      if (where !== namespace || metadata?.deletionTimestamp !== undefined) return false;
      return matchesLabels(selector, metadata?.labels);
    });
}
