// Sessions that are kept: a record a lesson in the data folder, and one for free play. Opening one goes on where it was.

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lazy } from '../../sandbox/kube/lazy.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { claim, isAlive, makeFolder, writeWhole } from '../host/disk.ts';
import { phrase, type Words } from '../i18n/say.ts';
import { RecordError } from './decode.ts';
import { appendEntry, beginRecord, type Recorded, resumeRecord } from './record.ts';
import { type Beginning, createSession, type Entry, type Recorder, replay, type Session } from './session.ts';

/** A session that is open and on record. */
export interface Kept {
  readonly session: Session;
  readonly file: string;
  /** Its cluster signs with a key that can't be told from its seed. */
  readonly keyed: boolean;
  /** It goes on with what was done before. */
  readonly resumed: boolean;
  /** What of the record could not be read; the rest is there. */
  readonly dropped: Words | undefined;
  /** Why nothing is kept on disk, from the beginning or from some moment on; absent while all is. */
  readonly unkept: Words | undefined;
  /** Gives the record free for others. */
  close(): void;
}

/** A session that has begun before there is a record of it. */
export interface Draft {
  readonly session: Session;
  /** What was put in so far becomes a record, and what follows is added to it, until that fails. */
  keepIn(file: string, failed: Failed): void;
}

type Failed = (error: unknown) => void;

/** Adds to a record until that fails. Nothing is added then: what is there stays a session, up to that moment. */
function keeper(file: string, failed: Failed): Recorder {
  let broken = false;
  return (entry) => {
    if (broken) return;
    try {
      appendEntry(file, entry);
    } catch (error) {
      broken = true;
      failed(error);
    }
  };
}

/** `tokenKey`: as for `createSession`; it is kept beside the record, for its owner alone, and never shared. */
export function draftOf(beginning: Beginning, tokenKey?: string): Draft {
  const entries: Entry[] = [];
  let record: Recorder = (entry) => entries.push(entry);
  return {
    session: createSession(beginning, (entry) => record(entry), tokenKey),
    keepIn(file, failed) {
      beginRecord(file, beginning, entries);
      if (tokenKey === undefined) rmSync(keyFile(file), { force: true });
      else writeWhole(keyFile(file), tokenKey);
      record = keeper(file, failed);
    },
  };
}

/** The file of a session by its name: a lesson's id, or `play`. */
export function sessionFile(dataDir: string, name: string): string {
  return join(dataDir, 'sessions', `${name.replaceAll('/', '--')}.jsonl`);
}

/** Opens a session: goes on with its record, or begins one with what `begin` makes. `restart` puts an older record aside. */
export function openKept(dataDir: string, name: string, begin: () => Draft, restart = false): Kept {
  const file = sessionFile(dataDir, name);
  const lock = takeLock(file);
  let unkept = lock.problem;
  const failed = (error: unknown): void => {
    unkept = phrase('session.stopped', { problem: messageOf(error) });
  };
  const opened = unkept === undefined ? openFile(file, begin, restart, failed) : fresh(begin());
  unkept ??= opened.unkept;
  return {
    ...opened,
    file,
    keyed: lock.problem === undefined && keyOf(file) !== undefined,
    get unkept() {
      return unkept;
    },
    close: lock.release,
  };
}

type Opened = Pick<Kept, 'session' | 'resumed' | 'dropped' | 'unkept'>;

function openFile(file: string, begin: () => Draft, restart: boolean, failed: Failed): Opened {
  const draft = lazy(begin);
  try {
    const found = restart ? putAside(file, 'before') : readBack(file);
    if (found.recorded === undefined) {
      draft().keepIn(file, failed);
      return { ...fresh(draft()), dropped: found.problem };
    }
    const { dropped: problem } = found.recorded;
    const dropped = problem === undefined ? undefined : phrase('session.dropped', { problem });
    return { session: goOn(file, found.recorded, failed), resumed: true, dropped, unkept: undefined };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return { ...fresh(draft()), unkept: unwritable(error) };
  }
}

function fresh({ session }: Draft): Opened {
  return { session, resumed: false, dropped: undefined, unkept: undefined };
}

function unwritable(error: unknown): Words {
  return phrase('session.unwritable', { problem: messageOf(error) });
}

function keyFile(file: string): string {
  return `${file}.key`;
}

function keyOf(file: string): string | undefined {
  return existsSync(keyFile(file)) ? readFileSync(keyFile(file), 'utf8') : undefined;
}

function goOn(file: string, { beginning, entries }: Recorded, failed: Failed): Session {
  let back = false;
  const add = keeper(file, failed);
  const keep: Recorder = (entry) => {
    if (back) add(entry);
  };
  const session = replay(beginning, entries, keep, keyOf(file));
  back = true;
  return session;
}

interface Found {
  readonly recorded?: Recorded;
  readonly problem: Words | undefined;
}

/** What the file says; a file that says nothing is put aside. */
function readBack(file: string): Found {
  if (!existsSync(file)) return { problem: undefined };
  try {
    return { recorded: resumeRecord(file), problem: undefined };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    putAside(file, 'damaged');
    return { problem: phrase('session.damaged', { problem: error.message, file: `${file}.damaged` }) };
  }
}

function putAside(file: string, why: string): Found {
  if (existsSync(file)) renameSync(file, `${file}.${why}`);
  return { problem: undefined };
}

/** Locks that this process holds: one with our number that isn't among them is that of one before us. */
const held = new Set<string>();

interface Lock {
  readonly problem: Words | undefined;
  release(): void;
}

/** One writer at a time. A lock whose process has gone is nobody's. */
function takeLock(file: string): Lock {
  const lock = `${file}.lock`;
  const free: Lock = { problem: undefined, release() {} };
  try {
    makeFolder(dirname(file));
    if (existsSync(lock) && isLeft(lock)) rmSync(lock);
    if (!claim(lock)) return { ...free, problem: phrase('session.busy', { file: lock }) };
  } catch (error) {
    return { ...free, problem: unwritable(error) };
  }
  held.add(lock);
  return {
    ...free,
    release() {
      held.delete(lock);
      rmSync(lock, { force: true });
    },
  };
}

function isLeft(lock: string): boolean {
  const pid = Number(readFileSync(lock, 'utf8'));
  return pid === process.pid ? !held.has(lock) : !isAlive(pid);
}
