// Sessions that are kept: a record a lesson in the data folder, and one for free play. Opening one goes on where it was.

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RecordError } from './decode.ts';
import { appendEntry, beginRecord, type Recorded, resumeRecord } from './record.ts';
import { type Beginning, createSession, replay, type Session } from './session.ts';

/** A session that is open and on record. */
export interface Kept {
  readonly session: Session;
  readonly file: string;
  /** It goes on with what was done before. */
  readonly resumed: boolean;
  /** What of the record could not be read, in words; the rest is there. */
  readonly dropped: string | undefined;
  /** Why nothing is kept on disk; absent when it is. */
  readonly unkept: string | undefined;
  /** Gives the record free for others. */
  close(): void;
}

/** The file of a session by its name: a lesson's id, or `play`. */
export function sessionFile(dataDir: string, name: string): string {
  return join(dataDir, 'sessions', `${name.replaceAll('/', '--')}.jsonl`);
}

/** Opens a session: goes on with its record, or begins one. `restart` puts an older record aside. */
export function openKept(dataDir: string, name: string, beginning: () => Beginning, restart = false): Kept {
  const file = sessionFile(dataDir, name);
  const lock = takeLock(file);
  const unkept = lock.problem;
  if (unkept !== undefined) {
    return { session: createSession(beginning()), file, resumed: false, dropped: undefined, unkept, close() {} };
  }
  const found = restart ? putAside(file, 'before') : readBack(file);
  const close = (): void => rmSync(lock.file, { force: true });
  if ('recorded' in found && found.recorded !== undefined) {
    return { session: goOn(file, found.recorded), file, resumed: true, dropped: found.recorded.dropped, unkept, close };
  }
  const fresh = beginning();
  beginRecord(file, fresh);
  const session = createSession(fresh, (entry) => appendEntry(file, entry));
  return { session, file, resumed: false, dropped: found.problem, unkept, close };
}

function goOn(file: string, { beginning, entries }: Recorded): Session {
  let back = false;
  const session = replay(beginning, entries, (entry) => {
    if (back) appendEntry(file, entry);
  });
  back = true;
  return session;
}

interface Found {
  readonly recorded?: Recorded;
  readonly problem: string | undefined;
}

/** What the file says; a file that says nothing is put aside. */
function readBack(file: string): Found {
  if (!existsSync(file)) return { problem: undefined };
  try {
    return { recorded: resumeRecord(file), problem: undefined };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    putAside(file, 'damaged');
    return { problem: `${error.message}; it was put aside as ${file}.damaged` };
  }
}

function putAside(file: string, why: string): Found {
  if (existsSync(file)) renameSync(file, `${file}.${why}`);
  return { problem: undefined };
}

/** One writer at a time. A lock whose process has gone is nobody's. */
function takeLock(file: string): { readonly file: string; readonly problem: string | undefined } {
  const lock = `${file}.lock`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (existsSync(lock) && !isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock);
    const fd = openSync(lock, 'wx', 0o600);
    writeSync(fd, String(process.pid));
    closeSync(fd);
    return { file: lock, problem: undefined };
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === 'EEXIST') return { file: lock, problem: `another k8s-learn has it open (${lock})` };
    return { file: lock, problem: error instanceof Error ? error.message : String(error) };
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: string }).code === 'EPERM';
  }
}
