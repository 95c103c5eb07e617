// `k8s-learn progress`: the learner's data, shown, taken along, brought back, begun anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { tell } from '../i18n/say.ts';
import { decodeProgress, NO_PROGRESS, type Progress } from '../progress/progress.ts';
import { openCourse, printNotices, progressOf } from './course.ts';
import { EXIT, Failure } from './failure.ts';
import { stateOf } from './list.ts';
import type { GlobalOptions } from './options.ts';

type Verb = (file: string | undefined, options: GlobalOptions) => number;

const VERBS: Readonly<Record<string, Verb>> = { show, export: exportTo, import: importFrom, reset };

export async function progress(
  [verb = 'show', file]: readonly string[],
  _own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (run !== undefined) return run(file, options);
  throw new Failure(
    EXIT.usage,
    `k8s-learn progress: no such verb: ${verb}.`,
    `It is one of ${Object.keys(VERBS).join(', ')}.`,
    '',
  );
}

function show(_: string | undefined, options: GlobalOptions): number {
  const store = progressOf(options);
  const known = store.read();
  printNotices(store.notices(), options);
  const lessons = openCourse(options).modules.flatMap((module) => module.lessons);
  for (const { id, title } of lessons)
    console.log(`${tell(options.lang, `lesson.${stateOf(id, known)}`, {})}  ${title[options.lang]}`);
  const n = lessons.filter(({ id }) => stateOf(id, known) === 'done').length;
  console.log(tell(options.lang, 'progress.lessons', { n, of: lessons.length }));
  return EXIT.done;
}

/** To a file, or to standard output. */
function exportTo(file: string | undefined, options: GlobalOptions): number {
  const text = `${JSON.stringify(progressOf(options).read(), null, 2)}\n`;
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text, { mode: 0o600 });
  return EXIT.done;
}

/** What was done here stays done; the rest comes from the file. */
function importFrom(file: string | undefined, options: GlobalOptions): number {
  if (file === undefined) throw new Failure(EXIT.usage, 'k8s-learn progress import: which file?', '', '');
  const read = decodeProgress(readFileSync(file, 'utf8'));
  if ('kind' in read) {
    const why = read.kind === 'newer' ? tell(options.lang, 'progress.newer', { version: read.version }) : read.why;
    throw new Failure(EXIT.no, `k8s-learn progress import: ${file} can't be used.`, why, 'Nothing was changed.');
  }
  return change((own) => merged(own, read), options);
}

/** Changes what is on disk, and shows it; what could not be written has not changed. */
function change(changed: (progress: Progress) => Progress, options: GlobalOptions): number {
  const store = progressOf(options);
  store.update(changed);
  printNotices(store.notices(), options);
  return store.kept() ? show(undefined, options) : EXIT.environment;
}

function merged(own: Progress, other: Progress): Progress {
  const lessons = { ...own.lessons };
  for (const [id, lesson] of Object.entries(other.lessons)) {
    const mine = Object.hasOwn(own.lessons, id) ? own.lessons[id] : undefined;
    const newer = mine === undefined || lesson.last > mine.last ? lesson : mine;
    const done = lesson.state === 'done' || mine?.state === 'done';
    Object.assign(lessons, Object.fromEntries([[id, { ...newer, state: done ? 'done' : 'begun' }]]));
  }
  return {
    ...own,
    lessons,
    mistaken: { ...other.mistaken, ...own.mistaken },
    reviews: { ...other.reviews, ...own.reviews },
  };
}

function reset(_: string | undefined, options: GlobalOptions): number {
  return change(() => NO_PROGRESS, options);
}
