// A resource and fields in it, as people type them: `pods.spec.containers`. Read as JSONPath is.

import { type JsonPathNode, parseJsonPath } from '../../../../sandbox/kube/jsonpath.ts';

interface Steps {
  readonly resource: string;
  /** What follows it: its group, perhaps, and fields. */
  readonly others: readonly JsonPathNode[];
}

/** The resource alone is meant, whatever fields follow. Throws for what isn't names only. */
export function resourceIn(text: string): string {
  const { resource, others } = resourceStep(text);
  fieldNames(others, ALL_FIELDS);
  return resource;
}

/** Throws for what doesn't begin with a name. */
export function resourceStep(text: string): Steps {
  const [first, ...others] = stepsOf(text);
  if (first?.kind !== 'field') throw new Error('invalid jsonpath syntax, first node must be field node');
  return { resource: first.name, others };
}

/** The steps of a path, with the dot in front that users leave out. */
export function stepsOf(text: string): readonly JsonPathNode[] {
  const [list, ...more] = parseJsonPath(`{.${text.replace(/\.$/, '')}}`).nodes;
  if (list?.kind !== 'list' || more.length > 0) throw new Error('must pass in 1 jsonpath string');
  return list.steps;
}

export const ALL_FIELDS = 'all nodes must be field nodes';

/** The fields of a path. Throws `wrong` where there is anything else. */
export function fieldNames(steps: readonly JsonPathNode[], wrong: string): readonly string[] {
  return steps.map((step) => {
    if (step.kind !== 'field') throw new Error(`invalid jsonpath syntax, ${wrong}`);
    return step.name;
  });
}
