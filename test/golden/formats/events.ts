// Lists of events, which have no order of their own.

import { type Difference, difference } from '../difference.ts';
import { type JsonValue, mapStrings, objectAt, omit, printJson, textAt } from '../json.ts';
import { type Comparison, compareValues, inRecordedNames, masked } from '../normalise.ts';

/** What is said at each look at something that hasn't changed: how often somebody looked varies. */
const LOOKS: ReadonlySet<string> = new Set([
  'ExternalProvisioning',
  'FailedBinding',
  'FailedComputeMetricsReplicas',
  'FailedGetResourceMetric',
  'FailedScheduling',
  'JobAlreadyActive',
  'NoPods',
  'ProvisioningFailed',
  'SawCompletedJob',
  'UnexpectedJob',
  'WaitForFirstConsumer',
  'WaitForPodScheduled',
]);

/** Which of several equal pods a set makes one by one, names in one event for many, or takes away: by chance. */
const OF_EQUALS: ReadonlySet<string> = new Set(['SuccessfulCreate', 'SuccessfulDelete']);

function settled(event: JsonValue): JsonValue {
  const reason = textAt(event, 'reason') ?? '';
  const { message = '', ...rest } = objectAt(event);
  if (LOOKS.has(reason)) return { ...omit(objectAt(event), 'count', 'seriesCount') };
  return OF_EQUALS.has(reason) && typeof message === 'string' ? { ...rest, message: masked(message) } : event;
}

/** Every recorded event is there, and no other. */
export function compareEvents(
  comparison: Comparison,
  recorded: readonly JsonValue[],
  ours: readonly JsonValue[],
  path: string,
): Difference | undefined {
  const left = keyed(comparison, recorded, 'recorded');
  const right = keyed(comparison, ours, 'own');
  const missing = left.find((event, i) => count(left, event.key, i + 1) > count(right, event.key));
  if (missing !== undefined) return difference(path, missing.key, nearest(missing.key, right, left));
  const surplus = right.find((event, i) => count(right, event.key, i + 1) > count(left, event.key));
  if (surplus !== undefined) return difference(path, undefined, surplus.key);
  for (const [i, event] of left.entries()) {
    const found = compareValues(comparison, event.value, right[i]?.value, `${path}[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Keyed {
  readonly key: string;
  readonly value: JsonValue;
}

function keyed(comparison: Comparison, events: readonly JsonValue[], side: 'recorded' | 'own'): readonly Keyed[] {
  const all = events
    .map(settled)
    .map((value) => ({ value, key: printJson(mapStrings(value, (text) => inRecordedNames(comparison, text, side))) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return all.filter(({ key, value }, i) => key !== all[i - 1]?.key || !LOOKS.has(textAt(value, 'reason') ?? ''));
}

function count(events: readonly Keyed[], key: string, upTo = events.length): number {
  return events.slice(0, upTo).filter((event) => event.key === key).length;
}

/** The event of ours, not recorded itself, that is most like a missing one: with the longest common beginning. */
function nearest(key: string, ours: readonly Keyed[], recorded: readonly Keyed[]): string | undefined {
  const common = (other: string) => [...other].findIndex((letter, i) => letter !== key[i]);
  return ours
    .filter((event) => !recorded.some((one) => one.key === event.key))
    .map((event) => event.key)
    .sort((a, b) => common(b) - common(a))[0];
}
