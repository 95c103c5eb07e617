// Loading packs: every folder's files together, and everything that is wrong with them, each with file and line.

import type { Path, Shape } from '../checks/shape.ts';
import { LANGUAGES, type Language } from '../i18n/language.ts';
import { lessonProblems } from './consistency.ts';
import { cycleIn } from './cycle.ts';
import {
  type Course,
  courseShape,
  type Lesson,
  lessonShape,
  type Module,
  moduleShape,
  type Script,
  type WrongScript,
} from './lesson.ts';
import { type PackFiles, type PackProblem, readYaml } from './pack.ts';
import { readStory, type Story } from './story.ts';

export interface Loaded<T> {
  /** Undefined when it can't be used. */
  readonly value: T | undefined;
  readonly problems: readonly PackProblem[];
}

/** How thoroughly a pack is looked at: `usable` is enough to learn with, `proven` also finds what would only be found on the way. */
type Care = 'usable' | 'proven';

/** The whole course; lessons and modules that can't be used are left out, with their problems told. */
export function loadCourse(files: PackFiles, care: Care = 'proven'): Loaded<Course> {
  const course = readFile(files, 'course.yaml', courseShape);
  if (course.value === undefined) return { value: undefined, problems: course.problems };
  const loaded = course.value.modules.map((id) => loadModule(files, id, care));
  const modules = loaded.flatMap(({ value }) => value ?? []);
  const lessons = modules.flatMap((module) => module.lessons);
  const problems = [...course.problems, ...loaded.flatMap((one) => one.problems), ...problemsBetween(lessons)];
  problems.push(...strayLessons(files, course.value.modules));
  const ids = new Set(lessons.map(({ id }) => id));
  for (const [p, path] of (course.value.paths ?? []).entries())
    for (const [i, id] of path.lessons.entries())
      if (!ids.has(id)) problems.push(course.at(['paths', p, 'lessons', i], `there is no lesson \`${id}\``));
  return {
    value: {
      title: course.value.title,
      modules,
      paths: course.value.paths ?? [],
      workshops: course.value.workshops ?? [],
    },
    problems,
  };
}

/** Lessons that nobody would find. */
function strayLessons(files: PackFiles, modules: readonly string[]): readonly PackProblem[] {
  return lessonFolders(files, '').flatMap((folder) => {
    const [module = ''] = folder.split('/');
    const message = `is in no module of course.yaml: add \`- ${module}\` to \`modules\``;
    return modules.includes(module) ? [] : [{ file: `${folder}/lesson.yaml`, message }];
  });
}

/** All lessons below a folder that is no course: a single one, or some that belong to no module yet. */
export function loadLessons(files: PackFiles): Loaded<readonly Lesson[]> {
  const loaded = lessonFolders(files, '').map((folder) => loadLesson(files, folder, 'proven'));
  return { value: loaded.flatMap(({ value }) => value ?? []), problems: loaded.flatMap((one) => one.problems) };
}

function loadModule(files: PackFiles, id: string, care: Care): Loaded<Module> {
  const read = readFile(files, `${id}/module.yaml`, moduleShape);
  const loaded = lessonFolders(files, id).map((folder) => loadLesson(files, folder, care));
  const problems = [...read.problems, ...loaded.flatMap((one) => one.problems)];
  if (read.value === undefined) return { value: undefined, problems };
  return { value: { ...read.value, id, lessons: loaded.flatMap(({ value }) => value ?? []) }, problems };
}

/** The folders of a module that hold a lesson, in the order of their names. */
function lessonFolders(files: PackFiles, module: string): readonly string[] {
  const prefix = module === '' ? '' : `${module}/`;
  const names = [...files.keys()].filter((path) => path.startsWith(prefix) && path.endsWith('/lesson.yaml'));
  return names.map((path) => path.slice(0, -'/lesson.yaml'.length)).sort();
}

/** One lesson's folder. */
function loadLesson(files: PackFiles, folder: string, care: Care): Loaded<Lesson> {
  const read = readFile(files, `${folder}/lesson.yaml`, lessonShape);
  const problems: PackProblem[] = [...read.problems];
  const story = Object.fromEntries(
    LANGUAGES.map((language) => [language, loadStory(files, folder, language, problems)]),
  );
  if (read.value === undefined) return { value: undefined, problems };
  const [module = ''] = folder.split('/');
  const { id: called, ...rest } = read.value;
  const lesson: Lesson = {
    ...rest,
    ...(called === undefined ? {} : { called }),
    id: folder,
    module,
    story: story as Lesson['story'],
    files: Object.fromEntries(below(files, `${folder}/files/`)),
    ...startsOf(below(files, `${folder}/start/`), rest),
    solutions: below(files, `${folder}/solutions/`).map(([name, text]) => solution(name, text)),
    wrong: below(files, `${folder}/wrong/`).map(([name, text]) => wrongScript(folder, name, text, problems)),
  };
  if (care === 'proven') problems.push(...lessonProblems(lesson, `${folder}/lesson.yaml`, read.at));
  return { value: problems.length > 0 && read.problems.length > 0 ? undefined : lesson, problems };
}

/** Manifests of the start: a folder of its own for each cluster beside the first. */
function startsOf(
  manifests: readonly (readonly [string, string])[],
  { clusters }: Pick<Lesson, 'clusters'>,
): Pick<Lesson, 'start' | 'starts'> {
  const of = (name?: string): string =>
    manifests
      .filter(([path]) => beside.find((other) => path.startsWith(`${other}/`)) === name)
      .map(([, text]) => text)
      .join('\n---\n');
  const beside = [...(clusters?.keys() ?? [])].slice(1);
  const others = beside.map((name) => [name, of(name)] as const).filter(([, text]) => text.trim() !== '');
  return { start: of(), starts: new Map(others) };
}

function loadStory(files: PackFiles, folder: string, language: Language, problems: PackProblem[]): Story {
  const file = `${folder}/lesson.${language}.md`;
  const text = files.get(file);
  if (text === undefined)
    problems.push({ file, message: 'the file is missing: every lesson has its story in both languages' });
  return readStory(text ?? '', (line, message) => problems.push({ file, line, message }));
}

/** A script, or manifests that are applied. */
function solution(name: string, text: string): Script {
  const file = `solutions/${name}`;
  if (!/\.ya?ml$/.test(name)) return { file, text };
  return { file, text: `kubectl apply -f - <<'END_OF_MANIFESTS'\n${text}\nEND_OF_MANIFESTS\n` };
}

/** The first line names the diagnosis: `# diagnosis: mistyped-image`. */
function wrongScript(folder: string, name: string, text: string, problems: PackProblem[]): WrongScript {
  const found = /^# diagnosis: ([a-z0-9-]+)\s*$/m.exec(text.split('\n', 1)[0] ?? '');
  if (found === null)
    problems.push({
      file: `${folder}/wrong/${name}`,
      line: 1,
      message: 'the first line names the diagnosis: `# diagnosis: ID`',
    });
  return { file: `wrong/${name}`, text, diagnosis: found?.[1] ?? '' };
}

/** The files below a folder by the rest of their paths, sorted. */
function below(files: PackFiles, prefix: string): readonly (readonly [string, string])[] {
  return [...files]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, text]) => [path.slice(prefix.length), text] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

interface ReadFile<T> extends Loaded<T> {
  /** A problem at a place of this file. */
  readonly at: (path: Path, message: string) => PackProblem;
}

function readFile<T>(files: PackFiles, file: string, shape: Shape<T>): ReadFile<T> {
  const text = files.get(file);
  if (text === undefined) {
    const at = (_: Path, message: string): PackProblem => ({ file, message });
    return { value: undefined, problems: [{ file, message: 'the file is missing' }], at };
  }
  const { value, lineOf, problems } = readYaml(file, text);
  const at = (path: Path, message: string): PackProblem => {
    const line = lineOf(path);
    const place = path.length === 0 ? '' : `${path.join('.')}: `;
    return { file, message: `${place}${message}`, ...(line === undefined ? {} : { line }) };
  };
  if (problems.length > 0) return { value: undefined, problems, at };
  const found: PackProblem[] = [];
  const read = shape.read(value, [], (path, message) => found.push(at(path, message)));
  return { value: read, problems: found, at };
}

/** What lessons say of one another. */
function problemsBetween(lessons: readonly Lesson[]): readonly PackProblem[] {
  const requires = new Map(lessons.map((lesson) => [lesson.id, lesson.requires ?? []]));
  const problems = lessons.flatMap(({ id, requires: wanted = [] }) =>
    wanted
      .filter((other) => !requires.has(other))
      .map((other) => ({ file: `${id}/lesson.yaml`, message: `requires: there is no lesson \`${other}\`` })),
  );
  const cycle = cycleIn(requires);
  if (cycle !== undefined)
    problems.push({ file: `${cycle[0]}/lesson.yaml`, message: `requires: a circle: ${cycle.join(' → ')}` });
  return problems;
}
