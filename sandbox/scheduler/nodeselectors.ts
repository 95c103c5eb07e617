// Node selectors: which nodes a pod asks for, by labels or by name.

import {
  EVERYTHING,
  type LabelSelector,
  labelRequirement,
  matchesLabels,
  selectorOfLabels,
} from '../kube/labelselectors.ts';
import type { V1NodeSelectorRequirement, V1NodeSelectorTerm, V1Pod } from '../schema/generated/types.ts';
import type { NodeInfo } from './nodeinfo.ts';

const OPERATORS = new Map<string, 'in' | 'notin' | 'exists' | '!' | '>' | '<'>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
  ['Gt', '>'],
  ['Lt', '<'],
]);

type Test = (node: Pick<NodeInfo, 'name' | 'labels'>) => boolean;

const NONE: readonly never[] = [];

/** Whether a node meets one term: all that it says. A term that says nothing, or something unreadable, is met by none. */
export function termTest({ matchExpressions = NONE, matchFields = NONE }: V1NodeSelectorTerm): Test {
  if (matchExpressions.length === 0 && matchFields.length === 0) return () => false;
  const labels = labelTest(matchExpressions);
  const fields = fieldTest(matchFields);
  return labels === undefined || fields === undefined
    ? () => false
    : (node) => matchesLabels(labels, node.labels) && fields(node.name);
}

function labelTest(expressions: readonly V1NodeSelectorRequirement[]): LabelSelector | undefined {
  if (expressions.length === 0) return EVERYTHING;
  try {
    return expressions.map(({ key, operator, values = NONE }) => {
      const known = OPERATORS.get(operator);
      if (known === undefined) throw new Error(`no operator is called ${operator}`);
      return labelRequirement(key, known, values);
    });
  } catch {
    return undefined;
  }
}

function fieldTest(fields: readonly V1NodeSelectorRequirement[]): ((name: string) => boolean) | undefined {
  const known = fields.every(
    ({ key, operator, values = NONE }) =>
      key === 'metadata.name' && (operator === 'In' || operator === 'NotIn') && values.length === 1,
  );
  if (!known) return undefined;
  return (name) => fields.every(({ operator, values = NONE }) => values.includes(name) === (operator === 'In'));
}

/** The nodes that a pod insists on; undefined when it takes any. */
export function requiredNodes({ spec }: V1Pod): Test | undefined {
  const { nodeSelector } = spec ?? {};
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const labels = nodeSelector === undefined ? undefined : selectorOfLabels(nodeSelector);
  const terms = required?.nodeSelectorTerms.map(termTest);
  if (labels === undefined && terms === undefined) return undefined;
  return (node) =>
    (labels === undefined || matchesLabels(labels, node.labels)) &&
    (terms === undefined || terms.some((term) => term(node)));
}
