import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortUnstably } from '../../../../sandbox/kube/go/unstablesort.ts';

type Item = { key: number; at: number };

function placesOf(keys: readonly number[], less = (a: Item, b: Item) => a.key < b.key): number[] {
  return sortUnstably(
    keys.map((key, at) => ({ key, at })),
    less,
  ).map(({ at }) => at);
}

describe('the order in which Go leaves a sorted list', () => {
  test('is sorted, and has the same items', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }), (keys) => {
        const sorted = sortUnstably(keys, (a, b) => a < b);
        expect(sorted).toEqual([...keys].sort((a, b) => a - b));
      }),
    );
  });

  test('keeps equal items in their order in lists of up to twelve', () => {
    expect(placesOf([2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])).toEqual([1, 3, 5, 7, 9, 11, 0, 2, 4, 6, 8, 10]);
  });

  test('moves equal items of longer lists as Go does', () => {
    const keys = [3, 1, 2, 1, 3, 2, 1, 2, 3, 1, 2, 3, 1, 2, 3, 2, 1, 3, 2, 1];
    expect(placesOf(keys)).toEqual([9, 1, 19, 3, 16, 12, 6, 10, 7, 5, 13, 15, 18, 2, 8, 0, 11, 14, 4, 17]);
  });

  test.each<[string, (i: number) => number, number]>([
    ['rising, then falling', (i) => (i < 300 ? i : 600 - i), 356_451],
    ['squares in a ring', (i) => (i * i) % 97, 805_671],
    ['few keys', (i) => (i * 7919) % 5, 561_280],
  ])('moves six hundred items as Go does: %s', (_, key, checksum) => {
    const places = placesOf(Array.from({ length: 600 }, (_, i) => key(i)));
    expect(places.reduce((sum, place) => (sum * 31 + place) % 1_000_003, 0)).toBe(checksum);
  });

  test('follows answers that contradict each other', () => {
    const missingFirst = (a: Item, b: Item) => a.key === 0 || (b.key !== 0 && a.key < b.key);
    expect(placesOf([1, 0, 0, 2, 0], missingFirst)).toEqual([4, 2, 1, 0, 3]);
  });
});
