// Warnings about labels of nodes that had their day.

import { at } from '../../../kube/fielderrors.ts';
import { own } from '../../../kube/json.ts';
import { labelValue } from '../../../kube/names.ts';
import type { V1NodeSelectorTerm } from '../../../schema/generated/types.ts';

const DEPRECATED: { readonly [label: string]: string } = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

export function deprecatedLabel(label: string): string | undefined {
  return own(DEPRECATED, label);
}

/** `checksValues`: values that nobody refuses are at least worth a warning. */
export function* nodeTermWarnings(field: string, term: V1NodeSelectorTerm, checksValues = false): Iterable<string> {
  for (const [i, { key, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const here = at(field, 'matchExpressions', i);
    const message = deprecatedLabel(key);
    if (message !== undefined) yield `${at(here, 'key')}: ${key} is ${message}`;
    if (!checksValues) continue;
    for (const [j, value] of values.entries()) {
      for (const problem of labelValue(value)) yield `${at(here, 'values', j)}: ${value} is invalid, ${problem}`;
    }
  }
}
