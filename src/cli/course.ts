// The course as the commands use it: loaded from the package, lessons found by name, progress beside.

import { deserialize } from 'node:v8';
import { readBuilt } from '../host/built.ts';
import { say, type Words } from '../i18n/say.ts';
import { findLesson } from '../lessons/find.ts';
import type { Course, Lesson } from '../lessons/lesson.ts';
import { loadCourse } from '../lessons/load.ts';
import { problemText } from '../lessons/pack.ts';
import { openProgress, ProgressError, type ProgressStore } from '../progress/store.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { courseFolder, readPack } from './packfiles.ts';
import { installedModules } from './packs.ts';

/** In the folder of the bundle. */
const BUILT = 'course.bin';

/**
 * The course that comes with the program, and the packs that were installed beside it. A lesson with problems is left
 * out; without any there is nothing to learn.
 */
export function openCourse(options?: Pick<GlobalOptions, 'dataDir'>): Course {
  // As it was read when the program was built: reading all texts anew takes longer than all the rest of a start.
  const course = readBuilt(BUILT, (bytes) => deserialize(bytes) as Course) ?? readFolder();
  const installed = options === undefined ? [] : installedModules(options);
  return { ...course, modules: [...course.modules, ...installed] };
}

function readFolder(): Course {
  const { value, problems } = loadCourse(readPack(courseFolder()), 'usable');
  if (value !== undefined) return value;
  throw new Failure(
    EXIT.environment,
    'k8s-learn: the course can not be used.',
    problems.map(problemText).join('\n'),
    'Install k8s-learn again.',
  );
}

/** The lesson that a name on the command line means. */
export function lessonNamed(course: Course, name: string): Lesson {
  const found = findLesson(course, name);
  if ('lesson' in found) return found.lesson;
  const what = `k8s-learn: ${name}: `;
  if ('several' in found)
    throw new Failure(
      EXIT.usage,
      `${what}several lessons are called so.`,
      `They are ${found.several.join(', ')}.`,
      'Give the whole name.',
    );
  const near = found.near.length === 0 ? '' : `Is it one of ${found.near.join(', ')}?`;
  throw new Failure(EXIT.usage, `${what}there is no such lesson.`, near, '`k8s-learn list` shows them all.');
}

/** The progress; what is wrong with it becomes a failure in the learner's language. */
export function progressOf({ dataDir, lang }: Pick<GlobalOptions, 'dataDir' | 'lang'>): ProgressStore {
  const store = openProgress(dataDir);
  const told = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      if (error instanceof ProgressError)
        throw new Failure(EXIT.environment, `k8s-learn: ${say(error.words, lang)}`, '', '');
      throw error;
    }
  };
  return { ...store, read: () => told(store.read), update: (change) => told(() => store.update(change)) };
}

/** Prints what the learner has to be told about the progress. */
export function printNotices(notices: readonly Words[], { lang }: GlobalOptions): void {
  for (const words of notices) console.error(say(words, lang));
}
