// Command lines on the workstation of a whole cluster, for what needs more than kubectl itself.

import { newLearnerCluster } from '../../../src/session/cluster.ts';
import { startCommand, writtenText } from '../../../src/session/command.ts';
import { LEARNER_HOME } from '../../../src/workstation/workstation.ts';

const LONGEST_MS = 60_000;

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Runs a line in bash, in a home folder with these files, beside a fresh cluster. */
export function commandOnWorkstation(line: string, files: Readonly<Record<string, string>> = {}): Ended {
  const cluster = newLearnerCluster({ seed: 1 }, { files });
  const { loop } = cluster.simulator;
  const running = startCommand(cluster, ['bash', '-c', line], { home: LEARNER_HOME });
  const end = loop.now() + LONGEST_MS;
  for (let next = loop.next(); running.status() === undefined; next = loop.next()) {
    if (next === undefined || next > end) throw new Error(`it doesn't end: ${line}`);
    loop.runUntil(next, () => running.status() !== undefined);
  }
  const written = running.output();
  return {
    stdout: writtenText(written, 'stdout'),
    stderr: writtenText(written, 'stderr'),
    exit: running.status() ?? 0,
  };
}
