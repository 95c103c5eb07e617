// What is wrong with labels, and with selectors of labels, that an object holds.

import { at, type FieldError, forbiddenField, invalid, required, shownAsJson } from '../fielderrors.ts';
import { sortedKeys } from '../go/text.ts';
import { own } from '../json.ts';
import { labelValue, qualifiedName } from '../names.ts';
import type { Labels, V1LabelSelector, V1LabelSelectorRequirement } from './labelselectors.ts';

/** `metadata.labels` and the like. */
export function labelsErrors(
  field: string,
  labels: Labels | undefined,
  { allowsInvalidValues = false }: SelectorRules = {},
): readonly FieldError[] {
  return sortedKeys(labels ?? {}).flatMap((key) => {
    const value = own(labels, key) ?? '';
    const problems = allowsInvalidValues ? [] : labelValue(value);
    return [...labelKeyErrors(field, key), ...problems.map((problem) => invalid(field, value, problem))];
  });
}

export function labelKeyErrors(field: string, key: string): readonly FieldError[] {
  return qualifiedName(key).map((problem) => invalid(field, key, problem));
}

export interface SelectorRules {
  /** Objects that were stored with bad values keep them. */
  readonly allowsInvalidValues?: boolean;
  readonly allowsUnknownOperators?: boolean;
}

/** `spec.selector` and the like. */
export function labelSelectorErrors(
  field: string,
  selector: V1LabelSelector | undefined,
  rules: SelectorRules = {},
): readonly FieldError[] {
  if (selector === undefined) return [];
  return [
    ...labelsErrors(at(field, 'matchLabels'), selector.matchLabels, rules),
    ...(selector.matchExpressions ?? []).flatMap((requirement, i) =>
      requirementErrors(at(field, 'matchExpressions', i), requirement, rules),
    ),
  ];
}

/** One requirement of a selector. */
export function requirementErrors(
  field: string,
  requirement: V1LabelSelectorRequirement,
  rules: SelectorRules,
): readonly FieldError[] {
  const { key, values = [] } = requirement;
  return [
    ...operatorErrors(field, requirement, rules),
    ...labelKeyErrors(at(field, 'key'), key),
    ...(rules.allowsInvalidValues === true ? [] : valuesErrors(at(field, 'values'), values)),
  ];
}

function valuesErrors(field: string, values: readonly string[]): readonly FieldError[] {
  return values.flatMap((value, i) => labelValue(value).map((problem) => invalid(at(field, i), value, problem)));
}

/** An operator with its values: the same for labels and for fields. */
export function operatorErrors(
  field: string,
  { operator, values = [] }: V1LabelSelectorRequirement,
  rules: SelectorRules,
): readonly FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return [];
      return [required(at(field, 'values'), "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return [];
      return [
        forbiddenField(at(field, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      ];
    default:
      if (rules.allowsUnknownOperators === true) return [];
      return [invalid(at(field, 'operator'), shownAsJson(operator), 'not a valid selector operator')];
  }
}
