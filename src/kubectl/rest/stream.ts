// Answers that go on: their bytes are read as they come, until the time limit of the whole exchange.

import type { Blocking, Bytes, Fd, Sys } from '../../../sandbox/machine/sys.ts';
import { durationMs, type TimeMs } from '../../../sandbox/time/units.ts';

export interface Stream {
  /** To be closed by whoever reads it. */
  readonly body: Fd;
  readonly contentType: string;
  /** When time for the whole of it is over; absent where there is no limit. */
  readonly deadline?: TimeMs;
}

const OUT_OF_TIME = 'net/http: request canceled (Client.Timeout or context cancellation while reading body)';

/** What comes next; nothing at the end. Throws when time is over. */
export function* readStream(sys: Sys, stream: Stream): Blocking<Bytes> {
  if (stream.deadline !== undefined) yield* readable(sys, [stream]);
  return yield* sys.read(stream.body);
}

/** Those of which something can be read. Throws when the time of one of them is over. */
export function* readable(sys: Sys, streams: readonly Stream[]): Blocking<readonly Fd[]> {
  const fds = streams.map(({ body }) => body);
  const deadlines = streams.flatMap(({ deadline }) => deadline ?? []);
  if (deadlines.length === 0) return yield* sys.poll(fds);
  const ready = yield* sys.poll(fds, durationMs(Math.max(0, Math.min(...deadlines) - sys.now())));
  if (ready.length === 0) throw new Error(OUT_OF_TIME);
  return ready;
}
