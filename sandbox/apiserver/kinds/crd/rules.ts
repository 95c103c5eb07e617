// What is wrong with the rules of a schema when their definition is written: whether they compile, where they point, and
// whether an object could ever make them cost too much.

import { escapeName } from '../../../kube/cel/escape.ts';
import {
  at,
  atKey,
  type FieldError,
  forbiddenField,
  invalid,
  notSupported,
  required,
} from '../../../kube/fielderrors.ts';
import { isObject } from '../../../kube/json.ts';
import type { V1ValidationRule } from '../../../schema/generated/types.ts';
import {
  additionalOf,
  isEmbedded,
  numberAt,
  propertiesOf,
  type Schema,
  schemaAt,
  textAt,
} from '../../customresources/jsonschema.ts';
import { type CompiledRule, compileRules, rulesOf, SELF_TYPE } from '../../customresources/rules/compilerules.ts';
import { type Declared, declaredOf, REQUEST_BYTES_MAX } from '../../customresources/rules/declared.ts';
import { fieldPath } from '../../customresources/rules/fieldpath.ts';
import type { Errors } from '../shared/checks.ts';
import { shownInternally } from '../shared/internal.ts';

/** One expression's, and all expressions' of a version. */
const RULE_COST_MAX = 10_000_000n;
const TOTAL_COST_MAX = 100_000_000n;
const MOST = 2n ** 64n - 1n;
/** How many rules are named when all together cost too much. */
const NAMED_MAX = 4;

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const HINT =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

/** What can be said without compiling. */
export function* ruleFormErrors(schema: Schema, field: string): Errors {
  for (const [i, rule] of rulesOf(schema).entries()) yield* formErrors(rule, schema, at(rulesField(field), i));
}

function rulesField(field: string): string {
  return at(field, 'x-kubernetes-validations');
}

const LINE_BREAK = /[\n\r]/;

function* formErrors(
  { rule = '', message = '', messageExpression = '', reason, fieldPath: path = '' }: V1ValidationRule,
  schema: Schema,
  field: string,
): Errors {
  if (rule.trim() === '') yield required(at(field, 'rule'), 'rule is not specified');
  else if (message !== '' && message.trim() === '') {
    yield invalid(at(field, 'message'), message, 'must be non-empty if specified');
  } else if (LINE_BREAK.test(message.trim())) {
    yield invalid(at(field, 'message'), message, 'must not contain line breaks');
  } else if (LINE_BREAK.test(rule.trim()) && message.trim() === '') {
    yield required(at(field, 'message'), 'message must be specified if rule contains line breaks');
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    yield required(at(field, 'messageExpression'), 'messageExpression must be non-empty if specified');
  }
  if (reason !== undefined && !REASONS.includes(reason)) yield notSupported(at(field, 'reason'), reason, REASONS);
  const pathField = at(field, 'fieldPath');
  if (path !== '' && path.trim() === '') yield invalid(pathField, path, 'must be non-empty if specified');
  if (LINE_BREAK.test(path)) yield invalid(pathField, path, 'must not contain line breaks');
  if (path !== '' && fieldPath(path, schema) === undefined) yield invalid(pathField, path, 'must be a valid path');
}

interface Place {
  readonly schema: Schema;
  readonly field: string;
  /** How often values of the schema may stand in one object; undefined: nobody says. */
  readonly times: bigint | undefined;
  /** undefined: no rules here or around it so far, so that nobody has asked. */
  readonly declared: Declared | undefined;
  readonly isRoot: boolean;
  /** The list or map around it whose parts can't be told apart after a change. */
  readonly uncorrelated: string | undefined;
}

interface Total {
  cost: bigint;
  readonly expensive: { readonly field: string; readonly cost: bigint }[];
  readonly wrong: readonly string[];
}

/**
 * What compiling finds, in the order in which the server looks: inner schemas first. Where something else is wrong with
 * a schema (`wrong` names the fields) its rules aren't looked at.
 */
export function* ruleErrors(schema: Schema, field: string, wrong: readonly string[]): Errors {
  const total: Total = { cost: 0n, expensive: [], wrong };
  yield* placeErrors({ schema, field, times: 1n, declared: undefined, isRoot: true, uncorrelated: undefined }, total);
  if (total.cost <= TOTAL_COST_MAX) return;
  const first = total.expensive.sort((a, b) => (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0)).slice(0, NAMED_MAX);
  for (const each of first) {
    const why = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    yield forbiddenField(each.field, why);
  }
  const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  yield forbiddenField(field, costMessage(what, total.cost, TOTAL_COST_MAX));
}

function* placeErrors(place: Place, total: Total): Errors {
  const { schema, isRoot } = place;
  const rules = rulesOf(schema);
  const declared =
    place.declared ?? (rules.length > 0 ? declaredOf(schema, isRoot || isEmbedded(schema), SELF_TYPE) : undefined);
  for (const inner of partsOf({ ...place, declared })) yield* placeErrors(inner, total);
  if (declared === undefined || total.wrong.some((field) => field.startsWith(place.field))) return;
  for (const [i, each] of compileRules(rules, declared).entries()) {
    yield* compiledErrors(each, { ...place, declared, field: at(rulesField(place.field), i) }, total);
  }
}

function* partsOf(place: Place): Iterable<Place> {
  const { schema, field, declared, uncorrelated } = place;
  const within = { times: timesWithin(place), isRoot: false };
  const additional = additionalOf(schema);
  if (isObject(additional)) {
    const here = at(field, 'additionalProperties');
    yield { ...within, schema: additional, field: here, declared: declared?.element, uncorrelated };
  }
  for (const [name, property] of propertiesOf(schema)) {
    const known = declared?.fields?.get(escapeName(name) ?? '');
    const here = atKey(at(field, 'properties'), name);
    yield { ...within, schema: property, field: here, declared: known, uncorrelated };
  }
  const items = schemaAt(schema, 'items');
  if (items === undefined) return;
  const lost = schema['x-kubernetes-list-type'] === 'map' ? uncorrelated : (uncorrelated ?? field);
  yield { ...within, schema: items, field: at(field, 'items'), declared: declared?.element, uncorrelated: lost };
}

function timesWithin({ schema, times }: Place): bigint | undefined {
  const bound = BOUNDS[textAt(schema, 'type')];
  const isMap = bound === 'maxProperties' && additionalOf(schema) === undefined;
  if (times === undefined || bound === undefined || isMap) return times;
  const max = numberAt(schema, bound);
  return max === undefined ? undefined : product(times, BigInt(Math.max(0, max)));
}

const BOUNDS: Readonly<Record<string, string>> = { array: 'maxItems', object: 'maxProperties' };

function product(a: bigint, b: bigint): bigint {
  return a * b > MOST ? MOST : a * b;
}

function* compiledErrors(each: CompiledRule, place: Place & { readonly declared: Declared }, total: Total): Errors {
  const { field, declared, uncorrelated } = place;
  const { rule, message } = each;
  const shown = shownInternally('apiextensions.ValidationRule', rule as never);
  const times = place.times ?? BigInt(Math.trunc(REQUEST_BYTES_MAX / (declared.minBytes + 1)));
  yield* costErrors(at(field, 'rule'), 'estimated rule cost', product(each.maxCost, times), total);
  if (each.problem !== undefined) yield invalid(at(field, 'rule'), shown, each.problem);
  if (each.messageProblem !== undefined) yield invalid(at(field, 'messageExpression'), shown, each.messageProblem);
  else if (message !== undefined) {
    yield* costErrors(at(field, 'messageExpression'), 'estimated messageExpression cost', message.maxCost, total);
  }
  if (each.usesOldSelf && uncorrelated !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    yield invalid(at(field, 'rule'), rule.rule, why);
  } else if (!each.usesOldSelf && rule.optionalOldSelf !== undefined) {
    yield invalid(at(field, 'optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule');
  }
}

function* costErrors(field: string, what: string, cost: bigint, total: Total): Iterable<FieldError> {
  if (cost > RULE_COST_MAX) yield forbiddenField(field, costMessage(what, cost, RULE_COST_MAX));
  total.cost = total.cost + cost > MOST ? MOST : total.cost + cost;
  if (cost >= TOTAL_COST_MAX / 100n) total.expensive.push({ field, cost });
}

function costMessage(what: string, cost: bigint, max: bigint): string {
  const factor = Number(cost) / Number(max);
  const shown = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  return `${what} exceeds budget by factor of ${shown} ${HINT}`;
}
