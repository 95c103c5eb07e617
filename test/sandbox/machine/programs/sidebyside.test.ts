import { describe, expect, test } from 'vitest';
import { layoutOf, sideBySide } from '../../../../sandbox/machine/programs/data/sidebyside.ts';

describe('diff -y', () => {
  const usual = layoutOf(130);

  test('begins the right half at a tab stop', () => {
    expect(usual).toEqual({ half: 61, right: 64 });
    expect(layoutOf(40)).toEqual({ half: 16, right: 24 });
  });

  test('puts equal lines beside each other with tabs between', () => {
    expect(sideBySide(usual, 'data:', ' ', 'data:')).toBe('data:\t\t\t\t\t\t\t\tdata:\n');
    expect(sideBySide(usual, '', ' ', '')).toBe('\n');
  });

  test('puts a sign in the middle where they differ', () => {
    expect(sideBySide(usual, '  a: "1"', '|', '  a: "2"')).toBe('  a: "1"\t\t\t\t\t\t      |\t  a: "2"\n');
    expect(sideBySide(usual, undefined, '>', '  b: "3"')).toBe('\t\t\t\t\t\t\t      >\t  b: "3"\n');
    expect(sideBySide(usual, 'gone', '<', undefined)).toBe('gone\t\t\t\t\t\t\t      <\n');
  });

  test('shows as much of a line as its half has room for', () => {
    const long = 'x'.repeat(80);
    expect(sideBySide(usual, long, ' ', long)).toBe(`${'x'.repeat(61)}\t${'x'.repeat(61)}\n`);
  });
});
