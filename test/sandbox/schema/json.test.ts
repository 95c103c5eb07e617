import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../sandbox/kube/json.ts';
import { DecodingError } from '../../../sandbox/schema/errors.ts';
import { parseJson } from '../../../sandbox/schema/json/parse.ts';
import { readExactly } from '../../../sandbox/schema/json/reader.ts';
import { measured, messageOf, utf8 } from './facts.ts';

/** The value with numbers as JSON.parse has them. */
function inDoubles(value: JsonValue): unknown {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? Number(part) : part)));
}

describe('reading JSON', () => {
  const texts = measured<{ text: string; error?: string }[]>('json-syntax.json');

  test('refuses what Go refuses, in the same words', () => {
    const wrong = texts.filter(({ text, error }) => messageOf(() => parseJson(utf8(text))) !== error);
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });

  test('gives what JSON.parse gives, quickly or exactly', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, blanks) => {
        const shown = blanks ? JSON.stringify(JSON.parse(text), null, 2) : text;
        // JSON.parse keeps the sign of zero, Go's whole numbers have none.
        const value = JSON.parse(shown, (_, part) => (part === 0 ? 0 : part));
        expect(inDoubles(readExactly(shown).value)).toEqual(value);
        expect(inDoubles(parseJson(shown).value)).toEqual(value);
      }),
    );
  });

  test('never fails with anything but a DecodingError', () => {
    const text = fc.array(fc.constantFrom(...'{}[]":,\\ \n\t0123.eE+-truefalsn"ué'), { maxLength: 40 });
    fc.assert(
      fc.property(text, (letters) => {
        try {
          parseJson(letters.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodingError);
        }
      }),
    );
  });

  test('keeps whole numbers beyond 2^53, up to 64 bits', () => {
    const { value } = parseJson('{"a":9007199254740993,"b":-9223372036854775808,"c":9223372036854775808}');
    expect(value).toEqual({ a: 9007199254740993n, b: -9223372036854775808n, c: 2 ** 63 });
  });

  test('notes members that occur twice, and numbers by their letters', () => {
    const { value, notes } = parseJson('{"a":1,"b":{"c":1.0,"c":1e3},"a":[2,0.50]}');
    expect(value).toEqual({ a: [2, 0.5], b: { c: 1000 } });
    expect([...(notes?.values() ?? [])]).toEqual([
      {
        members: [
          ['c', 1],
          ['c', 1000],
        ],
        literals: new Map([['c', '1e3']]),
      },
      { literals: new Map([[1, '0.50']]) },
      {
        members: [
          ['a', 1],
          ['b', { c: 1000 }],
          ['a', [2, 0.5]],
        ],
      },
    ]);
  });

  test('takes names of JavaScript for names', () => {
    const { value } = parseJson('{"__proto__":{"a":1},"constructor":2}');
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
  });

  test('replaces half a character, and refuses endless nesting', () => {
    expect(parseJson('"\\ud800x"').value).toBe('\ufffdx');
    expect(messageOf(() => parseJson('['.repeat(100_000)))).toBe("invalid character '[' exceeded max depth");
    expect(messageOf(() => parseJson('['.repeat(5000) + ']'.repeat(5000)))).toContain('exceeded max depth');
  });
});
