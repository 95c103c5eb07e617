// `k8s-learn pack`: the tools of lesson authors.

import { existsSync, mkdirSync, watch, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { duration, say, tell } from '../i18n/say.ts';
import { drillFolders, makeDrill } from '../lessons/drills/drill.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { type Loaded, loadCourse, loadLessons } from '../lessons/load.ts';
import { type PackFiles, type PackProblem, problemText, readYaml } from '../lessons/pack.ts';
import { lintLesson } from '../lessons/proof/lint.ts';
import { mutateLesson } from '../lessons/proof/mutation.ts';
import { lessonSchema } from '../lessons/schema.ts';
import { newLessonFiles } from '../lessons/template.ts';
import { EXIT, Failure } from './failure.ts';
import { inJobs, isJob, type JobDone, jobsOf, sumOf, type Verdict, type Weakened, workOff } from './lintjobs.ts';
import type { GlobalOptions } from './options.ts';
import { courseFolder, packOf, readPack } from './packfiles.ts';
import { bundlePack, installPack, removePack } from './packs.ts';

type Verb = (
  args: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
) => Promise<number>;

const VERBS: Readonly<Record<string, Verb>> = {
  lint: async ([path], own, options) => lint(path, own, options),
  test: async ([path], own, options) => (own.watch === true ? watching(path, own, options) : lint(path, own, options)),
  new: async ([path]) => create(path),
  schema: async () => {
    console.log(JSON.stringify(lessonSchema(), null, 2));
    return EXIT.done;
  },
  bundle: async ([path, target]) => bundlePack(path, target),
  install: async ([path], own, options) => installPack(path, own['replace'] === true, options),
  remove: async ([id], _own, options) => removePack(id, options),
};

export const pack: Verb = (args, own, options) => {
  const [verb = '', ...rest] = args;
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (run !== undefined) return run(rest, own, options);
  throw new Failure(
    EXIT.usage,
    `k8s-learn pack: no such verb: ${verb || '(none)'}.`,
    `It is one of ${Object.keys(VERBS).join(', ')}.`,
    '',
  );
};

/** A file in the folder of a lesson, and that folder. */
const LESSON_FILE = /^(.+)\/(?:lesson\.[^/]+|(?:wrong|solutions|start|files)\/.+)$/;

/** Proves the lessons below a path; the whole course that comes with the program unless given. */
async function lint(
  path: string | undefined,
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const { root, isCourse, inside } = packOf(path ?? courseFolder());
  const files = isCourse ? readPack(root) : readPack(root, inside);
  const { value, problems } = isCourse ? courseLessons(files) : loadLessons(files);
  const prover: Prover = { files, own, options };
  if (isJob()) return workOff((id) => asJob(id, value ?? [], prover));
  const concerns = ({ file }: PackProblem): boolean => inside === '' || isBelow(file, inside) || !file.includes('/');
  const found = problems.filter(concerns);
  for (const problem of found) console.log(problemText(problem));
  const lessons = (value ?? []).filter(({ id }) => isBelow(id, inside));
  if (lessons.length === 0 && found.length === 0)
    throw new Failure(
      EXIT.usage,
      `k8s-learn pack: no lesson in ${root}/${inside}.`,
      '',
      'A lesson is a folder with a lesson.yaml, below a course.yaml.',
    );
  const broken = new Set(found.flatMap(({ file }) => LESSON_FILE.exec(file)?.[1] ?? []));
  const sound = lessons.filter(({ id }) => !broken.has(id));
  const { ok, weakened } = await lintAll(root, sound, prover);
  const failed = broken.size + sound.length - ok;
  const weak = own['mutate'] === true && !isNoticed(weakened, options);
  console.log(tell(options.lang, 'pack.summary', { ok, failed }));
  return failed > 0 || found.length > 0 || weak ? EXIT.no : EXIT.done;
}

/** What lessons are proven with. */
interface Prover {
  readonly files: PackFiles;
  readonly own: Readonly<Record<string, unknown>>;
  readonly options: GlobalOptions;
}

interface Proven {
  /** How many lessons are well. */
  readonly ok: number;
  readonly weakened: Weakened;
}

/** Proves lessons, several at once where there are several. */
async function lintAll(root: string, lessons: readonly Lesson[], prover: Prover): Promise<Proven> {
  const { own, options } = prover;
  const all: Verdict[] = [];
  const jobs = jobsOf(own['jobs']);
  if (jobs === 1 || lessons.length < 2) {
    for (const lesson of lessons) all.push(proven(lesson, prover, (line) => console.log(line)));
  } else {
    const flags = ['thorough', 'mutate', 'verbose'].filter((flag) => own[flag] === true).map((flag) => `--${flag}`);
    const orders = own['orders'] === undefined ? [] : ['--orders', String(own['orders'])];
    const args = ['--lang', options.lang, 'pack', 'lint', root, ...flags, ...orders];
    const ids = lessons.map(({ id }) => id);
    await inJobs(ids, args, jobs, ({ lines, ...verdict }) => {
      for (const line of lines) console.log(line);
      all.push(verdict);
    });
  }
  return { ok: all.filter(({ well }) => well).length, weakened: sumOf(all.map(({ weakened }) => weakened)) };
}

/** As a job of another one of these programs. */
function asJob(id: string, lessons: readonly Lesson[], prover: Prover): JobDone {
  const lesson = lessons.find((one) => one.id === id);
  if (lesson === undefined) throw new Error(`there is no lesson ${id}`);
  const lines: string[] = [];
  const verdict = proven(lesson, prover, (line) => void lines.push(line));
  return { lines, ...verdict };
}

function proven(lesson: Lesson, { files, own, options }: Prover, print: (line: string) => void): Verdict {
  const well = lintOne(lesson, own, options, print);
  return { well, weakened: own['mutate'] === true ? mutateOne(lesson, files, options, print) : sumOf([]) };
}

/** So much of what is weakened has to be noticed, in percent. */
const NOTICED_MIN = 95;

/** Weakens every check of a lesson; lists what nothing noticed. */
function mutateOne(lesson: Lesson, files: PackFiles, { lang }: GlobalOptions, print: (line: string) => void): Weakened {
  const { of, survivors } = mutateLesson(lesson);
  const file = [`${lesson.id}/lesson.yaml`, `${lesson.id}/template.yaml`].find((one) => files.has(one)) ?? lesson.id;
  const { lineOf } = readYaml(file, files.get(file) ?? '');
  for (const { what, at, hint } of survivors) {
    const line = lineOf(at.split('.'));
    const message = tell(lang, 'pack.survivor', { what });
    const help = hint === undefined ? '' : tell(lang, 'pack.survivorHint', { ...hint });
    print(problemText({ file, message: message + help, ...(line === undefined ? {} : { line }) }));
  }
  return { of, noticed: of - survivors.length };
}

/** Whether enough was noticed of what was weakened. */
function isNoticed({ of, noticed }: Weakened, { lang }: GlobalOptions): boolean {
  const percent = of === 0 ? 100 : (noticed * 100) / of;
  console.log(tell(lang, 'pack.mutated', { noticed, of, percent: percent.toFixed(1) }));
  return percent >= NOTICED_MIN;
}

/** Drills are proven as the lessons that this seed makes of them. */
const DRILL_SEED = 1;

function courseLessons(files: PackFiles): Loaded<readonly Lesson[]> {
  const { value, problems } = loadCourse(files);
  const drills = drillFolders(files).map((folder) => ({ folder, ...makeDrill(files, folder, DRILL_SEED) }));
  return {
    value: [
      ...(value?.modules.flatMap((module) => module.lessons) ?? []),
      // What is said of one names its files.
      ...drills.flatMap(({ folder, value: drill }) => (drill === undefined ? [] : [{ ...drill.lesson, id: folder }])),
    ],
    problems: [...problems, ...drills.flatMap((one) => one.problems)],
  };
}

/** A path may name a lesson, a folder around it, or something in it. */
function isBelow(id: string, inside: string): boolean {
  return inside === '' || id === inside || id.startsWith(`${inside}/`) || inside.startsWith(`${id}/`);
}

function lintOne(
  lesson: Lesson,
  own: Readonly<Record<string, unknown>>,
  { lang }: GlobalOptions,
  print: (line: string) => void,
): boolean {
  const begin = performance.now();
  const problems = lintLesson(lesson, {
    thorough: own['thorough'] === true,
    ...(own['orders'] === undefined ? {} : { orders: Number(own['orders']) }),
    at: (what) => {
      if (own['verbose'] === true) print(`  ${lesson.id}: ${what}`);
    },
  });
  for (const problem of problems) print(problemText(problem));
  const time = say(duration(performance.now() - begin), lang);
  print(
    problems.length === 0
      ? tell(lang, 'pack.ok', { lesson: lesson.id, time })
      : tell(lang, 'pack.failed', { lesson: lesson.id, n: problems.length }),
  );
  return problems.length === 0;
}

/** Again after each change, until interrupted. */
function watching(
  path: string | undefined,
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const { root } = packOf(path ?? courseFolder());
  const again = (): void => void lint(path, own, options).catch((error) => console.error(String(error)));
  again();
  return new Promise((done) => {
    let soon: NodeJS.Timeout | undefined;
    const watcher = watch(root, { recursive: true }, () => {
      clearTimeout(soon);
      soon = setTimeout(again, 200);
    });
    process.once('SIGINT', () => {
      watcher.close();
      done(EXIT.interrupted);
    });
  });
}

/** A lesson that passes lint, to start from; with a course around it where there is none. */
function create(path: string | undefined): number {
  const example = 'k8s-learn pack new my-pack/01-topic/01-lesson';
  if (path === undefined) throw new Failure(EXIT.usage, 'k8s-learn pack new: which folder?', '', example);
  const { root, module, lesson } = newPlace(resolve(path));
  if (existsSync(join(root, module, lesson, 'lesson.yaml')))
    throw new Failure(EXIT.usage, `k8s-learn pack new: ${path} has a lesson already.`, '', 'Choose another folder.');
  for (const [file, text] of newLessonFiles(module, lesson)) {
    const target = join(root, file);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    console.log(target);
  }
  return EXIT.done;
}

interface NewPlace {
  readonly root: string;
  readonly module: string;
  readonly lesson: string;
}

/** `01-topic/01-lesson` at the end names module and lesson; any other path is the folder of a new pack. */
function newPlace(path: string): NewPlace {
  const [lesson = '', module = ''] = path.split(/[\\/]/).reverse();
  const isNumbered = (name: string): boolean => /^\d+-[a-z0-9-]+$/.test(name);
  if (isNumbered(lesson) && isNumbered(module)) return { root: dirname(dirname(path)), module, lesson };
  return { root: path, module: '01-topic', lesson: '01-lesson' };
}
