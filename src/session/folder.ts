// Sessions that are kept: a record a lesson in the data folder, and one for free play. Opening one goes on where it was.

import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive, makeFolder, writeWhole } from '../host/disk.ts';
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
  /** Why nothing is kept on disk; absent when it is. */
  readonly unkept: Words | undefined;
  /** Gives the record free for others. */
  close(): void;
}

/** A session that has begun before there is a record of it. */
export interface Draft {
  readonly session: Session;
  /** What was put in so far becomes a record, and what follows is added to it. */
  keepIn(file: string): void;
}

/** `tokenKey`: as for `createSession`; it is kept beside the record, for its owner alone, and never shared. */
export function draftOf(beginning: Beginning, tokenKey?: string): Draft {
  const entries: Entry[] = [];
  let record: Recorder = (entry) => entries.push(entry);
  return {
    session: createSession(beginning, (entry) => record(entry), tokenKey),
    keepIn(file) {
      beginRecord(file, beginning, entries);
      if (tokenKey === undefined) rmSync(keyFile(file), { force: true });
      else writeWhole(keyFile(file), tokenKey);
      record = (entry) => appendEntry(file, entry);
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
  const unkept = lock.problem;
  if (unkept !== undefined) {
    return { session: begin().session, file, keyed: false, resumed: false, dropped: undefined, unkept, close() {} };
  }
  const found = restart ? putAside(file, 'before') : readBack(file);
  const close = (): void => rmSync(lock.file, { force: true });
  if (found.recorded !== undefined) {
    const { dropped: problem } = found.recorded;
    const dropped = problem === undefined ? undefined : phrase('session.dropped', { problem });
    return {
      session: goOn(file, found.recorded),
      file,
      keyed: keyOf(file) !== undefined,
      resumed: true,
      dropped,
      unkept,
      close,
    };
  }
  const draft = begin();
  draft.keepIn(file);
  return {
    session: draft.session,
    file,
    keyed: keyOf(file) !== undefined,
    resumed: false,
    dropped: found.problem,
    unkept,
    close,
  };
}

function keyFile(file: string): string {
  return `${file}.key`;
}

function keyOf(file: string): string | undefined {
  return existsSync(keyFile(file)) ? readFileSync(keyFile(file), 'utf8') : undefined;
}

function goOn(file: string, { beginning, entries }: Recorded): Session {
  let back = false;
  const keep: Recorder = (entry) => {
    if (back) appendEntry(file, entry);
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

/** One writer at a time. A lock whose process has gone is nobody's. */
function takeLock(file: string): { readonly file: string; readonly problem: Words | undefined } {
  const lock = `${file}.lock`;
  try {
    makeFolder(dirname(file));
    if (existsSync(lock) && !isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock);
    const fd = openSync(lock, 'wx', 0o600);
    writeSync(fd, String(process.pid));
    closeSync(fd);
    return { file: lock, problem: undefined };
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === 'EEXIST') return { file: lock, problem: phrase('session.busy', { file: lock }) };
    const problem = error instanceof Error ? error.message : String(error);
    return { file: lock, problem: phrase('session.unwritable', { problem }) };
  }
}
