// The folder in which the learner's own shell works: a lesson's files are put there, and what becomes of them is looked at.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../disk.ts';

type Files = Readonly<Record<string, string>>;

/** Bounds of what is looked at: a learner may do anything in there. */
const FILES_MAX = 300;
const BYTES_MAX = 256 * 1024;
const DEPTH_MAX = 5;

/** Makes the folder, and puts files into it that aren't there yet. */
export function fillFolder(folder: string, files: Files): void {
  makeFolder(folder);
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    if (existsSync(file)) continue;
    makeFolder(dirname(file));
    writeFileSync(file, text, { mode: 0o600 });
  }
}

/** What has become of the files of a folder, by their paths in it. */
export interface FolderChanges {
  readonly files: Files;
  readonly removed: readonly string[];
}

export const NO_CHANGES: FolderChanges = { files: {}, removed: [] };

/** Answers what has changed since it was last asked. */
export function folderWatch(folder: string): () => FolderChanges {
  const known = new Map<string, string>();
  const look = (): FolderChanges => {
    const changed: Record<string, string> = Object.create(null);
    for (const path of filesBelow(folder)) {
      try {
        const { mtimeMs, size } = statSync(join(folder, path));
        const print = `${mtimeMs} ${size}`;
        if (size > BYTES_MAX || known.get(path) === print) continue;
        known.set(path, print);
        changed[path] = readFileSync(join(folder, path), 'utf8');
      } catch {
        // It has gone meanwhile, or isn't ours to read.
      }
    }
    const removed = [...known.keys()].filter((path) => !isFile(join(folder, path)));
    for (const path of removed) known.delete(path);
    return { files: changed, removed };
  };
  look();
  return look;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** Paths with slashes; hidden ones and links are left out. */
function filesBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (below: string, depth: number): void => {
    for (const entry of entriesOf(join(folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (found.length >= FILES_MAX || entry.name.startsWith('.')) continue;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && depth < DEPTH_MAX) walk(path, depth + 1);
    }
  };
  walk('', 1);
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
