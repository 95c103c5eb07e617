// PodTopologySpread: keeps pods that belong together evenly spread over zones, hosts or whatever labels of nodes say.

import { own } from '../../kube/json.ts';
import { matchesLabels } from '../../kube/selectors/labelselectors.ts';
import { requiredNodes } from '../../kube/selectors/nodeselectors.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { Filter, Plugin, Rejection } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';
import { constraintsOf, counterOf, hasAllKeys, isIncluded, type SpreadConstraint } from './spreadconstraints.ts';
import { spreadHint, spreadTopologyHint } from './spreadhints.ts';
import { spreadScorer } from './spreadscores.ts';

const NAME = 'PodTopologySpread';

const UNLABELLED: Rejection = {
  code: 'UnschedulableAndUnresolvable',
  plugin: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
};
const UNEVEN: Rejection = {
  code: 'Unschedulable',
  plugin: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints"],
};

/** One constraint's pods by value of its label. */
type Domains = Map<string, number>;

export const podTopologySpread: Plugin = {
  name: NAME,
  filter(pod, { nodes, objects }) {
    const constraints = constraintsOf(pod, 'DoNotSchedule', objects);
    if (constraints.length === 0) return undefined;
    const required = requiredNodes(pod.pod);
    const domains: Domains[] = constraints.map(() => new Map());
    const counters = constraints.map((constraint) => counterOf(constraint, pod.namespace));
    for (const node of nodes) {
      if (!hasAllKeys(node, constraints)) continue;
      constraints.forEach((constraint, i) => {
        if (!isIncluded(constraint, pod, node, required)) return;
        addTo(domains[i], node, constraint, counters[i]?.(node) ?? 0);
      });
    }
    return filterBy(pod, constraints, domains);
  },
  scorer: spreadScorer,
  interests: [
    {
      resources: ['assigned pod', 'unscheduled pod'],
      actions: ['add', 'update labels', 'update tolerations', 'delete'],
      helps: spreadHint,
    },
    {
      resources: ['node'],
      actions: ['add', 'delete', 'update labels', 'update taints'],
      helps: spreadTopologyHint,
    },
  ],
};

function filterBy(pod: PodInfo, constraints: readonly SpreadConstraint[], domains: readonly Domains[]): Filter {
  const selfs = constraints.map(({ selector }) => (matchesLabels(selector, pod.pod.metadata?.labels) ? 1 : 0));
  const required = requiredNodes(pod.pod);
  let least: readonly number[] | undefined;
  const recount = (other: PodInfo, node: NodeInfo, by: 1 | -1): void => {
    if (other.namespace !== pod.namespace || !hasAllKeys(node, constraints)) return;
    constraints.forEach((constraint, i) => {
      if (!matchesLabels(constraint.selector, other.pod.metadata?.labels)) return;
      if (isIncluded(constraint, pod, node, required)) addTo(domains[i], node, constraint, by);
    });
    least = undefined;
  };
  return {
    check(node) {
      least ??= constraints.map(({ minDomains }, i) => fewest(domains[i], minDomains));
      for (let i = 0; i < constraints.length; i++) {
        const constraint = constraints[i];
        const value = constraint === undefined ? undefined : own(node.labels, constraint.topologyKey);
        if (constraint === undefined || value === undefined) return UNLABELLED;
        const skew = (domains[i]?.get(value) ?? 0) + (selfs[i] ?? 0) - (least[i] ?? 0);
        if (skew > constraint.maxSkew) return UNEVEN;
      }
      return undefined;
    },
    add: (other, node) => recount(other, node, 1),
    remove: (other, node) => recount(other, node, -1),
    copy: () =>
      filterBy(
        pod,
        constraints,
        domains.map((one) => new Map(one)),
      ),
  };
}

function addTo(domains: Domains | undefined, { labels }: NodeInfo, { topologyKey }: SpreadConstraint, by: number) {
  const value = own(labels, topologyKey) ?? '';
  domains?.set(value, (domains.get(value) ?? 0) + by);
}

/** The pods of the emptiest domain; too few domains count as if there were one with none. */
function fewest(domains: Domains | undefined, minDomains: number): number {
  if (domains === undefined || domains.size < minDomains) return 0;
  let least = Number.MAX_SAFE_INTEGER;
  for (const count of domains.values()) if (count < least) least = count;
  return least;
}
