import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, joinBytes, textOf } from '../../../sandbox/machine/bytes.ts';
import {
  formatChunk,
  formatRequest,
  formatResponse,
  HttpError,
  httpHeader,
  LAST_CHUNK,
  requestFraming,
  responseFraming,
  takeBody,
  takeRequestHead,
  takeResponseHead,
} from '../../../sandbox/machine/http.ts';
import { formatFrame, takeFrame } from '../../../sandbox/machine/net/websocket.ts';
import { fill, newBuffer } from '../../../sandbox/machine/streams/buffer.ts';

const bufferOf = (text: string | Uint8Array) => {
  const buffer = newBuffer();
  fill(buffer, bytesOf(text));
  return buffer;
};

const failure = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error instanceof HttpError ? error.status : error;
  }
};

describe('HTTP heads', () => {
  it('are read once they are complete', () => {
    const buffer = bufferOf('GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: a');
    expect(takeRequestHead(buffer)).toBeUndefined();
    fill(buffer, bytesOf('/b\r\naccept:  c/d \r\n\r\nrest'));
    const head = takeRequestHead(buffer);
    expect(head).toMatchObject({ method: 'GET', target: '/a?b=c', version: 'HTTP/1.1' });
    expect(head?.headers['accept']).toEqual(['a/b', 'c/d']);
    expect(buffer.size).toBe(4);
  });

  it('may have names that objects have', () => {
    const head = takeRequestHead(bufferOf('GET / HTTP/1.0\nConstructor: 1\n__proto__: 2\n\n'));
    expect([head && httpHeader(head.headers, 'constructor'), head && httpHeader(head.headers, '__proto__')]).toEqual([
      '1',
      '2',
    ]);
    expect(head && httpHeader(head.headers, 'toString')).toBeUndefined();
  });

  it('are refused when they are none', () => {
    expect(failure(() => takeRequestHead(bufferOf('nonsense\r\n\r\n')))).toBe(400);
    expect(failure(() => takeRequestHead(bufferOf('GET / HTTP/1.1\r\nno colon\r\n\r\n')))).toBe(400);
    expect(failure(() => takeRequestHead(bufferOf(`GET /${'x'.repeat(70_000)}`)))).toBe(431);
    expect(failure(() => takeResponseHead(bufferOf('SSH-2.0-OpenSSH\r\n\r\n')))).toBe(502);
  });

  it('come out as they went in, and can’t be broken out of', () => {
    const response = formatResponse(
      404,
      [
        ['X', 'a\r\nEvil: 1'],
        ['Set-Cookie', ['a', 'b']],
      ],
      'no',
    );
    expect(textOf(response)).toBe(
      'HTTP/1.1 404 Not Found\r\nX: a  Evil: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\nno',
    );
    const head = takeResponseHead(bufferOf(response));
    expect(head).toMatchObject({ status: 404, reason: 'Not Found' });
    expect(textOf(formatRequest('POST', '/', [['Host', 'h']], 'x'))).toBe('POST / HTTP/1.1\r\nHost: h\r\n\r\nx');
  });
});

describe('HTTP bodies', () => {
  it('in chunks are read whatever pieces they come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 20 })),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (chunks, cuts) => {
          const wire = joinBytes([...chunks.map((chunk) => formatChunk(chunk)), LAST_CHUNK]);
          const head = takeResponseHead(bufferOf('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'));
          if (head === undefined) throw new Error('no head');
          const framing = responseFraming(head, 'GET');
          const buffer = newBuffer();
          const body: Uint8Array[] = [];
          let at = 0;
          for (let i = 0; !framing.done; i++) {
            const part = takeBody(framing, buffer, 7, false);
            if (part !== undefined) body.push(part);
            else {
              const cut = cuts[i % cuts.length] ?? 1;
              fill(buffer, wire.subarray(at, at + cut));
              at += cut;
            }
          }
          expect([...joinBytes(body)]).toEqual(chunks.flatMap((chunk) => [...chunk]));
        },
      ),
    );
  });

  it('end with their length, with the connection, or not at all', () => {
    const request = takeRequestHead(bufferOf('GET / HTTP/1.1\r\n\r\n'));
    expect(request && requestFraming(request).done).toBe(true);
    const response = takeResponseHead(bufferOf('HTTP/1.1 200 OK\r\n\r\n'));
    const framing = response && responseFraming(response, 'GET');
    expect(framing).toMatchObject({ by: 'close', done: false });
    expect(response && responseFraming(response, 'HEAD').done).toBe(true);
    const long = takeResponseHead(bufferOf('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'));
    const five = long && responseFraming(long, 'GET');
    expect(failure(() => five && takeBody(five, newBuffer(), 10, true))).toBe(502);
    const bad = takeRequestHead(bufferOf('GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n'));
    expect(failure(() => bad && requestFraming(bad))).toBe(400);
  });
});

describe('websocket frames', () => {
  it('hold whole messages of any size', () => {
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 100_000]) {
      const message = new Uint8Array(size).fill(7);
      const wire = formatFrame(message);
      const buffer = newBuffer();
      fill(buffer, wire.subarray(0, 1));
      expect(takeFrame(buffer)).toBeUndefined();
      fill(buffer, wire.subarray(1));
      expect(takeFrame(buffer)?.payload.length).toBe(size);
    }
  });

  it('may be masked', () => {
    const frame = Uint8Array.from([0x82, 0x83, 1, 2, 3, 4, 0x61 ^ 1, 0x62 ^ 2, 0x63 ^ 3]);
    expect(textOf(takeFrame(bufferOf(frame))?.payload ?? new Uint8Array(0))).toBe('abc');
  });
});
