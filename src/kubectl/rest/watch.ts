// Watching a collection: the server's answer never ends and holds one event a line, or a frame of protobuf.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { Blocking, Fd, Sys } from '../../../sandbox/machine/sys.ts';
import { decodeProtobuf, readWatchFrames } from '../../../sandbox/schema/protobuf/envelope.ts';
import { durationMs, type TimeMs } from '../../../sandbox/time/units.ts';
import { joined } from '../files.ts';
import { parseJson } from '../text/json.ts';
import { PROTOBUF, type RestClient, type RestRequest } from './client.ts';

export interface WatchEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** Why watching ended: `each` wanted no more, the stream had no more, or time was over. */
export type WatchEnd = 'done' | 'ended' | 'late';

/** Visits every event until the stream ends, `each` answers true, or it is `deadline`. A request's time limit ends the stream. */
export function* watchEvents(
  sys: Sys,
  client: RestClient,
  request: RestRequest,
  each: (event: WatchEvent) => Blocking<boolean>,
  deadline?: TimeMs,
): Blocking<WatchEnd> {
  const { body, contentType, deadline: limit } = yield* client.stream(request);
  const events = contentType.startsWith(PROTOBUF) ? framedEvents() : lineEvents();
  try {
    for (;;) {
      if (!(yield* arrives(sys, body, earlier(deadline, limit))))
        return limit !== undefined && sys.now() >= limit ? 'ended' : 'late';
      const chunk = yield* sys.read(body);
      if (chunk.length === 0) return 'ended';
      for (const event of events(chunk)) if (yield* each(event)) return 'done';
    }
  } finally {
    sys.close(body);
  }
}

function earlier(a: TimeMs | undefined, b: TimeMs | undefined): TimeMs | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

/** Waits for bytes, or for the deadline. */
function* arrives(sys: Sys, fd: Fd, deadline: TimeMs | undefined): Blocking<boolean> {
  if (deadline === undefined) return true;
  const left = Math.max(0, deadline - sys.now());
  return (yield* sys.poll([fd], durationMs(left))).length > 0;
}

/** The events that are whole with the bytes that come next. */
type Events = (chunk: Uint8Array) => readonly WatchEvent[];

function framedEvents(): Events {
  let pending: Uint8Array = new Uint8Array();
  return (chunk) => {
    const { frames, rest } = readWatchFrames(joined([pending, chunk]));
    pending = rest;
    return frames.flatMap(({ type, object }) => {
      const { value } = decodeProtobuf(object);
      return isObject(value) ? [{ type, object: value }] : [];
    });
  };
}

function lineEvents(): Events {
  const decoder = new TextDecoder();
  let pending: Uint8Array[] = [];
  return (chunk) => {
    const { lines, rest } = splitLines(pending, chunk);
    pending = rest;
    return lines.flatMap((line) => decodeEvent(decoder.decode(line)) ?? []);
  };
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
