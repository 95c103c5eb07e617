// Reading logs: one stream to its end, or several at once as they come.

import { StatusError } from '../../../sandbox/kube/status.ts';
import type { Blocking, Bytes, Fd } from '../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { asError } from '../errors.ts';
import { joined } from '../files.ts';
import { ACCEPT_SCHEME } from '../resource/requests.ts';
import { readable, readStream, type Stream } from '../rest/stream.ts';
import type { Query } from '../rest/url.ts';

export interface LogRequest {
  readonly path: string;
  readonly query: Query;
  /** Stands before each line; empty for nothing. */
  readonly prefix: string;
  readonly pod: string;
}

const PAUSE_MS = 1000;
const NEWLINE = 10;

/** One stream from beginning to end. Followed, it is tried again as long as the server refuses. */
export function* printOne(call: Call, request: LogRequest): Blocking<void> {
  const { flags, sys } = call;
  const deadline = sys.now() + (flags.has('pod-running-timeout') ? flags.duration('pod-running-timeout') : 0);
  for (;;) {
    try {
      yield* copy(call, request);
      return;
    } catch (error) {
      if (flags.has('ignore-errors') && flags.bool('ignore-errors')) {
        yield* call.out(`error: ${asError(error).message}\n`);
        return;
      }
      if (!flags.has('follow') || !flags.bool('follow')) throw error;
      yield* call.err(`${asError(error).message}\n`);
      if (!(error instanceof StatusError)) throw error;
    }
    if (sys.now() + PAUSE_MS > deadline) throw new Error('context deadline exceeded');
    yield* sys.sleep(durationMs(PAUSE_MS));
  }
}

function* open(call: Call, { path, query, pod }: LogRequest): Blocking<Stream> {
  const client = yield* call.client();
  const subject = { group: '', resource: 'pods', name: pod };
  return yield* client.stream({ method: 'GET', path, query, accept: ACCEPT_SCHEME, subject });
}

function* copy(call: Call, request: LogRequest): Blocking<void> {
  const stream = yield* open(call, request);
  const lines = lineWriter(call, request.prefix);
  for (;;) {
    const bytes = yield* readStream(call.sys, stream);
    if (bytes.length === 0) break;
    yield* lines.write(bytes);
  }
  yield* lines.end();
  call.sys.close(stream.body);
}

/** All streams at once: whole lines, in the order in which they come. */
export function* followAll(call: Call, requests: readonly LogRequest[]): Blocking<void> {
  const streams = new Map<Fd, { readonly stream: Stream; readonly lines: LineWriter }>();
  for (const request of requests) {
    try {
      const stream = yield* open(call, request);
      streams.set(stream.body, { stream, lines: lineWriter(call, request.prefix) });
    } catch (error) {
      if (!call.flags.bool('ignore-errors')) throw error;
      yield* call.out(`error: ${asError(error).message}\n`);
    }
  }
  while (streams.size > 0) {
    const all = [...streams.values()].map(({ stream }) => stream);
    for (const fd of yield* readable(call.sys, all)) {
      const bytes = yield* call.sys.read(fd);
      const lines = streams.get(fd)?.lines;
      if (bytes.length > 0) yield* lines?.write(bytes) ?? nothing();
      else {
        yield* lines?.end() ?? nothing();
        call.sys.close(fd);
        streams.delete(fd);
      }
    }
  }
}

function* nothing(): Blocking<void> {}

interface LineWriter {
  write(bytes: Bytes): Blocking<void>;
  /** What is left of a line without an end. */
  end(): Blocking<void>;
}

function lineWriter({ sys }: Call, prefix: string): LineWriter {
  const before = new TextEncoder().encode(prefix);
  let rest: Bytes = new Uint8Array();
  const put = function* (lines: Bytes): Blocking<void> {
    if (lines.length === 0) return;
    yield* sys.write(1, before.length === 0 ? lines : prefixed(lines, before));
  };
  return {
    *write(bytes) {
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      yield* put(end === 0 ? new Uint8Array() : joined([rest, bytes.subarray(0, end)]));
      rest = end === 0 ? joined([rest, bytes]) : bytes.subarray(end);
    },
    *end() {
      yield* put(rest);
    },
  };
}

function prefixed(lines: Bytes, before: Bytes): Bytes {
  const parts: Bytes[] = [];
  for (let at = 0; at < lines.length; ) {
    const newline = lines.indexOf(NEWLINE, at);
    const end = newline < 0 ? lines.length : newline + 1;
    parts.push(before, lines.subarray(at, end));
    at = end;
  }
  return joined(parts);
}
