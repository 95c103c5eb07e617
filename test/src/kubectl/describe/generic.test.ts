import { describe, expect, test } from 'vitest';
import { goValue, title } from '../../../../src/kubectl/describe/generic.ts';

describe('fields of objects that have no description of their own', () => {
  test.each([
    ['apiVersion', 'API Version'],
    ['uid', 'UID'],
    ['creationTimestamp', 'Creation Timestamp'],
    ['PDFLoader', 'PDFLoader'],
    ['apiURL', 'API URL'],
    ['podIPs', 'Pod I Ps'],
    ['f:spec', 'f:spec'],
    ['snake_case', 'snake_case'],
    ['kebab-case', 'Kebab - Case'],
  ])('%s is titled %s', (field, expected) => {
    expect(title(field)).toBe(expected);
  });

  test('values are written as Go writes them', () => {
    expect([null, 1.5, true, [1, 'a'], { b: 1, a: [] }].map(goValue)).toEqual([
      '<nil>',
      '1.5',
      'true',
      '[1 a]',
      'map[a:[] b:1]',
    ]);
  });
});
