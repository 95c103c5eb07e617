// What the learner has done, as it is kept: one JSON file with a version. Older versions are migrated when they are read.

import { isObject, type JsonObject, type JsonValue, own } from '../../sandbox/kube/json.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';

const VERSION = 1;

type LessonProgress = {
  readonly state: 'begun' | 'done';
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** How often it was done to the end. */
  readonly times: number;
  /** What the lesson's runner wants to have kept. */
  readonly runner: JsonObject;
};

/** A review question's history. */
export type ReviewProgress = {
  /** How often in a row it was answered right. */
  readonly streak: number;
  readonly asked: number;
  readonly due: number;
};

export interface Progress {
  readonly version: typeof VERSION;
  readonly lessons: { readonly [id: string]: LessonProgress };
  /** Concepts behind mistakes that were recognised, and how often. */
  readonly mistaken: { readonly [concept: string]: number };
  readonly reviews: { readonly [question: string]: ReviewProgress };
}

export const NO_PROGRESS: Progress = { version: VERSION, lessons: {}, mistaken: {}, reviews: {} };

/** Why a file can't be used. A newer one isn't damaged: it must not be touched. */
export type Unreadable =
  | { readonly kind: 'damaged'; readonly why: string }
  | { readonly kind: 'newer'; readonly version: number };

/** Reads the file's text. */
export function decodeProgress(text: string): Progress | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return damaged(messageOf(error));
  }
  if (!isObject(value)) return damaged('not an object');
  const { version } = value;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) return damaged('no version');
  if (version > VERSION) return { kind: 'newer', version };
  return decodeParts(migrated(value, version));
}

/** From each version to the next. */
const MIGRATIONS: readonly ((old: JsonObject) => JsonObject)[] = [
  // 0: lessons were a list of ids that were done.
  (old) => ({
    lessons: Object.fromEntries(
      (Array.isArray(old['done']) ? old['done'] : []).map((id: JsonValue) => [
        String(id),
        { state: 'done', first: 0, last: 0, times: 1, runner: {} },
      ]),
    ),
    mistaken: {},
    reviews: {},
  }),
];

function migrated(value: JsonObject, version: number): JsonObject {
  return MIGRATIONS.slice(version).reduce((old, migrate) => migrate(old), value);
}

function decodeParts(value: JsonObject): Progress | Unreadable {
  const { lessons, mistaken, reviews } = value;
  if (!isObject(lessons) || !isObject(mistaken) || !isObject(reviews)) return damaged('parts are missing');
  for (const [id, lesson] of Object.entries(lessons)) if (!isLesson(lesson)) return damaged(`lesson ${id}`);
  for (const [id, count] of Object.entries(mistaken)) if (typeof count !== 'number') return damaged(`concept ${id}`);
  for (const [id, review] of Object.entries(reviews)) if (!isReview(review)) return damaged(`question ${id}`);
  return { version: VERSION, lessons, mistaken, reviews } as Progress;
}

function isLesson(value: JsonValue | undefined): boolean {
  if (!isObject(value)) return false;
  const { state, first, last, times, runner } = value;
  return (state === 'begun' || state === 'done') && [first, last, times].every(isNumber) && isObject(runner);
}

function isReview(value: JsonValue | undefined): boolean {
  return isObject(value) && [value['streak'], value['asked'], value['due']].every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function damaged(why: string): Unreadable {
  return { kind: 'damaged', why };
}

/** A lesson was gone on with. What was done stays done. */
export function withLesson(progress: Progress, id: string, now: number, done: boolean, runner: JsonObject): Progress {
  const before = own(progress.lessons, id);
  const lesson: LessonProgress = {
    state: done || before?.state === 'done' ? 'done' : 'begun',
    first: before?.first ?? now,
    last: now,
    times: (before?.times ?? 0) + (done ? 1 : 0),
    runner,
  };
  return { ...progress, lessons: { ...progress.lessons, ...Object.fromEntries([[id, lesson]]) } };
}

/** A mistake was recognised. */
export function withMistakes(progress: Progress, concepts: readonly string[]): Progress {
  const counts = new Map(Object.entries(progress.mistaken));
  for (const concept of concepts) counts.set(concept, (counts.get(concept) ?? 0) + 1);
  return { ...progress, mistaken: Object.fromEntries(counts) };
}
