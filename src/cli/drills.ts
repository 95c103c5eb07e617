// The incident drills that come with the program: by name, and the one of today.

import { type Drill, type DrillFile, dailyDrill, drillFolders, makeDrill } from '../lessons/drills/drill.ts';
import { problemText } from '../lessons/pack.ts';
import { EXIT, Failure } from './failure.ts';
import { courseFolder, readPack } from './packfiles.ts';

/** A drill that somebody is called to; `day` when it is the one of that day. */
export interface Call {
  readonly drill: Drill;
  readonly day?: string;
}

export interface Drills {
  /** All of them, as a seed makes them. */
  all(seed: number): readonly Drill[];
  /** `D01`; by another seed each time unless one is given. Throws a Failure. */
  named(id: string, seed: number | undefined): Call;
  /** The same for everybody on one day. */
  daily(now: number): Call;
}

export function openDrills(): Drills {
  const files = readPack(courseFolder(), '90-drills');
  const folders = drillFolders(files);
  const made = (folder: string, seed: number): Drill => {
    const { value, problems } = makeDrill(files, folder, seed);
    if (value !== undefined) return value;
    const what = `k8s-learn drill: ${folder} can not be used.`;
    throw new Failure(EXIT.environment, what, problems.map(problemText).join('\n'), '');
  };
  const all = (seed: number): readonly Drill[] => folders.map((folder) => made(folder, seed));
  return {
    all,
    named(id, seed = Date.now() % 100_000) {
      const drills = all(seed);
      const drill = drills.find(({ file }) => file.id.toLowerCase() === id.toLowerCase());
      if (drill !== undefined) return { drill };
      const there = drills.map(({ file }) => file.id).join(', ');
      throw new Failure(EXIT.usage, `k8s-learn drill: ${id}: there is no such drill.`, `There are ${there}.`, '');
    },
    daily(now) {
      const day = new Date(now).toISOString().slice(0, 10);
      const { folder, seed } = dailyDrill(folders, day);
      return { drill: made(folder, seed), day };
    },
  };
}

const PREFIX = 'drill/';

/** The incident of today, among lessons. */
export const DAILY = `${PREFIX}daily`;

/** What a drill is called among lessons. */
export function drillId({ file }: { readonly file: Pick<DrillFile, 'id'> }): string {
  return PREFIX + file.id;
}

/** Under which name it is kept: the daily one has a place of its own. */
export function keptAs({ drill, day }: Call): string {
  return day === undefined ? drillId(drill) : DAILY;
}

/** Undefined when it is no drill that is called so among lessons. `left`: the seed of the one that was left under a name. */
export function calledTo(
  drills: Drills,
  id: string | undefined,
  left: (name: string) => number | undefined,
): Call | undefined {
  if (id === DAILY) return drills.daily(Date.now());
  return id?.startsWith(PREFIX) === true ? drills.named(id.slice(PREFIX.length), left(id)) : undefined;
}
