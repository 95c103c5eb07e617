// Node selectors: which nodes a pod asks for, by labels or by name.

import type { KubeObject } from '../meta.ts';
import {
  EVERYTHING,
  type LabelSelector,
  type Labels,
  labelRequirement,
  matchesLabels,
  selectorOfLabels,
} from './labelselectors.ts';

/** core.v1.NodeSelectorRequirement */
interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** core.v1.NodeSelectorTerm */
interface Term {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

/** What of a pod says where it may be. */
interface Placed {
  readonly spec?: {
    readonly nodeSelector?: Labels;
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly Term[] };
      };
    };
  };
}

const OPERATORS = new Map<string, 'in' | 'notin' | 'exists' | '!' | '>' | '<'>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
  ['Gt', '>'],
  ['Lt', '<'],
]);

type Test = (node: { readonly name: string; readonly labels: Labels }) => boolean;

const NONE: readonly never[] = [];

/** Whether a node meets one term: all that it says. A term that says nothing, or something unreadable, is met by none. */
export function termTest({ matchExpressions = NONE, matchFields = NONE }: Term): Test {
  if (matchExpressions.length === 0 && matchFields.length === 0) return () => false;
  const labels = labelTest(matchExpressions);
  const fields = fieldTest(matchFields);
  return labels === undefined || fields === undefined
    ? () => false
    : (node) => matchesLabels(labels, node.labels) && fields(node.name);
}

function labelTest(expressions: readonly Requirement[]): LabelSelector | undefined {
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

function fieldTest(fields: readonly Requirement[]): ((name: string) => boolean) | undefined {
  const known = fields.every(
    ({ key, operator, values = NONE }) =>
      key === 'metadata.name' && (operator === 'In' || operator === 'NotIn') && values.length === 1,
  );
  if (!known) return undefined;
  return (name) => fields.every(({ operator, values = NONE }) => values.includes(name) === (operator === 'In'));
}

/** The nodes that a pod insists on; undefined when it takes any. */
export function requiredNodes({ spec }: Placed): Test | undefined {
  const { nodeSelector } = spec ?? {};
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const labels = nodeSelector === undefined ? undefined : selectorOfLabels(nodeSelector);
  const terms = required?.nodeSelectorTerms.map(termTest);
  if (labels === undefined && terms === undefined) return undefined;
  return (node) =>
    (labels === undefined || matchesLabels(labels, node.labels)) &&
    (terms === undefined || terms.some((term) => term(node)));
}

/** Whether a pod that is on a node, or is to be there, may be there by what it asks of nodes. */
export function fitsNode(pod: Placed, { metadata }: KubeObject): boolean {
  return requiredNodes(pod)?.({ name: metadata?.name ?? '', labels: metadata?.labels ?? {} }) !== false;
}
