// The progress on disk. A kill at any instant leaves the old file or the new one; two programs write one after the other;
// a damaged file is put aside and never thrown away.

import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { claim, isAlive, makeFolder, writeWhole } from '../host/disk.ts';
import { type Phrase, phrase, type Words } from '../i18n/say.ts';
import { decodeProgress, NO_PROGRESS, type Progress } from './progress.ts';

export interface ProgressStore {
  /** As it is on disk now. */
  read(): Progress;
  /** Reads, changes and writes as one: what another program wrote meanwhile is kept. Answers what was written. */
  update(change: (progress: Progress) => Progress): Progress;
  /** Whether all changes are on disk; the others wait for the next one. */
  kept(): boolean;
  /** What the learner has to be told, once: a damaged file, a folder that can't be written. */
  notices(): readonly Words[];
}

/** The progress can't be used; its words say why and what to do. */
export class ProgressError extends Error {
  readonly words: Phrase;
  constructor(words: Phrase) {
    super('the progress can not be used');
    this.name = 'ProgressError';
    this.words = words;
  }
}

const FILE = 'progress.json';
const LOCK = 'progress.lock';
/** A lock that is older was left behind: writing takes milliseconds. */
const STALE_MS = 10_000;
const PATIENCE_MS = 3000;
const RETRY_MS = 20;

/** `now` and `pause`: the host's clock, and how it is waited for. */
export function openProgress(folder: string, now: () => number = Date.now, pause = standStill): ProgressStore {
  const file = join(folder, FILE);
  const notices: Words[] = [];
  /** What could not be written yet, in order. */
  let unwritten: readonly Change[] = [];

  const load = (): Progress => {
    const text = readText(file);
    if (text === undefined) return NO_PROGRESS;
    const read = decodeProgress(text);
    if (!('kind' in read)) return read;
    if (read.kind === 'newer') throw new ProgressError(phrase('progress.newer', { version: read.version }));
    const aside = `${file}.damaged-${now()}`;
    renameSync(file, aside);
    notices.push(phrase('progress.damaged', { file: aside }));
    return NO_PROGRESS;
  };

  const changed = (progress: Progress): Progress => unwritten.reduce((all, change) => change(all), progress);

  return {
    read: () => changed(unwritten.length === 0 ? load() : readable(load)),
    update(change) {
      const first = unwritten.length === 0;
      unwritten = [...unwritten, change];
      try {
        makeFolder(folder);
        return locked(join(folder, LOCK), { now, pause }, () => {
          const next = changed(load());
          writeWhole(file, `${JSON.stringify(next)}\n`);
          unwritten = [];
          return next;
        });
      } catch (error) {
        if (error instanceof ProgressError && error.words.key === 'progress.newer') throw error;
        if (first) notices.push(wordsOf(error));
        return changed(readable(load));
      }
    },
    kept: () => unwritten.length === 0,
    notices: () => notices.splice(0),
  };
}

type Change = (progress: Progress) => Progress;

function wordsOf(error: unknown): Words {
  return error instanceof ProgressError ? error.words : phrase('progress.unwritable', { problem: messageOf(error) });
}

function readable(load: () => Progress): Progress {
  try {
    return load();
  } catch {
    return NO_PROGRESS;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

interface Clock {
  readonly now: () => number;
  readonly pause: (ms: number) => void;
}

/** Runs while no other program does. */
function locked<T>(lock: string, { now, pause }: Clock, run: () => T): T {
  // Counted, for the clock may be set back meanwhile.
  for (let tries = 0; !claim(lock); tries++) {
    const holder = holderOf(lock);
    if (holder !== undefined && isStale(holder, now())) rmSync(lock, { force: true });
    else if (tries * RETRY_MS > PATIENCE_MS)
      throw new ProgressError(phrase('progress.busy', { pid: holder?.pid ?? 0 }));
    else pause(RETRY_MS);
  }
  try {
    return run();
  } finally {
    rmSync(lock, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  /** When it took the lock, by the file system's clock. */
  readonly since: number;
}

function holderOf(lock: string): Holder | undefined {
  try {
    return { since: statSync(lock).mtimeMs, pid: Number(readFileSync(lock, 'utf8')) };
  } catch {
    return undefined;
  }
}

/**
 * Its program is gone, or it is too old; a clock that went back makes none stale. Our own number is that of one before us:
 * nothing else of ours runs while we write.
 */
function isStale({ pid, since }: Holder, now: number): boolean {
  return now - since > STALE_MS || pid === process.pid || (pid > 0 && !isAlive(pid));
}

/** Stands still for a moment; only while another program writes. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
