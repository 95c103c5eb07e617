// Several lessons are proven at once, each by a program of its own: this one, started again. What a job counts it tells by
// a message.

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { SELF } from './self.ts';

/** What a job says, and whether it found all well. */
export interface JobDone {
  readonly said: string;
  readonly well: boolean;
  readonly weakened: Weakened;
}

/** How many checks were weakened, and of how many of these it was noticed. */
export interface Weakened {
  readonly of: number;
  readonly noticed: number;
}

const NONE_WEAKENED: Weakened = { of: 0, noticed: 0 };

export function sumOf(counts: readonly Weakened[]): Weakened {
  return counts.reduce((sum, one) => ({ of: sum.of + one.of, noticed: sum.noticed + one.noticed }), NONE_WEAKENED);
}

/** Tells the program that started this one as a job; false when none did. */
export async function tellStarter(weakened: Weakened): Promise<boolean> {
  if (process.send === undefined) return false;
  await new Promise<void>((sent) => process.send?.(weakened, () => sent()));
  return true;
}

function weakenedIn(message: unknown): Weakened {
  if (typeof message !== 'object' || message === null || !('of' in message) || !('noticed' in message))
    return NONE_WEAKENED;
  return { of: Number(message.of), noticed: Number(message.noticed) };
}

/** As many as there are processors, unless told otherwise. */
export function jobsOf(given: unknown): number {
  const asked = Number(given ?? availableParallelism());
  return Number.isInteger(asked) && asked > 0 ? asked : 1;
}

/** Runs this program once with each list of arguments, so many at a time. Each is told of in the order of the lists. */
export async function inJobs(
  lists: readonly (readonly string[])[],
  jobs: number,
  tell: (done: JobDone) => void,
): Promise<void> {
  const done = new Map<number, JobDone>();
  let begun = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    for (let at = begun++; at < lists.length; at = begun++) {
      done.set(at, await runSelf(lists[at] ?? []));
      for (let next = done.get(told); next !== undefined; next = done.get(++told)) tell(next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, lists.length) }, work));
}

function runSelf(args: readonly string[]): Promise<JobDone> {
  return new Promise((resolve, reject) => {
    const [node, program] = SELF;
    const child = spawn(node, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    let said = '';
    let weakened = NONE_WEAKENED;
    child.on('message', (message) => {
      weakened = weakenedIn(message);
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ said, well: status === 0, weakened }));
  });
}
