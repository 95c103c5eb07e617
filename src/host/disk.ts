// Folders and files of the host that only one program may write at a time.

import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it, private to their owner. Step by step: below a folder that can't have any, as /proc, Node's
 * own recursion never ends. Throws the system's error.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Writes a private file, whole or not at all: beside its place, to the disk, then into its place. Makes its folder. */
export function writeWhole(file: string, text: string): void {
  makeFolder(dirname(file));
  const next = `${file}.${process.pid}.new`;
  const fd = openSync(next, 'w', 0o600);
  try {
    chmodSync(next, 0o600);
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(next, file);
}

/** Whether a process of this number runs, anybody's. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
