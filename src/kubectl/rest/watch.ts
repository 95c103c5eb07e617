// Watching a collection: the server's answer never ends and holds one event a line.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { joined } from '../files.ts';
import { parseJson } from '../text/json.ts';
import type { RestClient, RestRequest } from './client.ts';

export interface WatchEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** Visits every event until the stream ends or `each` answers true. Says whether `each` ended it. */
export function* watchEvents(
  sys: Sys,
  client: RestClient,
  request: RestRequest,
  each: (event: WatchEvent) => Blocking<boolean>,
): Blocking<boolean> {
  const { body } = yield* client.stream(request);
  const decoder = new TextDecoder();
  try {
    let pending: Uint8Array[] = [];
    for (;;) {
      const chunk = yield* sys.read(body);
      if (chunk.length === 0) return false;
      const { lines, rest } = splitLines(pending, chunk);
      pending = rest;
      for (const line of lines) {
        const event = decodeEvent(decoder.decode(line));
        if (event !== undefined && (yield* each(event))) return true;
      }
    }
  } finally {
    sys.close(body);
  }
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
