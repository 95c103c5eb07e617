// Which parts of an applied configuration are atomic: a policy may not set them, because it would take away what it
// doesn't name.

import { type FieldPath, fieldElement, type PathElement } from '../../../kube/fields/element.ts';
import { fieldTypeOf, isAtomic } from '../../../kube/fields/shape.ts';
import { isArray, isObject, type JsonValue } from '../../../kube/json.ts';
import type { ValueType } from '../../../kube/structure.ts';

export function atomicParts(type: ValueType, value: JsonValue, path: FieldPath = []): readonly FieldPath[] {
  if (type.kind === 'scalar') return [];
  if (isArray(value)) {
    const here = type.kind === 'list' && isAtomic(type) ? [path] : [];
    const items = type.kind === 'list' ? type.items : undefined;
    if (items === undefined) return here;
    return [...here, ...value.flatMap((item, i) => atomicParts(items, item, [...path, indexElement(i)]))];
  }
  if (!isObject(value)) return [];
  const here = isAtomic(type) ? [path] : [];
  // Entries of maps have no fields of their own.
  if (type.kind !== 'object') return here;
  return [
    ...here,
    ...Object.entries(value).flatMap(([name, member]) => {
      const field = type.field.has(name) ? fieldTypeOf(type, name) : undefined;
      return field === undefined || member === undefined
        ? []
        : atomicParts(field, member, [...path, fieldElement(name)]);
    }),
  ];
}

function indexElement(index: number): PathElement {
  return `i:${index}`;
}
