import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOf, daysOf } from '../../../sandbox/kube/civil.ts';
import { decodeBase64, encodeBase64 } from '../../../sandbox/schema/scalars/base64.ts';
import { formatDuration, parseDuration } from '../../../sandbox/schema/scalars/duration.ts';
import { canonicalTime, formatTime, parseTime } from '../../../sandbox/schema/scalars/time.ts';
import { messageOf } from './facts.ts';

describe('times', () => {
  test.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05.999Z', '2026-01-02T03:04:05Z'],
    ['2024-02-29T23:59:59+02:00', '2024-02-29T21:59:59Z'],
    ['2026-12-31T23:59:59-00:30', '2027-01-01T00:29:59Z'],
    ['0001-01-01T00:00:00Z', null],
  ])('%s is written as %s', (text, canonical) => {
    expect(canonicalTime(text, 'time')).toBe(canonical);
  });

  test.each([
    ['yesterday', 'cannot parse "yesterday" as "2006"'],
    ['2026-13-01T00:00:00Z', 'month out of range'],
    ['2026-02-29T00:00:00Z', 'day out of range'],
    ['2026-02-01T24:00:00Z', 'hour out of range'],
    ['2026-02-01t00:00:00Z', 'cannot parse "t00:00:00Z" as "T"'],
    ['2026-02-01T00:00:00', 'cannot parse "" as "Z07:00"'],
    ['2026-02-01T00:00:00Zx', 'extra text: "x"'],
  ])('%s is refused: %s', (text, why) => {
    expect(messageOf(() => canonicalTime(text, 'time'))).toMatch(new RegExp(`${why.replaceAll(/[.()]/g, '\\$&')}$`));
  });

  test('of microseconds need their six digits', () => {
    expect(canonicalTime('2026-01-02T03:04:05.000007+01:00', 'microTime')).toBe('2026-01-02T02:04:05.000007Z');
    expect(messageOf(() => canonicalTime('2026-01-02T03:04:05Z', 'microTime'))).toBe(
      'parsing time "2026-01-02T03:04:05Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    );
  });

  test('read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }), (seconds) => {
        const text = formatTime({ seconds, nanos: 0 }, 'time') ?? '';
        expect(parseTime(text, 'time').seconds).toBe(seconds);
        expect(canonicalTime(text, 'time')).toBe(text);
      }),
    );
    fc.assert(fc.property(fc.integer({ min: -900_000, max: 3_000_000 }), (days) => daysOf(dateOf(days)) === days));
  });
});

describe('durations', () => {
  test.each([
    ['1h30m', '1h30m0s'],
    ['1.5s', '1.5s'],
    ['37us', '37µs'],
    ['-90s', '-1m30s'],
    ['0', '0s'],
    ['1500ms', '1.5s'],
  ])('%s is written as %s', (text, canonical) => {
    expect(formatDuration(parseDuration(text))).toBe(canonical);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['1', 'time: missing unit in duration "1"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['9999999h', 'time: invalid duration "9999999h"'],
  ])('"%s" is refused', (text, message) => {
    expect(messageOf(() => parseDuration(text))).toBe(message);
  });

  test('read back as they were written', () => {
    const nanos = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n });
    fc.assert(fc.property(nanos, (value) => parseDuration(formatDuration(value)) === value));
  });
});

describe('base64', () => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect([...decodeBase64(text)]).toEqual([...bytes]);
      }),
    );
  });

  test.each([
    ['!!', 0],
    ['YQ', 0],
    ['YQ=', 3],
    ['YWI', 0],
    ['YQ==x', 4],
    ['YQ=x', 2],
    ['AAAAY', 4],
    ['é', 0],
  ])('%s is illegal at byte %i', (text, byte) => {
    expect(messageOf(() => decodeBase64(text))).toBe(`illegal base64 data at input byte ${byte}`);
  });

  test('passes over line ends', () => {
    expect([...decodeBase64('Y\nQ\r\n==\n')]).toEqual([0x61]);
  });
});
