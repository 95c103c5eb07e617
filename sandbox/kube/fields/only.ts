// Sets cut down to the few fields that a door of an object is for, as pods/resize is for resources.

import { fieldElement } from './element.ts';
import { type FieldSet, isEmpty, LEAF } from './set.ts';

/** Path elements; `*` is any. Everything below the last is meant, too. */
export type FieldPattern = readonly string[];

/** `spec.containers.*.resources` as a pattern. */
export function fieldPattern(path: string): FieldPattern {
  return path.split('.').map((name) => (name === '*' ? name : fieldElement(name)));
}

/** What of the set is on one of the paths, or below it. */
export function onlyFields(set: FieldSet, patterns: readonly FieldPattern[]): FieldSet {
  const kept: (readonly [string, FieldSet])[] = [];
  for (const [element, node] of Object.entries(set)) {
    const rest = patterns.flatMap(([first, ...others]) => (first === '*' || first === element ? [others] : []));
    if (rest.length === 0) continue;
    if (rest.some((others) => others.length === 0) || isEmpty(node)) kept.push([element, node]);
    else {
      const below = onlyFields(node, rest);
      const self = node['.'] === undefined ? [] : ([['.', LEAF]] as const);
      if (self.length > 0 || !isEmpty(below))
        kept.push([element, Object.fromEntries([...self, ...Object.entries(below)])]);
    }
  }
  return Object.fromEntries(kept);
}
