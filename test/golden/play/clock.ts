// The recorded times of a case: when its clock starts, and how far ours is from it.

import { isArray, isObject, type JsonValue, mapStrings, numberAt, textAt } from '../json.ts';

const STAMP = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/;
const DESCRIBED = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT)/;

/** The first point in time that a text names. */
export function firstTime(text: string): number | undefined {
  const found = [STAMP, DESCRIBED].flatMap((form) => {
    const match = form.exec(text);
    return match === null ? [] : [{ at: match.index, time: Date.parse(match[0]) }];
  });
  return found.sort((a, b) => a.at - b.at)[0]?.time;
}

/** The first time at which the recorded server says that something was created. */
export function firstCreation(value: JsonValue | undefined): number | undefined {
  if (isArray(value)) return firstOf(value);
  if (!isObject(value)) return undefined;
  const stamp = value['creationTimestamp'];
  if (typeof stamp === 'string' && STAMP.test(stamp)) return Date.parse(stamp);
  return firstOf(Object.values(value));
}

function firstOf(values: readonly (JsonValue | undefined)[]): number | undefined {
  for (const value of values) {
    const found = firstCreation(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** When tests and scripts start that have no recorded time. */
export const EPOCH = Date.parse('2026-01-01T00:00:00Z');

/**
 * Moves the points in time within the status of an object that is sent: what is said to have happened an hour before
 * shall have happened an hour before again. What is asked for (annotations, templates) stays as it is.
 */
export function shiftTimes(value: JsonValue, byMs: number): JsonValue {
  if (byMs === 0 || !isObject(value) || value['status'] === undefined) return value;
  return { ...value, status: mapStrings(value['status'], (text) => shiftText(text, byMs)) };
}

function shiftText(text: string, byMs: number): string {
  return text.replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g, (stamp, fraction: string | undefined) => {
    const moved = new Date(Date.parse(stamp) + byMs).toISOString();
    return fraction === undefined ? moved.replace(/\.\d+Z/, 'Z') : moved.replace(/\.\d+Z/, `${fraction}Z`);
  });
}

const FUTURE_KEYS: ReadonlySet<string> = new Set(['deletionTimestamp', 'spec', 'lastHeartbeatTime', 'lastProbeTime']);

/** The latest time in a value at which something happened; what lies in the future or was asked for doesn't count. */
export function latestTime(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value) ? Date.parse(value) : undefined;
  const items = isArray(value) ? value : isObject(value) ? keptItems(value) : [];
  const times = [...items.map(latestTime), deletionTime(value)].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** When an object was deleted: its timestamp says when its grace period is over. */
function deletionTime(value: JsonValue | undefined): number | undefined {
  const stamp = textAt(value, 'deletionTimestamp');
  return stamp === undefined
    ? undefined
    : Date.parse(stamp) - (numberAt(value, 'deletionGracePeriodSeconds') ?? 0) * 1000;
}

function keptItems(object: { readonly [key: string]: JsonValue | undefined }): readonly (JsonValue | undefined)[] {
  return Object.entries(object).flatMap(([key, item]) => (FUTURE_KEYS.has(key) ? [] : [item]));
}
