import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteLength,
  compareText,
  goJson,
  goNumber,
  goSyntax,
  quote,
  sortedKeys,
} from '../../../../sandbox/kube/go/text.ts';

describe('text as Go has it', () => {
  test('lengths count bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(byteLength(text)).toBe(Buffer.byteLength(text));
      }),
    );
    expect(byteLength('aé日😀')).toBe(1 + 2 + 3 + 4);
  });

  test('order is that of bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareText('\uff5e', '😀')).toBeLessThan(0);
    expect(sortedKeys({ 10: 1, 9: 1, b: 1, a: 1 })).toEqual(['10', '9', 'a', 'b']);
  });

  test.each([
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\x00\x07\b\f\n\r\t\v\x1b\x7f', '"\\x00\\a\\b\\f\\n\\r\\t\\v\\x1b\\x7f"'],
    ['日本 <&> é', '"日本 <&> é"'],
    ['\u00a0\u200b\u2028', '"\\u00a0\\u200b\\u2028"'],
    ['😀\u{e0001}', '"😀\\U000e0001"'],
  ])('%j is quoted as %s', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  test('JSON escapes what HTML would read, and sorts the keys of maps when asked to', () => {
    expect(goJson({ b: '<a & b>', a: [1, null, true, 12345678901234567890n] })).toBe(
      '{"b":"\\u003ca \\u0026 b\\u003e","a":[1,null,true,12345678901234567890]}',
    );
    expect(goJson({ 2: 'x', 10: { z: 1, a: 2 } }, 'sorted')).toBe('{"10":{"a":2,"z":1},"2":"x"}');
    expect(goJson(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
    expect(goJson({ gone: undefined })).toBe('{}');
  });

  test.each([
    [0, '0'],
    [1.5, '1.5'],
    [100_000.5, '100000.5'],
    [1_000_000, '1000000'],
    [1_234_567.5, '1.2345675e+06'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [2n ** 63n - 1n, '9223372036854775807'],
    [2n ** 63n, '9.223372036854776e+18'],
    [0.0001, '0.0001'],
    [0.00001234, '1.234e-05'],
    [1e-10, '1e-10'],
    [-2.5e-7, '-2.5e-07'],
  ])('%s prints as %s', (value: number | bigint, text) => {
    expect(goNumber(value)).toBe(text);
  });

  test("values in Go's syntax", () => {
    expect(goSyntax({ b: [1, null, 'x`\n'], a: {}, c: true })).toBe(
      'map[string]interface {}{"a":map[string]interface {}{}, "b":[]interface {}{1, interface {}(nil), "x`\\n"}, "c":true}',
    );
  });
});
