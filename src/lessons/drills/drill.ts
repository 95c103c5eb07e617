// Incident drills: a folder of texts with `{{holes}}` that a seed fills in, so that names, namespaces and what is broken
// differ each time. What comes out is a lesson with one step: the page.

import { draws } from '../../../sandbox/time/chance.ts';
import { localized } from '../../checks/common.ts';
import {
  anyValue,
  type Decoded,
  integer,
  list,
  mapOf,
  needed,
  optional,
  parsed,
  record,
  type Shape,
  text,
} from '../../checks/shape.ts';
import type { Lesson } from '../lesson.ts';
import { type Loaded, loadLessons } from '../load.ts';
import { type PackFiles, type PackProblem, readYaml } from '../pack.ts';

const drillFields = {
  id: needed(text({ pattern: /^D\d{2}$/, about: 'D01, D02 and so on' })),
  title: needed(localized),
  /** Minutes that a practised person takes. */
  par: needed(integer(1, 120)),
  needs: optional(list(text())),
  /** What is drawn, by the name of its hole: one of a list. */
  draw: needed(mapOf(list(text(), { min: 1 }))),
  /** `KIND/NAME` of what is to blame, more than one where either is right; may have holes. */
  cause: needed(list(text(), { min: 1 })),
  /** The chain from the page to the cause, and what to keep of it. */
  debrief: needed(record({ chain: needed(localized), alert: needed(localized), repeat: optional(text()) })),
  /** For editors; not read. */
  notes: optional(anyValue),
};

const drillShape: Shape<Decoded<typeof drillFields>> = parsed(record(drillFields, 'a drill'), (read) => read);

/** drill.yaml, with its holes filled. */
export type DrillFile = Decoded<typeof drillFields>;

export interface Drill {
  readonly file: DrillFile;
  readonly seed: number;
  readonly lesson: Lesson;
}

const HOLE = /\{\{([a-z][a-z0-9]*)\}\}/g;

/** The folders of a pack that hold a drill, sorted. */
export function drillFolders(files: PackFiles): readonly string[] {
  return [...files.keys()]
    .filter((path) => path.endsWith('/drill.yaml'))
    .map((path) => path.slice(0, -'/drill.yaml'.length))
    .sort();
}

/** The drill that a seed makes of a folder. */
export function makeDrill(files: PackFiles, folder: string, seed: number): Loaded<Drill> {
  const path = `${folder}/drill.yaml`;
  const problems: PackProblem[] = [];
  const { value, lineOf, problems: unread } = readYaml(path, files.get(path) ?? '');
  if (unread.length > 0) return { value: undefined, problems: unread };
  const raw = drillShape.read(value, [], (at, message) => {
    const line = lineOf(at);
    problems.push({ file: path, message: `${at.join('.')}: ${message}`, ...(line === undefined ? {} : { line }) });
  });
  if (raw === undefined) return { value: undefined, problems };
  const values = drawn(raw.draw, seed);
  const filled = new Map(
    [...files]
      .filter(([name]) => name.startsWith(`${folder}/`) && name !== path)
      .map(([name, content]) => [
        name.replace(/\/template\.yaml$/, '/lesson.yaml'),
        fill(content, values, name, problems),
      ]),
  );
  const lessons = loadLessons(filled);
  problems.push(
    ...lessons.problems.map((one) => ({ ...one, file: one.file.replace(/\/lesson\.yaml$/, '/template.yaml') })),
  );
  const lesson = lessons.value?.[0];
  if (lesson === undefined || problems.length > 0) return { value: undefined, problems };
  const cause = raw.cause.map((one) => fill(one, values, path, problems));
  return { value: { file: { ...raw, cause }, seed, lesson: { ...lesson, id: `${folder}-${seed}` } }, problems };
}

/** One of each list. */
function drawn(draw: DrillFile['draw'], seed: number): ReadonlyMap<string, string> {
  return new Map(
    [...draw].map(([name, choices], i) => {
      const at = Math.floor(draws(seed, 'drill', name).fraction(i) * choices.length);
      return [name, choices[at] ?? ''] as const;
    }),
  );
}

function fill(content: string, values: ReadonlyMap<string, string>, file: string, problems: PackProblem[]): string {
  return content.replace(HOLE, (whole, name: string) => {
    const value = values.get(name);
    if (value === undefined)
      problems.push({ file, message: `nothing is drawn for \`${whole}\`: add \`${name}\` to \`draw\`` });
    return value ?? whole;
  });
}

/** The drill of a day: the same for everybody. */
export function dailyDrill(
  folders: readonly string[],
  day: string,
): { readonly folder: string; readonly seed: number } {
  const seed = Number(day.replaceAll('-', ''));
  const at = Math.floor(draws(seed, 'daily drill').fraction(0) * folders.length);
  return { folder: folders[at] ?? '', seed };
}
