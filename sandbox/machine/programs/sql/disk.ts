// Databases on a disk: one file each. They are written whenever something has changed, so that a killed server loses nothing.

import { errorText } from '../../errors.ts';
import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { tryTextFile, writeFile } from '../kit/input.ts';
import type { Engine } from './engine.ts';
import { type Databases, loadDatabase, saveDatabase } from './store.ts';

const ENDING = '.json';

/** What lies in a folder. */
export function* readDatabases(sys: Sys, folder: string): Blocking<Databases> {
  const databases: Databases = new Map();
  for (const name of sys.readdir(folder)) {
    if (!name.endsWith(ENDING)) continue;
    const database = loadDatabase((yield* tryTextFile(sys, `${folder}/${name}`)) ?? '');
    if (database !== undefined) databases.set(decodeURIComponent(name.slice(0, -ENDING.length)), database);
  }
  return databases;
}

/** Writes what has changed. Answers why that can't be done: then it is tried again next time. */
export function* writeDatabases(sys: Sys, folder: string, { databases, dirty }: Engine): Blocking<string | undefined> {
  for (const name of [...dirty]) {
    const path = `${folder}/${encodeURIComponent(name)}${ENDING}`;
    const database = databases.get(name);
    try {
      if (database === undefined) sys.unlink(path);
      else yield* writeFile(sys, path, saveDatabase(database), 0o600);
      dirty.delete(name);
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      return `could not write to file "${path}": ${errorText(error.code)}`;
    }
  }
  return undefined;
}
