// A lesson, as its folder says it, and the shapes that its YAML has.

import type { Check } from '../checks/check.ts';
import { identifier, length, localized } from '../checks/common.ts';
import { checkShape } from '../checks/format.ts';
import {
  type Decoded,
  either,
  flag,
  integer,
  list,
  named,
  needed,
  oneOf,
  optional,
  record,
  type Shape,
  type Shaped,
  text,
} from '../checks/shape.ts';
import type { Language, Localized } from '../i18n/language.ts';
import type { Story } from './story.ts';

const check = named('check', () => checkShape);

const goal = record({
  id: needed(identifier),
  title: needed(localized),
  check: needed(check),
  needs: optional(list(identifier)),
  weight: optional(integer(1, 100)),
  hold: optional(length),
  guard: optional(flag),
  sticky: optional(flag),
});

const step = record({
  anchor: needed(identifier),
  goals: optional(list(identifier)),
  hints: optional(list(localized)),
  explain: optional(localized),
});

const option = record({ id: needed(identifier), text: needed(localized), belief: optional(text()) });

const prediction = record({
  id: needed(identifier),
  step: needed(identifier),
  ask: needed(localized),
  type: optional(oneOf('one')),
  options: needed(list(option, { min: 2 })),
  known: needed(check),
  actual: needed(identifier),
  because: needed(localized),
});

const diagnosis = record({
  id: needed(identifier),
  when: needed(check),
  after: optional(length),
  priority: optional(integer(0, 100)),
  goal: optional(identifier),
  because: needed(localized),
  nudge: optional(localized),
  concept: needed(identifier),
});

const irrecoverable = record({
  when: needed(check),
  because: needed(localized),
  offer: needed(oneOf('undo', 'restart')),
});

const command = record({ run: needed(text()), says: needed(localized) });

const debrief = record({ model: needed(localized), reallife: needed(localized), remember: needed(list(command)) });

const reviewOption = record({ id: needed(identifier), text: needed(localized), because: optional(localized) });

const question = record({
  id: needed(identifier),
  concept: needed(identifier),
  type: optional(oneOf('choice', 'order', 'command')),
  ask: needed(localized),
  options: optional(list(reviewOption, { min: 2 })),
  answer: needed(either(list(text(), { min: 1 }), text(), (value) => Array.isArray(value))),
  because: needed(localized),
});

const cluster = record({
  workers: optional(integer(1, 20)),
  /** How long the start is left alone before the lesson begins. */
  settle: optional(length),
});

const LESSON_FIELDS = {
  title: needed(localized),
  idea: needed(localized),
  minutes: needed(integer(1, 240)),
  level: needed(oneOf('beginner', 'intermediate', 'advanced')),
  requires: optional(list(text())),
  teaches: needed(list(identifier, { min: 1 })),
  cluster: optional(cluster),
  backends: optional(list(oneOf('simulator', 'kind'))),
  steps: needed(list(step, { min: 1 })),
  predict: optional(list(prediction)),
  goals: needed(list(goal, { min: 1 })),
  diagnose: optional(list(diagnosis)),
  irrecoverable: optional(list(irrecoverable)),
  debrief: needed(debrief),
  review: needed(list(question, { min: 1 })),
};

/** lesson.yaml, read. */
export type LessonFile = Decoded<typeof LESSON_FIELDS>;

export const lessonShape: Shape<LessonFile> = record(LESSON_FIELDS, 'a lesson');

export type Goal = Shaped<typeof goal>;
export type Step = Shaped<typeof step>;
export type Prediction = Shaped<typeof prediction>;
export type Diagnosis = Shaped<typeof diagnosis>;
export type Irrecoverable = Shaped<typeof irrecoverable>;
export type Question = Shaped<typeof question>;

/** A script of the lesson's author: a way that must reach the goals, or one that must not. */
export interface Script {
  readonly file: string;
  readonly text: string;
}

/** A wrong way, with the diagnosis that it has to get. */
export interface WrongScript extends Script {
  readonly diagnosis: string;
}

/** A lesson with all that is in its folder. */
export interface Lesson extends LessonFile {
  /** `01-first-steps/01-first-pod` */
  readonly id: string;
  /** The folder of its module. */
  readonly module: string;
  readonly story: { readonly [L in Language]: Story };
  /** What goes into the home folder, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Manifests of the start; empty when there are none. */
  readonly start: string;
  readonly solutions: readonly Script[];
  readonly wrong: readonly WrongScript[];
}

const moduleFields = { title: needed(localized), summary: needed(localized), requires: optional(list(text())) };
export const moduleShape = record(moduleFields, 'a module');

/** A module with its lessons, in their order. */
export interface Module extends Decoded<typeof moduleFields> {
  readonly id: string;
  readonly lessons: readonly Lesson[];
}

const pathShape = record({ id: needed(identifier), title: needed(localized), lessons: needed(list(text())) });
const courseFields = {
  title: needed(localized),
  modules: needed(list(text(), { min: 1 })),
  paths: optional(list(pathShape)),
};
export const courseShape = record(courseFields, 'a course');

export interface Course {
  readonly title: Localized;
  readonly modules: readonly Module[];
  readonly paths: readonly Shaped<typeof pathShape>[];
}

/** Every check of a lesson, with what it belongs to. */
export function checksOf(lesson: LessonFile): readonly Check[] {
  return [
    ...lesson.goals.map((one) => one.check),
    ...(lesson.diagnose ?? []).map((one) => one.when),
    ...(lesson.predict ?? []).map((one) => one.known),
    ...(lesson.irrecoverable ?? []).map((one) => one.when),
  ];
}
