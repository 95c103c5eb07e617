// Asks the rules of a schema about an object. All that they cost together is limited; what was wrong before and hasn't
// changed only makes a warning.

import { type Evaluated, evaluate } from '../../../kube/cel/compile.ts';
import type { Bindings } from '../../../kube/cel/evaluate/frame.ts';
import { isFailure, NONE_VALUE, type Result, some, type Value } from '../../../kube/cel/values.ts';
import { at, atKey, type FieldError, fieldError, invalid } from '../../../kube/fielderrors.ts';
import { byteLength, sortedKeys } from '../../../kube/go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import type { V1ValidationRule } from '../../../schema/generated/types.ts';
import { textAt } from '../jsonschema.ts';
import { type Correlation, counterpart, isUntouched, UNCORRELATED, underIndex, underKey } from './correlation.ts';
import type { RuleHere, RuleNode } from './ruletree.ts';
import { schemaValue } from './schemavalues.ts';

/** What all rules may cost together in one request. */
const REQUEST_BUDGET = 10_000_000;

const MESSAGE_BYTES_MAX = 5 * 1024;
const NO_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

export interface Question {
  readonly tree: RuleNode;
  /** Empty at the root of an object. */
  readonly path: string;
  readonly value: JsonValue;
  readonly old: JsonValue | undefined;
  readonly correlation?: Correlation;
  readonly budget?: number;
  /** Told of what may stay wrong. */
  readonly warn?: (text: string) => void;
}

export interface Findings {
  readonly errors: readonly FieldError[];
  /** What is left of the budget; negative when it didn't last. */
  readonly budget: number;
}

/** All that the rules find. */
export function checkRules({ tree, path, value, old, correlation = UNCORRELATED, budget, warn }: Question): Findings {
  const run: Run = { errors: [], budget: budget ?? REQUEST_BUDGET, warn: warn ?? (() => undefined) };
  checkNode(run, { node: tree, path, value, old, correlation });
  return { errors: run.errors, budget: run.budget };
}

interface Run {
  readonly errors: FieldError[];
  budget: number;
  readonly warn: (text: string) => void;
}

interface Place {
  readonly node: RuleNode;
  readonly path: string;
  readonly value: JsonValue;
  readonly old: JsonValue | undefined;
  readonly correlation: Correlation;
}

function checkNode(run: Run, place: Place): void {
  const { value, node } = place;
  if (value === null) return;
  if (node.rules.length > 0) checkHere(run, place);
  if (run.budget < 0) return;
  if (isArray(value)) checkItems(run, place, value);
  else if (isObject(value)) checkMembers(run, place, value);
}

function checkItems(run: Run, { node, path, old, correlation }: Place, list: JsonArray): void {
  if (node.items === undefined) return;
  for (const [i, value] of list.entries()) {
    const before = isArray(old) ? counterpart(node.schema, old, value) : undefined;
    checkNode(run, {
      node: node.items,
      path: at(path, i),
      value,
      old: before,
      correlation: underIndex(correlation, i),
    });
    if (run.budget < 0) return;
  }
}

function checkMembers(run: Run, { node, path, old, correlation }: Place, object: JsonObject): void {
  for (const key of sortedKeys(object)) {
    const property = node.properties.get(key);
    const under = property ?? node.others;
    if (under === undefined) continue;
    checkNode(run, {
      node: under,
      path: property === undefined ? atKey(path, key) : at(path, key),
      value: own(object, key) ?? null,
      old: isObject(old) ? own(old, key) : undefined,
      correlation: underKey(correlation, key),
    });
    if (run.budget < 0) return;
  }
}

// --- the rules of one place

function checkHere(run: Run, place: Place): void {
  const { node } = place;
  const type = textAt(node.visible, 'type');
  const old = place.old ?? null;
  const self = seen(schemaValue(node.visible, place.value));
  const before = old === null ? undefined : seen(schemaValue(node.visible, old));
  const plain: Bindings = { self, ...(before === undefined ? {} : { oldSelf: before }) };
  const optional: Bindings = { self, oldSelf: before === undefined ? NONE_VALUE : some(before) };
  for (const each of node.rules) {
    if (run.budget <= 0) giveUp(run, place, type, NO_BUDGET);
    else if (each.problem !== undefined) tell(run, place, type, `rule compile error: ${each.problem}`);
    else if (!each.usesOldSelf || old !== null || each.rule.optionalOldSelf === true) {
      ask(run, place, each, { plain, optional });
    }
    if (run.budget < 0) return;
  }
}

interface Sights {
  readonly plain: Bindings;
  /** With `oldSelf` as an optional value. */
  readonly optional: Bindings;
}

function ask(run: Run, place: Place, each: RuleHere, { plain, optional }: Sights): void {
  if (each.program === undefined) return;
  const type = textAt(place.node.visible, 'type');
  const outcome = evaluate(each.program, each.rule.optionalOldSelf === true ? optional : plain);
  if (outcome.cost > run.budget) {
    giveUp(run, place, type, NO_BUDGET);
    return;
  }
  run.budget -= outcome.cost;
  const problem = problemOf(outcome, each.rule);
  if (problem?.stops === true) giveUp(run, place, type, problem.text);
  else if (problem !== undefined) tell(run, place, type, problem.text);
  else if (outcome.result !== true) refuse(run, place, each, plain);
}

/** What isn't as its schema says has failed validation before. */
function seen(result: Result): Value {
  return isFailure(result) ? null : result;
}

function giveUp(run: Run, place: Place, type: string, text: string): void {
  tell(run, place, type, text);
  run.budget = -1;
}

function tell(run: Run, { path }: Place, type: string, text: string): void {
  run.errors.push(invalid(shown(path), type, text));
}

function shown(path: string): string {
  return path === '' ? '<nil>' : path;
}

function problemOf({ result }: Evaluated, rule: V1ValidationRule): { text: string; stops?: true } | undefined {
  if (!isFailure(result)) return undefined;
  const { message } = result;
  const text = ruleText(rule);
  if (message.startsWith('no such overload')) {
    const why = 'call arguments did not match a supported operator, function or macro signature for rule';
    return { text: `'${message}': ${why}: ${text}` };
  }
  if (message.startsWith('operation cancelled: actual cost limit exceeded')) {
    const why = 'no further validation rules will be run due to call cost exceeds limit for rule';
    return { text: `'${message}': ${why}: ${text}`, stops: true };
  }
  return { text: `${message} evaluating rule: ${text}` };
}

function ruleText({ rule = '', message = '' }: V1ValidationRule): string {
  return (message === '' ? rule : message).trim();
}

function refuse(run: Run, place: Place, each: RuleHere, bindings: Bindings): void {
  const path = joined(place.path, each.path);
  const { rule, usesOldSelf } = each;
  const type = textAt(place.node.visible, 'type');
  const say = (error: FieldError): void => {
    if (!usesOldSelf && isUntouched(place.correlation)) run.warn(`${error.field}: ${error.message}`);
    else run.errors.push(error);
  };
  const message = messageOf(run, each, bindings);
  if ('stops' in message) {
    say(invalid(shown(path), type, message.stops));
    run.budget = -1;
    return;
  }
  const scalar = type !== 'object' && type !== 'array';
  const detail = message.text ?? defaultMessage(rule);
  say(errorFor(rule, shown(path), scalar ? place.value : undefined, detail));
}

/** A path of a rule hangs on the place as one name, whatever it begins with. */
function joined(place: string, path: string): string {
  if (path === '') return place;
  return place === '' ? path : `${place}.${path}`;
}

function defaultMessage({ rule = '', message = '' }: V1ValidationRule): string {
  return message === '' ? `failed rule: ${rule.trim()}` : message.trim();
}

function errorFor(
  { reason }: V1ValidationRule,
  field: string,
  value: JsonValue | undefined,
  detail: string,
): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
    case 'FieldValueRequired':
      return fieldError(reason, field, undefined, detail);
    case 'FieldValueDuplicate':
      return fieldError(reason, field, value, '');
    default:
      return fieldError('FieldValueInvalid', field, value, detail);
  }
}

/** The text that the rule's own expression makes; nothing where that goes wrong. */
function messageOf(run: Run, { rule, message }: RuleHere, bindings: Bindings): { text?: string } | { stops: string } {
  if (message === undefined) return {};
  const { result, cost } = evaluate(message.program, bindings);
  if (cost > run.budget) {
    const why = 'messageExpression evaluation failed due to running out of cost budget';
    return { stops: `${why}, no further validation rules will be run` };
  }
  if (isFailure(result) && result.message.startsWith('operation cancelled: actual cost limit exceeded')) {
    const why = 'no further validation rules will be run due to call cost exceeds limit for messageExpression';
    return { stops: `${why}: ${JSON.stringify(rule.messageExpression ?? '')}` };
  }
  run.budget -= cost;
  const text = typeof result === 'string' ? result.trim() : '';
  return text === '' || text.includes('\n') || byteLength(text) > MESSAGE_BYTES_MAX ? {} : { text };
}
