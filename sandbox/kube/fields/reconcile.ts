// Owned fields follow their type: when a list or an object has become atomic since they were recorded, who owned parts of
// it owns it as a whole. And fields that stand in their type's declaration count as owned with what is in them.

import type { ValueType } from '../structure.ts';
import { fieldName, isKeyElement, type PathElement } from './element.ts';
import { type FieldSet, hasChildren, isEmpty, isMember, LEAF } from './set.ts';
import { declaresField, fieldTypeOf, isAtomic, shapeOf } from './shape.ts';

/** The set as it has to be for today's type; the same one when nothing is to be done. */
export function reconciled(type: ValueType, set: FieldSet): FieldSet {
  return changed(set, (element, node) => reconciledBelow(elementType(type, element), node));
}

function reconciledBelow(type: ValueType | undefined, node: FieldSet): FieldSet {
  if (type === undefined || !hasChildren(node)) return node;
  if (isAtomic(type) && shapeOf(type, undefined) !== 'scalar' && !isUntyped(type)) return LEAF;
  return reconciled(type, node);
}

/** What may hold anything has no parts that could have become atomic. */
function isUntyped(type: ValueType): boolean {
  return type.kind === 'scalar' && type.goType === undefined;
}

function elementType(type: ValueType, element: PathElement): ValueType | undefined {
  const name = fieldName(element);
  if (name !== undefined) return type.kind === 'list' ? undefined : fieldTypeOf(type, name);
  return type.kind === 'list' ? type.items : undefined;
}

/** The set with every declared field itself a member, below which something is owned. */
export function withNamedFields(type: ValueType | undefined, set: FieldSet): FieldSet {
  return changed(set, (element, node) => {
    const name = fieldName(element);
    const inner = withNamedFields(innerType(type, element), node);
    const isNamed = type !== undefined && name !== undefined && declaresField(type, name);
    return isNamed && !isMember(inner) ? { '.': LEAF, ...inner } : inner;
  });
}

function innerType(type: ValueType | undefined, element: PathElement): ValueType | undefined {
  if (type === undefined) return undefined;
  const name = fieldName(element);
  if (name !== undefined) return type.kind === 'list' ? undefined : fieldTypeOf(type, name);
  return isKeyElement(element) && type.kind === 'list' ? type.items : undefined;
}

function changed(set: FieldSet, change: (element: PathElement, node: FieldSet) => FieldSet): FieldSet {
  let result: { [element: PathElement]: FieldSet } | undefined;
  for (const element in set) {
    const node = set[element] ?? LEAF;
    const after = element === '.' || isEmpty(node) ? node : change(element, node);
    if (after === node) continue;
    // Elements keep their places.
    result ??= { ...set };
    result[element] = after;
  }
  return result ?? set;
}
