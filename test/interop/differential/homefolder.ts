// The home folder of the stock kubectl, on this machine; and the same one on the workstation of a simulated cluster.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesOf } from '../../../sandbox/machine/runtime/walk.ts';
import type { LearnerCluster } from '../../../src/session/clusters.ts';
import { LEARNER_USER, workstationOf } from '../../../src/workstation/workstation.ts';

export interface HomeFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Empties the folder and puts files into it, by paths below it. */
export function layOut(home: string, files: Readonly<Record<string, string>>): void {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
}

/** Each command asks anew what there is. */
export function forgetCaches(home: string): void {
  rmSync(join(home, '.kube/cache'), { recursive: true, force: true });
}

/** All files in it, folders that are empty left out. */
export function filesIn(home: string, below = ''): readonly HomeFile[] {
  if (!existsSync(join(home, below))) return [];
  return readdirSync(join(home, below), { withFileTypes: true }).flatMap((entry): readonly HomeFile[] => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return filesIn(home, path);
    if (!entry.isFile()) return [];
    return [{ path, content: readFileSync(join(home, path)), mode: statSync(join(home, path)).mode & 0o777 }];
  });
}

/** The learner's home folder is as that one, and nothing else is in it. */
export function furnish({ simulator: { kernel } }: LearnerCluster, home: string, files: readonly HomeFile[]): void {
  const disk = filesOf(kernel, workstationOf(kernel).root);
  disk.remove(home);
  disk.makeFolder(home, LEARNER_USER);
  for (const { path, content, mode } of files) {
    disk.makeFolder(dirname(join(home, path)), LEARNER_USER);
    disk.write(join(home, path), content, { ...LEARNER_USER, mode });
  }
}
