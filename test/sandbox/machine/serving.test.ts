import { describe, expect, it } from 'vitest';
import { savedState, serveStreams } from '../../../sandbox/machine/programs/kit/serve.ts';
import { serveHttp } from '../../../sandbox/machine/serve.ts';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { copyRoom, newRoom, start } from './room.ts';

/** Answers a second later, and writes it down half a second after that. */
const slowHttp =
  (workers: boolean): Program =>
  (sys, saved) =>
    serveHttp(sys, saved, {
      port: 80,
      workers,
      *handle({ path }, _, inner) {
        yield* inner.sleep(seconds(1));
        return { status: 200, body: `${path}\n` };
      },
      *onAnswer(_, __, ___, inner) {
        yield* inner.sleep(durationMs(500));
      },
    });

interface Count {
  lines: number;
}

/** Answers a second later how much it has heard so far. */
const slowStream: Program = (sys, saved) =>
  serveStreams<Count>(sys, saved, {
    ports: [80],
    state: () => (savedState(saved) as Count | undefined) ?? { lines: 0 },
    *onData(client, own, inner) {
      yield* inner.sleep(seconds(1));
      const end = client.received.indexOf(10) + 1;
      own.lines += end;
      client.received = client.received.subarray(end);
      client.out.push(new TextEncoder().encode(`${own.lines}\n`));
    },
  });

const asking: Program = function* run(sys) {
  const fd = yield* sys.connect({ host: '127.0.0.1', port: 80 });
  for (let turn = 0; turn < 3; turn++) {
    yield* sys.write(fd, sys.argv[1] === 'http' ? `GET /${turn} HTTP/1.1\r\nHost: x\r\n\r\n` : 'line\n');
    const bytes = yield* sys.read(fd, 4096);
    const text = new TextDecoder().decode(bytes);
    yield* sys.write(1, text.slice(text.lastIndexOf('\n', text.length - 2) + 1));
  }
  return 0;
};

const OPTIONS = { programs: { http: slowHttp(false), forking: slowHttp(true), stream: slowStream, asking } };

/** What a client hears, and what it hears in a copy that was taken after so long. */
function forkAfter(server: string, ms: number): readonly [string, string] {
  const room = newRoom(OPTIONS);
  start(room, [server]);
  room.loop.advance(durationMs(10));
  const client = start(room, ['asking', server === 'stream' ? 'stream' : 'http']);
  room.loop.advance(durationMs(ms));
  const copy = copyRoom(room, OPTIONS);
  const there = client.inCopy(copy);
  room.loop.advance(seconds(20));
  copy.loop.advance(seconds(20));
  return [client.output().stdout, there.output().stdout];
}

describe('a copy of a server at work', () => {
  it.each(
    ['http', 'forking', 'stream'].flatMap((server) => [500, 1250, 1600, 2600, 3300].map((ms) => [server, ms] as const)),
  )('(%s, after %i ms) goes on as the original does', (server, ms) => {
    const [original, copy] = forkAfter(server, ms);
    expect(original).toBe(server === 'stream' ? '5\n10\n15\n' : '/0\n/1\n/2\n');
    expect(copy).toBe(original);
  });
});
