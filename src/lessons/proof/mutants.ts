// Checks made a little weaker: one conjunct, one field, one bound, one `within`, one selector key left out. Lint has to
// notice each of them; one that it doesn't notice says that the lesson's proofs have a hole there.

import {
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  own,
  withKey,
  withoutKey,
} from '../../../sandbox/kube/json.ts';
import type { Check, RequestCheck, StateCheck } from '../../checks/check.ts';
import { TRIED } from '../../checks/trial.ts';

interface Mutant {
  /** What is left out: `field spec.replicas`. */
  readonly what: string;
  readonly check: Check;
}

/** A mutant with the place in the lesson of the part that was weakened. */
export interface PlacedMutant extends Mutant {
  readonly at: string;
}

/** Every way to weaken a check in one place. */
export function mutantsOf(check: Check): readonly PlacedMutant[] {
  const at = check.kind === 'within' || check.kind === 'on' ? check.at : `${check.at}.${check.kind}`;
  return [...ownMutants(check).map((one) => ({ ...one, at })), ...innerMutants(check)];
}

function ownMutants(check: Check): readonly Mutant[] {
  switch (check.kind) {
    case 'state':
      return stateMutants(check);
    case 'all':
      if (check.checks.length < 2) return [];
      return check.checks.flatMap((left, i) => {
        const checks = check.checks.filter((one) => one !== left);
        return spares(left, checks)
          ? []
          : [{ what: `conjunct ${i + 1} of all (${left.kind})`, check: { ...check, checks } }];
      });
    case 'within':
      return [{ what: 'within', check: check.check }];
    case 'on':
      return [{ what: 'cluster', check: check.check }];
    case 'seen':
      return [
        ...(check.times > 1 ? [{ what: `times ${check.times}`, check: { ...check, times: check.times - 1 } }] : []),
        ...stateMutants(check.check).map((one) => ({ ...one, check: { ...check, check: one.check } })),
      ];
    case 'request':
      return requestMutants(check);
    case 'exec':
    case 'refused':
    case 'attempt':
    case 'cause':
      return dropped(check, ['contains', 'mentions', 'reason', 'field', 'resource', 'name', 'entered', 'actor']);
    case 'program':
      return dropped(check, ['writes']);
    case 'workstation':
      return [
        ...dropped(check, ['contains']),
        ...leavesOf(check.yaml ?? null).map((path) => ({
          what: `field ${path.join('.')}`,
          check: { ...check, yaml: withoutPath(check.yaml ?? null, path) ?? null },
        })),
      ];
    case 'continuity':
      return [{ what: 'failures', check: { ...check, failures: 10_000 } }];
    default:
      return [];
  }
}

/** It claims only that something is there which another part tries or asks for: without it that would be in vain. */
function spares(check: Check, others: readonly Check[]): boolean {
  if (check.kind === 'seen' && check.as !== undefined)
    return others.some((one) => JSON.stringify(one).includes(`${check.as} != null`));
  if (check.kind !== 'state' || check.select?.name === undefined) return false;
  const { select, match, condition, cel, count, absent } = check;
  if (absent || [match, condition, count].some((part) => part !== undefined)) return false;
  if (cel !== undefined && !parts(cel, '&&').every(isPrecaution)) return false;
  return others.some((one) => TRIED.has(one.kind) && JSON.stringify(one).includes(select.name ?? ''));
}

/** Weakened inside; a `seen` has done that itself. */
function innerMutants(check: Check): readonly PlacedMutant[] {
  if (check.kind === 'all' || check.kind === 'any')
    return check.checks.flatMap((inner, i) =>
      mutantsOf(inner).map((one) => ({
        ...one,
        check: { ...check, checks: check.checks.map((each, k) => (k === i ? one.check : each)) },
      })),
    );
  if (check.kind === 'seen' || check.kind === 'continuity' || !('check' in check)) return [];
  return mutantsOf(check.check).map((one) => ({ ...one, check: { ...check, check: one.check } }));
}

interface StateMutant extends Mutant {
  readonly check: StateCheck;
}

function stateMutants(check: StateCheck): readonly StateMutant[] {
  const { match, condition, count, select, cel } = check;
  const found: StateMutant[] = [];
  for (const path of leavesOf(match ?? {})) {
    const rest = withoutPath(match ?? {}, path);
    found.push({
      what: `field ${path.join('.')}`,
      check: { ...without(check, 'match'), ...(isObject(rest) ? { match: rest } : {}) },
    });
  }
  if (condition !== undefined) found.push({ what: 'condition', check: without(check, 'condition') });
  if (count !== undefined && count.min > 0)
    found.push({ what: `count at least ${count.min}`, check: { ...check, count: { ...count, min: count.min - 1 } } });
  if (count !== undefined && Number.isFinite(count.max))
    found.push({
      what: `count at most ${count.max}`,
      check: { ...check, count: { ...count, max: Number.POSITIVE_INFINITY } },
    });
  const keys = select?.selector === undefined ? [] : parts(select.selector, ',');
  for (const key of keys) {
    const rest = keys.filter((one) => one !== key).join(',');
    const { selector: _, ...bare } = select ?? { kind: '' };
    found.push({
      what: `selector ${key.trim()}`,
      check: { ...check, select: { ...bare, ...(rest === '' ? {} : { selector: rest }) } },
    });
  }
  const conjuncts = cel === undefined ? [] : parts(cel, '&&');
  for (const conjunct of conjuncts) {
    if (isPrecaution(conjunct)) continue;
    const rest = conjuncts.filter((one) => one !== conjunct).join(' && ');
    if (rest === '' && select === undefined) continue;
    found.push({
      what: `conjunct \`${conjunct.trim()}\``,
      check: { ...without(check, 'cel'), ...(rest === '' ? {} : { cel: rest }) },
    });
  }
  return found;
}

/** It claims nothing: without it the expression fails where it would have been false. */
function isPrecaution(conjunct: string): boolean {
  return /^\s*has\([^()]*\)\s*$|^\s*[\w.]+\s*!=\s*null\s*$/.test(conjunct);
}

function without<K extends keyof StateCheck>(check: StateCheck, key: K): StateCheck {
  const { [key]: _, ...rest } = check;
  // Only optional keys are left out.
  return rest as StateCheck;
}

function requestMutants(check: RequestCheck): readonly Mutant[] {
  const { pods } = check;
  return [
    ...dropped(check, ['contains', 'status', 'evenly', 'share']),
    ...(pods !== undefined && pods > 1 ? [{ what: `pods ${pods}`, check: { ...check, pods: pods - 1 } }] : []),
  ];
}

/** One mutant for each of these keys that is there. */
function dropped(check: Check, keys: readonly string[]): readonly Mutant[] {
  const given = Object.entries(check);
  return keys
    .filter((key) => given.some(([name]) => name === key))
    .map((key) => ({
      what: key,
      check: Object.fromEntries(given.filter(([name]) => name !== key)) as Check,
    }));
}

type Path = readonly (string | number)[];

/** The places of all values that are no lists or objects; what tells items of lists apart stays. */
function leavesOf(value: JsonValue | undefined, path: Path = []): readonly Path[] {
  if (isObject(value)) return Object.keys(value).flatMap((key) => leavesOf(own(value, key), [...path, key]));
  if (!isArray(value)) return path.length === 0 ? [] : [path];
  return value.flatMap((item, i) => {
    const [first, ...rest] = leavesOf(item, [...path, i]);
    return first === undefined ? [] : rest.length > 0 ? rest : [first];
  });
}

/** Without the value at a place, and without what is empty then. */
function withoutPath(value: JsonValue, [key, ...rest]: Path): JsonValue | undefined {
  if (key === undefined) return undefined;
  if (isArray(value)) {
    const items = value.flatMap((item, i) => (i === key ? (withoutPath(item, rest) ?? []) : [item]));
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return value;
  const inner = own(value, String(key));
  const left = inner === undefined ? undefined : withoutPath(inner, rest);
  const next: JsonObject = left === undefined ? withoutKey(value, String(key)) : withKey(value, String(key), left);
  return Object.keys(next).length === 0 ? undefined : next;
}

const OPENING = '([{';
const CLOSING = ')]}';

/** The parts of an expression between a separator, outside of brackets and quotes. */
export function parts(text: string, separator: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (OPENING.includes(char)) depth++;
    else if (CLOSING.includes(char)) depth--;
    else if (depth === 0 && text.startsWith(separator, at)) {
      found.push(text.slice(from, at));
      from = at + separator.length;
      at = from - 1;
    }
  }
  return [...found, text.slice(from)];
}
