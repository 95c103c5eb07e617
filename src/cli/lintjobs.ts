// Several lessons are proven at once by programs of their own: this one, started again. A job proves one lesson after the
// other, as it is told: what it has read and what Node has made quick stays with it.

import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { EXIT } from './failure.ts';
import { SELF } from './self.ts';

/** Whether all is well with a lesson. */
export interface Verdict {
  readonly well: boolean;
  readonly weakened: Weakened;
}

/** With what is said of it. */
export interface JobDone extends Verdict {
  readonly lines: readonly string[];
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

/** Set for a job, so that nobody else who has a channel to this program is taken for one that gives work. */
const MARK = 'K8S_LEARN_JOB';

export function isJob(): boolean {
  return process.send !== undefined && process.env[MARK] !== undefined;
}

/** Proves what the starter names, until it hangs up. */
export function workOff(prove: (id: string) => JobDone): Promise<number> {
  return new Promise((ended) => {
    process.on('disconnect', () => ended(EXIT.done));
    process.on('message', (id) => {
      process.send?.(prove(String(id)));
    });
  });
}

/** As many as there are processors, unless told otherwise. */
export function jobsOf(given: unknown): number {
  const asked = Number(given ?? availableParallelism());
  return Number.isInteger(asked) && asked > 0 ? asked : 1;
}

/** Proves lessons in so many jobs, each of which is this program with these arguments. They are told of in their order. */
export async function inJobs(
  ids: readonly string[],
  args: readonly string[],
  jobs: number,
  tell: (done: JobDone) => void,
): Promise<void> {
  const done = new Map<number, JobDone>();
  let begun = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    let job = startJob(args);
    for (let at = begun++; at < ids.length; at = begun++) {
      if (!job.connected) job = startJob(args);
      done.set(at, await provenBy(job, ids[at] ?? ''));
      for (let next = done.get(told); next !== undefined; next = done.get(++told)) tell(next);
    }
    if (job.connected) job.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, ids.length) }, work));
}

/** A trial leaves much behind that nobody needs: with room for it (in MiB), less of it is copied by the collector. */
const ROOM = '--max-semi-space-size=32';

function startJob(args: readonly string[]): ChildProcess {
  const [node, program] = SELF;
  return spawn(node, [ROOM, program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, [MARK]: '1' },
  });
}

function provenBy(job: ChildProcess, id: string): Promise<JobDone> {
  return new Promise((resolve, reject) => {
    const ended = (): void =>
      resolve({ lines: [`${id}: its job ended before all was proven`], well: false, weakened: NONE_WEAKENED });
    job.once('exit', ended);
    job.once('error', reject);
    job.once('message', (done) => {
      job.off('exit', ended);
      job.off('error', reject);
      resolve(done as JobDone);
    });
    job.send(id);
  });
}
