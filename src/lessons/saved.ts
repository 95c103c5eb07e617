// What a runner and an incident keep, on their way to and from disk.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../sandbox/kube/json.ts';
import { type TimeMs, timeMs } from '../../sandbox/time/units.ts';
import type { Score } from './drills/score.ts';
import type { RunnerProgress } from './runner.ts';

/** An incident that was left before it was over. */
export interface IncidentProgress {
  readonly seed: number;
  /** Of a daily drill. */
  readonly day?: string;
  readonly score: Score;
  readonly runner: RunnerProgress;
}

export function encodeRunner(progress: RunnerProgress): JsonObject {
  return { ...progress };
}

/** Undefined for what no runner has kept. Single parts that can't be read count as empty. */
export function decodeRunner(value: JsonValue | undefined): RunnerProgress | undefined {
  if (!isObject(value)) return undefined;
  const { step, ticked, hints, predicted, mistaken, begun } = value;
  const standing = decodeStanding(value['standing']);
  if (typeof step !== 'number' || !Number.isInteger(step) || step < 0) return undefined;
  return {
    step,
    ticked: textsOf(ticked),
    hints: Object.fromEntries(
      entriesOf(hints).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
    predicted: Object.fromEntries(
      entriesOf(predicted).filter(
        (entry): entry is [string, string | null] => entry[1] === null || typeof entry[1] === 'string',
      ),
    ),
    mistaken: textsOf(mistaken),
    begun: Object.fromEntries(
      entriesOf(begun).flatMap(([anchor, at]) => (typeof at === 'number' ? [[anchor, timeMs(at)] as const] : [])),
    ),
    ...(standing === undefined ? {} : { standing }),
  };
}

function decodeStanding(value: JsonValue | undefined): RunnerProgress['standing'] {
  if (!isObject(value) || typeof value['at'] !== 'number') return undefined;
  const stood = entriesOf(value['stood']).flatMap(([key, one]) => {
    if (!isObject(one)) return [];
    const { print, since } = one;
    return typeof print === 'string' && typeof since === 'number'
      ? [[key, { print, since: timeMs(since) }] as const]
      : [];
  });
  return { at: timeMs(value['at']), stood: Object.fromEntries(stood) };
}

export function encodeIncident({ seed, day, score, runner }: IncidentProgress): JsonObject {
  const { named, recovered, ...rest } = score;
  const times = { ...(named === undefined ? {} : { named }), ...(recovered === undefined ? {} : { recovered }) };
  return { seed, ...(day === undefined ? {} : { day }), score: { ...rest, ...times }, runner: encodeRunner(runner) };
}

/** Undefined where none was left, or where it can't be read. */
export function decodeIncident(value: JsonValue | undefined): IncidentProgress | undefined {
  if (!isObject(value)) return undefined;
  const { seed, day, score: found } = value;
  const [score, runner] = [decodeScore(found), decodeRunner(value['runner'])];
  if (typeof seed !== 'number' || score === undefined || runner === undefined) return undefined;
  return { seed, ...(typeof day === 'string' ? { day } : {}), score, runner };
}

function decodeScore(value: JsonValue | undefined): Score | undefined {
  if (!isObject(value)) return undefined;
  const { begun, named, recovered, misnamed, hints, harmed, mistakes } = value;
  if (typeof begun !== 'number' || typeof misnamed !== 'number' || typeof hints !== 'number') return undefined;
  return {
    begun: timeMs(begun),
    named: momentOf(named),
    recovered: momentOf(recovered),
    misnamed,
    hints,
    harmed: textsOf(harmed),
    mistakes: textsOf(mistakes),
  };
}

function momentOf(value: JsonValue | undefined): TimeMs | undefined {
  return typeof value === 'number' ? timeMs(value) : undefined;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function entriesOf(value: JsonValue | undefined): readonly [string, JsonValue | undefined][] {
  return isObject(value) ? Object.entries(value) : [];
}
