// Watching a collection: the server's answer never ends and holds one event a line.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { Blocking, Fd, Sys } from '../../../sandbox/machine/sys.ts';
import { durationMs, type TimeMs } from '../../../sandbox/time/units.ts';
import { joined } from '../files.ts';
import { parseJson } from '../text/json.ts';
import type { RestClient, RestRequest } from './client.ts';

export interface WatchEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** Why watching ended: `each` wanted no more, the stream had no more, or time was over. */
export type WatchEnd = 'done' | 'ended' | 'late';

/** Visits every event until the stream ends, `each` answers true, or it is `deadline`. */
export function* watchEvents(
  sys: Sys,
  client: RestClient,
  request: RestRequest,
  each: (event: WatchEvent) => Blocking<boolean>,
  deadline?: TimeMs,
): Blocking<WatchEnd> {
  const { body } = yield* client.stream(request);
  const decoder = new TextDecoder();
  try {
    let pending: Uint8Array[] = [];
    for (;;) {
      if (!(yield* arrives(sys, body, deadline))) return 'late';
      const chunk = yield* sys.read(body);
      if (chunk.length === 0) return 'ended';
      const { lines, rest } = splitLines(pending, chunk);
      pending = rest;
      for (const line of lines) {
        const event = decodeEvent(decoder.decode(line));
        if (event !== undefined && (yield* each(event))) return 'done';
      }
    }
  } finally {
    sys.close(body);
  }
}

/** Waits for bytes, or for the deadline. */
function* arrives(sys: Sys, fd: Fd, deadline: TimeMs | undefined): Blocking<boolean> {
  if (deadline === undefined) return true;
  const left = Math.max(0, deadline - sys.now());
  return (yield* sys.poll([fd], durationMs(left))).length > 0;
}

function splitLines(
  pending: readonly Uint8Array[],
  chunk: Uint8Array,
): { readonly lines: readonly Uint8Array[]; readonly rest: Uint8Array[] } {
  if (!chunk.includes(10)) return { lines: [], rest: [...pending, chunk] };
  const all = joined([...pending, chunk]);
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10, start)) {
    lines.push(all.subarray(start, end));
    start = end + 1;
  }
  return { lines, rest: start < all.length ? [all.subarray(start)] : [] };
}

function decodeEvent(line: string): WatchEvent | undefined {
  if (line.trim() === '') return undefined;
  const value = parseJson(line);
  if (!isObject(value) || !isObject(value['object'])) return undefined;
  return { type: String(value['type']), object: value['object'] };
}
