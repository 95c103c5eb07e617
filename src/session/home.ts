// The learner's home folder from outside: files put there by a lesson, files looked at by checks.

import { filesOf } from '../../sandbox/machine/runtime/walk.ts';
import { LEARNER_HOME, LEARNER_USER, workstationOf } from '../workstation/workstation.ts';
import type { LearnerCluster } from './clusters.ts';

/** Takes away and writes files by their paths in the home folder. */
export function putHomeFiles(
  { simulator }: LearnerCluster,
  files: Readonly<Record<string, string>>,
  removed: readonly string[] = [],
): void {
  const disk = filesOf(simulator.kernel, workstationOf(simulator.kernel).root);
  for (const path of removed) disk.remove(`${LEARNER_HOME}/${path}`);
  for (const [path, text] of Object.entries(files)) {
    const whole = `${LEARNER_HOME}/${path}`;
    disk.makeFolder(whole.slice(0, whole.lastIndexOf('/')), LEARNER_USER);
    disk.write(whole, text, { ...LEARNER_USER, mode: 0o644 });
  }
}

/** A file's text; undefined where there is none. */
export function readHomeFile({ simulator }: LearnerCluster, path: string): string | undefined {
  const disk = filesOf(simulator.kernel, workstationOf(simulator.kernel).root);
  try {
    return Buffer.from(disk.read(`${LEARNER_HOME}/${path}`)).toString('utf8');
  } catch {
    return undefined;
  }
}
