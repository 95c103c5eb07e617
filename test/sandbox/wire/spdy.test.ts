import { constants, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSpdyConnection } from '../../../sandbox/wire/spdy/connection.ts';
import { createFrameReader, dataFrame, resetFrame } from '../../../sandbox/wire/spdy/frames.ts';
import { createHeaderReader, createHeaderWriter } from '../../../sandbox/wire/spdy/headers.ts';

/** What Go's compressor made of two blocks of headers: streamtype=error, then streamtype=stdout. */
const FIRST = '78f9e3c6a7c262606060' + '04a7b392a2d4c45c6851c29a0a0a6800000000ffff';
const SECOND = 'c22ac5565c92925f5a0200000 0ffff'.replace(' ', '');

describe('SPDY', () => {
  it('reads headers as Go writes them, block after block', () => {
    const read = createHeaderReader();
    expect([...read(Buffer.from(FIRST, 'hex'))]).toEqual([['streamtype', 'error']]);
    expect([...read(Buffer.from(SECOND, 'hex'))]).toEqual([['streamtype', 'stdout']]);
  });

  it('writes headers that any zlib reads', () => {
    const write = createHeaderWriter();
    const blocks = [new Map([['a', 'b']]), new Map<string, string>()].map((headers) => write(headers));
    const plain = inflateSync(Buffer.concat(blocks), { finishFlush: constants.Z_SYNC_FLUSH });
    expect(plain.toString('hex')).toBe('00000001' + '0000000161' + '0000000162' + '00000000');
  });

  it('finds the same frames however the bytes come in', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), sizes, (parts, cuts) => {
        const bytes = Buffer.concat([...parts.map((part, i) => dataFrame(2 * i + 1, part)), resetFrame(1, 5)]);
        const read = createFrameReader();
        const frames = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length] ?? 1;
          frames.push(...read(bytes.subarray(at, at + size)));
          at += size;
        }
        const data = frames.flatMap((frame) => (frame.kind === 'data' ? [Buffer.from(frame.bytes)] : []));
        expect(data).toEqual(parts.map((part) => Buffer.from(part)));
        expect(frames.at(-1)).toEqual({ kind: 'reset', stream: 1 });
      }),
    );
  });

  it('ends what can not be understood', () => {
    const handlers = { opened() {}, data() {}, ended() {}, reset() {} };
    const connection = (): ReturnType<typeof createSpdyConnection> => createSpdyConnection(() => {}, handlers);
    const otherVersion = Buffer.from('8002000100000000' + '0000', 'hex');
    expect(() => connection().receive(otherVersion)).toThrow('another version');
    const tooLong = Buffer.from('0000000100ffffff', 'hex');
    expect(() => connection().receive(tooLong)).toThrow('too long');
    const garbage = Buffer.concat([Buffer.from('800300010000000e', 'hex'), Buffer.alloc(14)]);
    expect(() => connection().receive(garbage)).toThrow();
  });
});
