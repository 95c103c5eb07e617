// Checks of the kind `state`: objects at one moment. Nothing is read here that isn't given.

import type { JsonValue } from '../../sandbox/kube/json.ts';
import { isArray, isObject, own } from '../../sandbox/kube/json.ts';
import { findJsonPath, parseJsonPath, printJsonPath } from '../../sandbox/kube/jsonpath.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { parseTime, type TimeMs } from '../../sandbox/time/units.ts';
import { evidenceOf, summaryOf } from '../evidence/evidence.ts';
import { conditionOf } from '../evidence/reading.ts';
import { phrase, type Words } from '../i18n/say.ts';
import { compileExpression } from './cel.ts';
import type { Condition, Range, Selection, StateCheck } from './check.ts';
import { mismatch } from './match.ts';
import { selects } from './selection.ts';
import { fails, fits, type Verdict } from './verdict.ts';

/** What a state is judged by. */
export interface Look {
  objects(selection: Selection): readonly KubeObject[];
  /** What expressions know by name beside the check's own objects: what was seen, what was at the start. */
  readonly names: ReadonlyMap<string, JsonValue>;
}

/** Why one object isn't as asked. */
interface Trouble {
  readonly object: KubeObject;
  /** What the field in question was asked to be. */
  readonly expected?: Words;
  readonly actual: Words;
  readonly since?: TimeMs;
}

export function judgeState(check: StateCheck, look: Look): Verdict {
  const { select } = check;
  if (select === undefined) return judgeExpression(check, undefined, look);
  const found = look.objects(select);
  const troubles = found.map((object) => troubleOf(check, object, look));
  const fitting = found.filter((_, i) => troubles[i] === undefined);
  const expected = expectationOf(check, select);
  const subject = subjectOf(select);
  if (check.absent) {
    return fitting.length === 0
      ? fits(expected, phrase('state.absent', { subject }))
      : fails(expected, phrase('state.alsoThere', { subject: nameOf(fitting[0]) }));
  }
  const trouble = troubles.find((one) => one !== undefined);
  const enough =
    check.count === undefined ? found.length > 0 && trouble === undefined : inRange(check.count, fitting.length);
  if (enough) return fits(expected, phrase('state.holds', { subject }));
  if (trouble !== undefined && (check.count === undefined || fitting.length < check.count.min))
    return {
      ...fails(
        check.says ?? trouble.expected ?? expected,
        trouble.actual,
        because(trouble.object, look),
        trouble.since,
      ),
      about: trouble.object,
    };
  if (check.count !== undefined && found.length > 0)
    return fails(expected, phrase('state.count', { subject, count: fitting.length }));
  return { ...fails(expected, phrase('state.none', { subject }), elsewhere(select, look)), ...missing(select) };
}

/** Who took away what is asked for by name is on record, too. */
function missing({ apiVersion, kind, name, namespace = 'default' }: Selection): Pick<Verdict, 'about'> {
  if (name === undefined) return {};
  return { about: { ...(apiVersion === undefined ? {} : { apiVersion }), kind, metadata: { name, namespace } } };
}

/** What proves it, link by link, and what the last link comes from. */
function because(object: KubeObject, look: Look): readonly Words[] {
  const findings = evidenceOf(object, look.objects);
  const last = findings.at(-1);
  return [...findings.map(({ evidence }) => evidence), ...(last === undefined ? [] : [last.cause])];
}

/** Whether one object, at whatever moment, is what a state asks for. */
export function objectFits(check: StateCheck, object: KubeObject, look: Look): boolean {
  return check.select !== undefined && selects(check.select, object) && troubleOf(check, object, look) === undefined;
}

function troubleOf(check: StateCheck, object: KubeObject, look: Look): Trouble | undefined {
  const subject = nameOf(object);
  if (check.match !== undefined) {
    const found = mismatch(check.match, object);
    if (found !== undefined) {
      const { path, actual } = found;
      const expected = phrase('state.matches', { subject, path, value: shown(found.expected) });
      if (actual === undefined) return { object, expected, actual: phrase('state.fieldMissing', { subject, path }) };
      return { object, expected, actual: phrase('state.field', { subject, path, value: shown(actual) }) };
    }
  }
  if (check.condition !== undefined) {
    const trouble = conditionTrouble(check.condition, object);
    if (trouble !== undefined) return trouble;
  }
  if (check.cel === undefined) return undefined;
  const verdict = judgeExpression(check, object, look);
  return verdict.ok ? undefined : { object, actual: verdict.actual };
}

/** As `kubectl wait --for` judges; what is said is what the object's own state calls it. */
function conditionTrouble(condition: Condition, object: KubeObject): Trouble | undefined {
  const subject = nameOf(object);
  if (condition.type === 'jsonpath') {
    const value = printJsonPath(findJsonPath(parseJsonPath(condition.path), object, { allowMissingKeys: true }));
    const holds = condition.value === undefined ? value !== '' : value === condition.value;
    return holds
      ? undefined
      : { object, actual: phrase('state.field', { subject, path: condition.path, value: value || '""' }) };
  }
  const found = conditionOf(object, condition.name);
  if (found?.status.toLowerCase() === condition.status.toLowerCase()) return undefined;
  const summary = summaryOf(object);
  const since = parseTime(found?.lastTransitionTime);
  const actual =
    summary !== undefined
      ? phrase('state.problem', { subject, reason: summary })
      : found === undefined
        ? phrase('state.conditionMissing', { subject, condition: condition.name })
        : phrase('state.conditionIs', { subject, condition: `${found.type}=${found.status}` });
  return { object, actual, ...(since === undefined ? {} : { since }) };
}

function judgeExpression(check: StateCheck, object: KubeObject | undefined, look: Look): Verdict {
  const { cel = 'true', says } = check;
  const bindings = bindingsOf(check.objects, look);
  if (object !== undefined) bindings.set('object', object);
  const expected = says ?? phrase('state.expression', { text: cel });
  const outcome = compileExpression(cel, bindings.keys()).evaluate(bindings);
  if (!('problem' in outcome) && outcome.value === true) return fits(expected, expected);
  // Where the author says it in words, an expression would tell a learner nothing more.
  if (says !== undefined) return fails(expected, phrase('state.notSo', {}));
  return 'problem' in outcome
    ? fails(expected, phrase('state.expressionFails', { text: cel, problem: outcome.problem }))
    : fails(expected, phrase('state.expressionFalse', { text: cel }));
}

/** Named objects as expressions see them: one by its name (null when it isn't there), several as a list. */
export function bindingsOf(objects: ReadonlyMap<string, Selection>, look: Look): Map<string, JsonValue> {
  const bindings = new Map(look.names);
  for (const [name, selection] of objects) {
    const found = look.objects(selection);
    bindings.set(name, selection.name === undefined ? found : (found[0] ?? null));
  }
  return bindings;
}

function expectationOf(check: StateCheck, select: Selection): Words {
  const { says, condition, count, absent, match, cel } = check;
  const subject = subjectOf(select);
  if (says !== undefined) return says;
  if (absent) return phrase('state.absent', { subject });
  if (count !== undefined) return countWords(count, subject);
  if (condition?.type === 'condition')
    return phrase('state.condition', { subject, condition: `${condition.name}=${condition.status}` });
  if (condition !== undefined)
    return phrase('state.matches', { subject, path: condition.path, value: condition.value ?? '*' });
  if (match !== undefined) {
    const [path, value] = firstLeaf(match);
    return phrase('state.matches', { subject, path, value: shown(value) });
  }
  return cel === undefined ? phrase('state.present', { subject }) : phrase('state.expression', { text: cel });
}

function countWords({ min, max }: Range, subject: Words): Words {
  if (min === max) return phrase('state.count', { subject, count: min });
  if (max === Number.POSITIVE_INFINITY) return phrase('state.countAtLeast', { subject, count: min });
  if (min === 0) return phrase('state.countAtMost', { subject, count: max });
  return phrase('state.countBetween', { subject, from: min, to: max });
}

function inRange({ min, max }: Range, n: number): boolean {
  return n >= min && n <= max;
}

/** One that has the name, but lies in another namespace. */
function elsewhere(select: Selection, look: Look): readonly Words[] {
  if (select.name === undefined || select.namespace === '*') return [];
  const { kind, name } = select;
  return look
    .objects({ ...select, namespace: '*' })
    .slice(0, 1)
    .map(({ metadata }) => phrase('evidence.elsewhere', { kind, name, namespace: metadata?.namespace ?? '' }));
}

export function subjectOf({ kind, name, namespace = 'default', selector }: Selection): string {
  const place = namespace === 'default' || namespace === '*' ? '' : ` (${namespace})`;
  return `${kind}${name === undefined ? '' : ` ${name}`}${selector === undefined ? '' : ` ${selector}`}${place}`;
}

function nameOf(object: KubeObject | undefined): string {
  const { name = '', namespace = 'default' } = object?.metadata ?? {};
  return `${object?.kind ?? ''} ${name}${namespace === 'default' ? '' : ` (${namespace})`}`.trim();
}

function firstLeaf(value: JsonValue | undefined, path = ''): readonly [string, JsonValue] {
  if (isObject(value)) {
    for (const key of Object.keys(value)) return firstLeaf(own(value, key), path === '' ? key : `${path}.${key}`);
  }
  if (isArray(value) && value.length > 0) return firstLeaf(value[0], path);
  return [path, value ?? null];
}

function shown(value: JsonValue): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
