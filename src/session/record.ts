// A session on disk: a file of JSON lines, the beginning first. A line is there before what it says takes effect, so that
// a kill at any instant loses nothing but a line that was half written.

import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { writeAll, writeWhole } from '../host/disk.ts';
import { decodeBeginning, decodeEntry, RecordError } from './decode.ts';
import type { Beginning, Entry } from './session.ts';

/** The form of the file. Readers refuse what they don't know. */
const FORMAT = 1;

export interface Recorded {
  readonly beginning: Beginning;
  readonly entries: readonly Entry[];
  /** What was left out at the end, and why; absent when all could be read. */
  readonly dropped?: string;
}

/** The lines of a session. */
export function recordText(beginning: Beginning, entries: readonly Entry[]): string {
  const lines = [{ format: FORMAT, ...beginning }, ...entries];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Begins a record, private to its owner; throws the system's error when the place can't be written. */
export function beginRecord(file: string, beginning: Beginning, entries: readonly Entry[] = []): void {
  writeWhole(file, recordText(beginning, entries));
}

/** Adds one entry at the end, whole or not at all; throws the system's error. */
export function appendEntry(file: string, entry: Entry): void {
  const fd = openSync(file, 'a', 0o600);
  try {
    const { size } = fstatSync(fd);
    try {
      writeAll(fd, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      ftruncateSync(fd, size);
      throw error;
    }
  } finally {
    closeSync(fd);
  }
}

/** Reads a record and mends its file: what can't be read at its end is cut off, so that it can be gone on with. */
export function resumeRecord(file: string): Recorded {
  const text = readFileSync(file, 'utf8');
  const { recorded, length } = readRecord(text);
  if (length < Buffer.byteLength(text)) truncateSync(file, length);
  return recorded;
}

/** What a text says; throws a RecordError when not even its beginning can be read. */
export function readRecord(text: string): { readonly recorded: Recorded; readonly length: number } {
  const lines = text.split('\n');
  const [first = ''] = lines;
  const { format, ...rest } = parsed(first) as { readonly format?: unknown };
  if (format !== FORMAT) throw new RecordError(`this session has the format ${String(format)}; known is ${FORMAT}`);
  const beginning = decodeBeginning(rest);
  const entries: Entry[] = [];
  let length = Buffer.byteLength(`${first}\n`);
  for (const [index, line] of lines.entries()) {
    if (index === 0 || (line === '' && index === lines.length - 1)) continue;
    try {
      if (index === lines.length - 1) throw new RecordError('the line has no end');
      entries.push(decodeEntry(parsed(line)));
    } catch (error) {
      const dropped = `line ${index + 1}: ${messageOf(error)}`;
      return { recorded: { beginning, entries, dropped }, length };
    }
    length += Buffer.byteLength(`${line}\n`);
  }
  return { recorded: { beginning, entries }, length };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new RecordError('not a line of JSON');
  }
}
