import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatDuration,
  formatDurationMs,
  humanDuration,
  parseDuration,
  parseDurationMs,
  shortHumanDuration,
} from '../../../sandbox/kube/duration.ts';

describe('durations in the form of Go', () => {
  test.each([
    ['0', '0s'],
    ['1h30m', '1h30m0s'],
    ['1.5s', '1.5s'],
    ['90s', '1m30s'],
    ['100ms', '100ms'],
    ['1500us', '1.5ms'],
    ['1.5\u03bcs', '1.5\u00b5s'],
    ['1ns', '1ns'],
    ['-2h', '-2h0m0s'],
    ['+.5h', '30m0s'],
    ['1h1ns', '1h0m0.000000001s'],
    ['-9223372036854775808ns', '-2562047h47m16.854775808s'],
  ])('%s reads %s', (text, canonical) => {
    expect(formatDuration(parseDuration(text))).toBe(canonical);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['x', 'time: invalid duration "x"'],
    ['.s', 'time: invalid duration ".s"'],
    ['5', 'time: missing unit in duration "5"'],
    ['5d', 'time: unknown unit "d" in duration "5d"'],
    ['1h 5m', 'time: unknown unit "h " in duration "1h 5m"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ['x\u00b5"', 'time: invalid duration "x\\xc2\\xb5\\""'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseDuration(text)).toThrow(message);
  });

  test('milliseconds can be read and written', () => {
    expect(parseDurationMs('1.5s')).toBe(1500);
    expect(formatDurationMs(90_061.5)).toBe('1m30.0615s');
  });

  test('what is written reads as the same', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (duration) => {
        expect(parseDuration(formatDuration(duration))).toBe(duration);
      }),
    );
  });
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

describe('ages', () => {
  test.each([
    [-2 * SECOND, '<invalid>', '<invalid>'],
    [-SECOND, '0s', '0s'],
    [999, '0s', '0s'],
    [119 * SECOND, '119s', '1m'],
    [2 * MINUTE, '2m', '2m'],
    [5 * MINUTE + 3 * SECOND, '5m3s', '5m'],
    [10 * MINUTE + 3 * SECOND, '10m', '10m'],
    [179 * MINUTE, '179m', '2h'],
    [3 * HOUR, '3h', '3h'],
    [3 * HOUR + 5 * MINUTE, '3h5m', '3h'],
    [8 * HOUR + 5 * MINUTE, '8h', '8h'],
    [47 * HOUR, '47h', '1d'],
    [2 * DAY + 4 * HOUR, '2d4h', '2d'],
    [8 * DAY + 4 * HOUR, '8d', '8d'],
    [729 * DAY, '729d', '1y'],
    [3 * YEAR + 45 * DAY, '3y45d', '3y'],
    [3 * YEAR, '3y', '3y'],
    [8 * YEAR + 45 * DAY, '8y', '8y'],
  ])('%d ms is %s, in short %s', (ms, human, short) => {
    expect(humanDuration(ms)).toBe(human);
    expect(shortHumanDuration(ms)).toBe(short);
  });
});
