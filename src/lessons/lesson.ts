// A lesson, as its folder says it, and the shapes that its YAML has.

import { isObject } from '../../sandbox/kube/json.ts';
import { fault } from '../checks/acts.ts';
import type { Check } from '../checks/check.ts';
import { identifier, length, localized } from '../checks/common.ts';
import { checkShape } from '../checks/format.ts';
import { objects } from '../checks/parts.ts';
import {
  anyValue,
  type Decoded,
  either,
  flag,
  integer,
  list,
  mapOf,
  named,
  needed,
  oneOf,
  optional,
  parsed,
  record,
  type Shape,
  type Shaped,
  text,
} from '../checks/shape.ts';
import type { Language, Localized } from '../i18n/language.ts';
import { clusterSpecIn } from '../session/clusterfile.ts';
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

/** What comes true: an option's id, several (in their order where the order is asked), a number; or what the cluster says. */
const outcome = either(
  record({ cel: needed(text({ about: 'a CEL expression' })), objects: optional(objects) }),
  parsed(
    either(list(text(), { min: 1 }), text(), (value) => Array.isArray(value)),
    (read) => ({ fixed: typeof read === 'string' ? [read] : read }),
  ),
  isObject,
);

const predictionFields = {
  id: needed(identifier),
  step: needed(identifier),
  ask: needed(localized),
  type: optional(oneOf('one', 'many', 'number', 'order')),
  options: optional(list(option, { min: 2 })),
  /** With `number`: how far off still counts as right. */
  tolerance: optional(integer(0, 1_000_000)),
  known: needed(check),
  actual: needed(outcome),
  because: needed(localized),
};

const prediction = parsed(record(predictionFields), (read: Decoded<typeof predictionFields>) => {
  const { type = 'one', options = [], ...rest } = read;
  if (type !== 'number' && options.length === 0) throw new Error('`options` are missing: what can be chosen');
  if (type === 'number' && options.length > 0) throw new Error('a `number` has no `options`');
  return { type, options, ...rest };
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
  /** `output`: what a command prints, typed or chosen. */
  type: optional(oneOf('choice', 'many', 'order', 'command', 'output')),
  ask: needed(localized),
  options: optional(list(reviewOption, { min: 2 })),
  answer: needed(either(list(text(), { min: 1 }), text(), (value) => Array.isArray(value))),
  because: needed(localized),
});

const clusterFields = {
  /** How many workers there are; `nodes` says more of each. */
  workers: optional(integer(1, 20)),
  nodes: optional(anyValue),
  network: optional(text({ about: 'a network plug-in' })),
  addons: optional(list(text())),
  cloud: optional(flag),
  metrics: optional(flag),
  seed: optional(integer(0, 0xffffffff)),
  /** How long the start is left alone before the lesson begins. */
  settle: optional(length),
  /** What befalls it, counted from the moment at which the learner begins. */
  faults: optional(list(fault)),
};

/** A lesson's cluster, as a cluster file describes one, and what becomes of it. */
export const clusterShape = parsed(record(clusterFields), (read: Decoded<typeof clusterFields>) => {
  const { workers, seed, settle = 0, faults = [], ...file } = read;
  if (workers !== undefined && file.nodes !== undefined) throw new Error('either `workers` or `nodes` expected');
  const nodes = file.nodes ?? workers ?? 2;
  return {
    spec: clusterSpecIn({ ...file, nodes }),
    settle,
    faults,
    ...(seed === undefined ? {} : { seed }),
  };
});

const cluster = named('cluster', () => clusterShape);

const LESSON_FIELDS = {
  /** As the folders are called: `01-first-steps/01-first-pod`; for readers only. */
  id: optional(text()),
  title: needed(localized),
  idea: needed(localized),
  minutes: needed(integer(1, 240)),
  level: needed(oneOf('beginner', 'intermediate', 'advanced')),
  requires: optional(list(text())),
  teaches: needed(list(identifier, { min: 1 })),
  cluster: optional(cluster),
  /** Several, by their names; the first is the one of the learner's current context. */
  clusters: optional(mapOf(cluster)),
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
  /** Its parts are in another order than its author's. */
  readonly reordered?: boolean;
}

/** A wrong way, with the diagnosis that it has to get; `none` where it only stops half-way. */
export interface WrongScript extends Script {
  readonly diagnosis: string;
}

/** A lesson with all that is in its folder. */
export interface Lesson extends Omit<LessonFile, 'id'> {
  /** `01-first-steps/01-first-pod` */
  readonly id: string;
  /** What lesson.yaml says that it is called, if it does. */
  readonly called?: string;
  /** The folder of its module. */
  readonly module: string;
  readonly story: { readonly [L in Language]: Story };
  /** What goes into the home folder, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Manifests of the start; empty when there are none. */
  readonly start: string;
  /** Those of other clusters, by name. */
  readonly starts: ReadonlyMap<string, string>;
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

/** A part of a workshop: a lesson, or something else that takes time. */
const agendaItem = record({ minutes: needed(integer(1, 480)), lesson: optional(text()), title: optional(localized) });
const workshopShape = record({
  id: needed(identifier),
  title: needed(localized),
  agenda: needed(list(agendaItem, { min: 1 })),
});

/** A folder of the pack: no path. */
const folder = text({ pattern: /^[^./\\][^/\\]*$/, about: 'the name of a folder' });

const courseFields = {
  /** The pack's own name: two packs with one id can't be installed side by side. */
  id: optional(identifier),
  title: needed(localized),
  modules: needed(list(folder, { min: 1 })),
  paths: optional(list(pathShape)),
  workshops: optional(list(workshopShape)),
};
export const courseShape = record(courseFields, 'a course');

export interface Course {
  readonly title: Localized;
  readonly modules: readonly Module[];
  readonly paths: readonly Shaped<typeof pathShape>[];
  readonly workshops: readonly Shaped<typeof workshopShape>[];
}

/** Every check of a lesson, with what it belongs to. */
export function checksOf(lesson: Omit<LessonFile, 'id'>): readonly Check[] {
  return [
    ...lesson.goals.map((one) => one.check),
    ...(lesson.diagnose ?? []).map((one) => one.when),
    ...(lesson.predict ?? []).map((one) => one.known),
    ...(lesson.irrecoverable ?? []).map((one) => one.when),
  ];
}

/** What is said of one of a lesson's clusters. */
export interface LessonCluster extends Partial<Shaped<typeof cluster>> {
  /** Only where there are several. */
  readonly name?: string;
}

/** A lesson's clusters, the one of the learner's current context first. */
export function clustersOf({
  cluster: only,
  clusters,
}: Pick<Lesson, 'cluster' | 'clusters'>): readonly LessonCluster[] {
  if (clusters === undefined) return [only ?? {}];
  return [...clusters].map(([name, one]) => ({ name, ...one }));
}

/** All that a goal needs, directly or through others. */
export function needsOf(goals: readonly Goal[]): (goal: string) => ReadonlySet<string> {
  const direct = new Map(goals.map(({ id, needs = [] }) => [id, needs]));
  return (goal) => {
    const all = new Set<string>();
    const visit = (id: string): void => {
      for (const next of direct.get(id) ?? []) {
        if (all.has(next)) continue;
        all.add(next);
        visit(next);
      }
    };
    visit(goal);
    return all;
  };
}

/** The goal that a diagnosis is about. */
export function goalOf({ diagnose = [] }: Lesson, diagnosis: string): string | undefined {
  return diagnose.find(({ id }) => id === diagnosis)?.goal;
}
