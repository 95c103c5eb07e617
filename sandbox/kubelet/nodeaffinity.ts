// Whether a node is one of those that a pod wants to run on.

import { own } from '../kube/json.ts';
import type { V1Node, V1NodeSelectorRequirement, V1NodeSelectorTerm, V1Pod } from '../schema/generated/types.ts';

type Labels = { readonly [key: string]: string };

export function matchesNode({ spec }: V1Pod, { metadata }: V1Node): boolean {
  const labels = metadata?.labels ?? {};
  const selector = spec?.nodeSelector ?? {};
  if (!Object.keys(selector).every((key) => own(labels, key) === own(selector, key))) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (
    required === undefined || required.nodeSelectorTerms.some((term) => matchesTerm(term, labels, metadata?.name ?? ''))
  );
}

function matchesTerm(
  { matchExpressions = [], matchFields = [] }: V1NodeSelectorTerm,
  labels: Labels,
  name: string,
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const fields: Labels = { 'metadata.name': name };
  return matchExpressions.every((one) => matches(one, labels)) && matchFields.every((one) => matches(one, fields));
}

function matches({ key, operator, values = [] }: V1NodeSelectorRequirement, labels: Labels): boolean {
  const value = own(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
