// Places that differed between two recordings of the same conversation.

import { at, entries, isArray, isObject, type JsonObject, type JsonValue, omit, printJson } from '../json.ts';

type Steps = readonly JsonValue[];
type Path = readonly (string | number)[];

/**
 * Makes both conversations equal in the places named, `$[19].response.body.status.x[0].y` or `$[7].events.length`, as far
 * as they are unstable: the causes of a refusal in any order, a list with more or fewer elements, else anything at all.
 */
export function settleUnstable(recorded: Steps, ours: Steps, unstable: readonly string[]): readonly [Steps, Steps] {
  let pair: [JsonValue, JsonValue] = [recorded, ours];
  for (const text of unstable) pair = settle(pair, pathOf(text));
  return [pair[0] as Steps, pair[1] as Steps];
}

function settle([recorded, ours]: [JsonValue, JsonValue], path: Path): [JsonValue, JsonValue] {
  const causes = path.indexOf('causes');
  if (causes > 0) {
    const status = path.slice(0, causes - 1);
    return [edit(recorded, status, withSortedCauses), edit(ours, status, withSortedCauses)];
  }
  if (path.at(-1) === 'length') {
    const list = path.slice(0, -1);
    const [left, right] = [at(recorded, ...list), at(ours, ...list)];
    if (!isArray(left) || !isArray(right)) return [recorded, ours];
    const shorter = Math.min(left.length, right.length);
    const cut = (value: JsonValue) => (isArray(value) ? value.slice(0, shorter) : value);
    return [edit(recorded, list, cut), edit(ours, list, cut)];
  }
  return [without(recorded, path), without(ours, path)];
}

function withSortedCauses(status: JsonValue): JsonValue {
  if (!isObject(status)) return status;
  const details = status['details'];
  const causes = isObject(details) ? details['causes'] : undefined;
  if (!isObject(details) || !isArray(causes)) return status;
  return { ...status, message: sortedMessage(status['message']), details: { ...details, causes: sorted(causes) } };
}

export function sorted(items: readonly JsonValue[]): readonly JsonValue[] {
  return items
    .map((item) => ({ item, key: printJson(inKeyOrder(item)) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

function inKeyOrder(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(inKeyOrder);
  if (!isObject(value)) return value;
  const pairs = [...entries(value)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([key, item]) => [key, inKeyOrder(item)]));
}

/** The parts of `X is invalid: [a, b]` in one order. */
export function sortedMessage(message: JsonValue | undefined): JsonValue {
  return typeof message === 'string'
    ? message
        .split(/, |\[|\]|\n */)
        .sort()
        .join(', ')
    : (message ?? null);
}

/** Takes the value at a path out; an element of a list keeps its place. */
function without(value: JsonValue, path: Path): JsonValue {
  const last = path.at(-1);
  return edit(value, path.slice(0, -1), (parent) => {
    if (isArray(parent)) return parent.map((item, i) => (i === last ? 'unstable' : item));
    return isObject(parent) ? omit(parent, String(last)) : parent;
  });
}

function edit(value: JsonValue, path: Path, change: (value: JsonValue) => JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (isArray(value) && typeof step === 'number') {
    return step < value.length ? value.map((item, i) => (i === step ? edit(item, rest, change) : item)) : value;
  }
  if (!isObject(value) || typeof step !== 'string') return value;
  const inner = value[step];
  return inner === undefined ? value : ({ ...value, [step]: edit(inner, rest, change) } satisfies JsonObject);
}

/** Keys with dots of their own, such as `k:{"type":"x"}`, are taken whole up to the closing brace. */
function pathOf(text: string): Path {
  return [...text.matchAll(/\[(\d+)\]|\.((?:[^.[{]|\{[^}]*\}|\[(?!\d))+)/g)].map((match) =>
    match[1] === undefined ? (match[2] ?? '') : Number(match[1]),
  );
}
