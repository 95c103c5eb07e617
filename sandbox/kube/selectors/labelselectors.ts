// Label selectors: which labels an object must have. They come as text (`app=web,tier notin (a,b)`) or as objects
// (matchLabels and matchExpressions).

import { aggregate, type FieldError, invalid } from '../fielderrors.ts';
import { integerError } from '../go/integer.ts';
import { compareText, quote, sortedKeys } from '../go/text.ts';
import { own } from '../json.ts';
import { labelValue, qualifiedName } from '../names.ts';

export type Labels = { readonly [key: string]: string | undefined };

/** metav1.LabelSelector. */
export type V1LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly V1LabelSelectorRequirement[];
};

export type V1LabelSelectorRequirement = {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
};

/** As text has them. `exists` and `!` stand beside a key alone. */
export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | '>' | '<' | 'exists' | '!';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** All requirements must hold, so that none at all matches everything. Ordered by key. */
export type LabelSelector = readonly LabelRequirement[] | 'nothing';

export const EVERYTHING: LabelSelector = [];

/** A selector isn't well-formed. The message is the server's. */
export class SelectorError extends Error {}

export function matchesLabels(selector: LabelSelector, labels: Labels | undefined): boolean {
  if (selector === 'nothing') return false;
  for (const requirement of selector) if (!holds(requirement, own(labels, requirement.key))) return false;
  return true;
}

/** Whether it matches whatever the labels are. */
export function matchesEverything(selector: LabelSelector): boolean {
  return selector !== 'nothing' && selector.length === 0;
}

function holds({ operator, values }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
    case '<':
      return value !== undefined && isBeyond(operator, value, values[0] ?? '');
  }
}

function isBeyond(operator: '>' | '<', value: string, bound: string): boolean {
  if (integerError(value) !== undefined || integerError(bound) !== undefined) return false;
  return operator === '>' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

/** The one value that a label must have for the selector to match; undefined where several or none may do. */
export function requiredLabel(selector: LabelSelector, key: string): string | undefined {
  if (selector === 'nothing') return undefined;
  const first = selector.find((requirement) => requirement.key === key);
  const exact = first?.operator === '=' || first?.operator === '==' || first?.operator === 'in';
  return exact && first.values.length === 1 ? first.values[0] : undefined;
}

/** A selector of the exact labels. */
export function selectorOfLabels(labels: Labels | undefined): LabelSelector {
  return sortedKeys(labels ?? {}).map((key) => ({ key, operator: '=', values: [own(labels, key) ?? ''] }));
}

/** The selector that an object holds; nothing is selected where it holds none. Throws a SelectorError when it isn't valid. */
export function selectorOf(selector: V1LabelSelector | undefined): LabelSelector {
  if (selector === undefined) return 'nothing';
  const { matchLabels, matchExpressions = [] } = selector;
  return ordered([
    ...sortedKeys(matchLabels ?? {}).map((key) => labelRequirement(key, '=', [own(matchLabels, key) ?? ''])),
    ...matchExpressions.map(({ key, operator, values = [] }) => labelRequirement(key, operatorOf(operator), values)),
  ]);
}

const OPERATORS: ReadonlyMap<string, LabelOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

function operatorOf(name: string): LabelOperator {
  const operator = OPERATORS.get(name);
  if (operator === undefined) throw new SelectorError(`${quote(name)} is not a valid label selector operator`);
  return operator;
}

/** Requirements in the order in which a selector is printed. */
export function ordered(requirements: readonly LabelRequirement[]): readonly LabelRequirement[] {
  return [...requirements].sort((a, b) => compareText(a.key, b.key));
}

/** A requirement that is well-formed; throws a SelectorError when it can't be. */
export function labelRequirement(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const errors = [
    ...problemsAsOne('key', key, qualifiedName(key)),
    ...countErrors(operator, values),
    ...values.flatMap((value, i) => problemsAsOne(`values[${i}][${key}]`, value, labelValue(value))),
  ];
  if (errors.length > 0) throw new SelectorError(aggregate(errors));
  return { key, operator, values };
}

/** All that is wrong with one text as one error. */
export function problemsAsOne(field: string, value: string, problems: readonly string[]): readonly FieldError[] {
  return problems.length === 0 ? [] : [invalid(field, value, problems.join('; '))];
}

function countErrors(operator: LabelOperator, values: readonly string[]): readonly FieldError[] {
  const wrong = (what: string) => [invalid('values', values.length === 0 ? null : values, what)];
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0 ? [] : wrong("for 'in', 'notin' operators, values set can't be empty");
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? [] : wrong('exact-match compatibility requires one single value');
    case 'exists':
    case '!':
      return values.length === 0 ? [] : wrong('values set must be empty for exists and does not exist');
    case '>':
    case '<':
      return values.flatMap((value, i) => {
        if (integerError(value) === undefined) return [];
        return [invalid(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")];
      });
  }
}

/** `a=b,c in (d,e),!f`. Everything and nothing are empty. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector === 'nothing' ? '' : selector.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  const list = [...values].sort(compareText).join(',');
  switch (operator) {
    case 'in':
    case 'notin':
      return `${key} ${operator} (${list})`;
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    default:
      return `${key}${operator}${list}`;
  }
}

/** A selector of an object as descriptions show it: `<none>` when it is empty, `<error>` when it isn't valid. */
export function describeLabelSelector(selector: V1LabelSelector | undefined): string {
  try {
    return formatLabelSelector(selectorOf(selector)) || '<none>';
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}
