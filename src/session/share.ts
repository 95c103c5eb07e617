// A session in one line, for a friend: its beginning and its inputs, packed. Whoever opens it gets the same cluster at the
// same moment. Only inputs are in it, and nothing of it runs anywhere but in the simulated cluster.

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { RecordError } from './decode.ts';
import type { Recorded } from './record.ts';
import { readRecord, recordText } from './record.ts';
import type { Beginning, Entry } from './session.ts';

/** How such a line begins. */
const PREFIX = 'k8s-learn:1:';
/** A longer one doesn't pass through chats and terminals unharmed; then a file is shared. */
export const SHARE_MAX = 4096;
/** What a line may unpack to, in bytes. */
const UNPACKED_MAX = 4_000_000;

/** The line; undefined when it would be longer than SHARE_MAX characters. */
export function shareLine(beginning: Beginning, entries: readonly Entry[]): string | undefined {
  const packed = deflateRawSync(Buffer.from(recordText(beginning, entries)), { level: 9 });
  const line = PREFIX + packed.toString('base64url');
  return line.length > SHARE_MAX ? undefined : line;
}

/** What a friend's line says. Throws a RecordError. */
export function openLine(line: string): Recorded {
  const text = line.trim();
  if (!text.startsWith(PREFIX)) throw new RecordError(`a shared session begins with ${PREFIX}`);
  if (text.length > SHARE_MAX) throw new RecordError(`a shared session has at most ${SHARE_MAX} characters`);
  const recorded = readRecord(unpacked(text.slice(PREFIX.length))).recorded;
  if (recorded.dropped !== undefined) throw new RecordError(recorded.dropped);
  return recorded;
}

function unpacked(data: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(data)) throw new RecordError('letters in it have been lost or changed');
  try {
    return inflateRawSync(Buffer.from(data, 'base64url'), { maxOutputLength: UNPACKED_MAX }).toString('utf8');
  } catch {
    throw new RecordError('letters in it have been lost or changed');
  }
}
