// Whether a pod may be on a node by what it says of nodes: its node selector and its required node affinity. Pure.

import { own } from '../../kube/json.ts';
import type { V1Node, V1NodeSelectorRequirement, V1NodeSelectorTerm, V1PodSpec } from '../../schema/generated/types.ts';

export function fitsNode({ nodeSelector, affinity }: V1PodSpec, node: V1Node): boolean {
  const labels = node.metadata?.labels;
  for (const [key, value] of Object.entries(nodeSelector ?? {})) if (own(labels, key) !== value) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => fitsTerm(term, node));
}

/** A term that asks for nothing fits no node. */
function fitsTerm({ matchExpressions = [], matchFields = [] }: V1NodeSelectorTerm, node: V1Node): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((one) => holds(one, own(node.metadata?.labels, one.key))) &&
    matchFields.every((one) => holds(one, one.key === 'metadata.name' ? node.metadata?.name : undefined))
  );
}

function holds({ operator, values = [] }: V1NodeSelectorRequirement, value: string | undefined): boolean {
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
      return isInteger(value) && isInteger(values[0]) && BigInt(value) > BigInt(values[0]);
    case 'Lt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) < BigInt(values[0]);
    default:
      return false;
  }
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^[+-]?\d+$/.test(text) && !text.startsWith('+');
}
