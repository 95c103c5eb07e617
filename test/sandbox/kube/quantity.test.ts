import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addQuantities,
  approximateValue,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  quantity,
  quantityError,
  quantityValue,
  roundUpQuantity,
  scaledValue,
  subtractQuantities,
} from '../../../sandbox/kube/quantity.ts';

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

describe('a quantity is written canonically', () => {
  test.each([
    ['0', '0'],
    ['0Ki', '0'],
    ['.', '0'],
    ['-', '0'],
    ['0.1', '100m'],
    ['0.1m', '100u'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['1000', '1k'],
    ['100000', '100k'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['0.5Mi', '512Ki'],
    ['1536Mi', '1536Mi'],
    ['2048Ki', '2Mi'],
    ['1e3', '1e3'],
    ['1E3', '1E3'],
    ['1e4', '10e3'],
    ['1.5e3', '1500'],
    ['12e6', '12e6'],
    ['1e100', '10e99'],
    ['9Ei', '9223372036854775807'],
    ['0.0000000001', '1n'],
    ['-0.5', '-500m'],
    ['1e2147483647', '10e2147483646'],
    [' 1Gi\t', '1Gi'],
  ])('%s → %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  test.each(['+5', '5.', '1.500', '0100m', '+1Gi', '65906664214506.e4294967299'])(
    '%s keeps its odd text, as the server lets it',
    (text) => {
      expect(canonicalQuantity(text)).toBe(text);
    },
  );

  test('multiples beyond exa lose their suffix, as they do on a real server', () => {
    expect(canonicalQuantity('1000000E')).toBe('1');
  });
});

describe('what is no quantity is refused in the words of the server', () => {
  test.each([
    ['', WRONG_FORMAT],
    ['abc', WRONG_FORMAT],
    ['1.5.5', WRONG_FORMAT],
    ['1 Gi', WRONG_FORMAT],
    ['1Gi ', WRONG_FORMAT],
    ['--1', "unable to parse quantity's suffix"],
    ['1gi', WRONG_FORMAT],
    ['1K', "unable to parse quantity's suffix"],
    ['1Mii', "unable to parse quantity's suffix"],
    ['1e', "unable to parse quantity's suffix"],
    ['1e99999999999999999999', "unable to parse quantity's suffix"],
    ['e-20', 'unable to parse numeric part of quantity'],
  ])('%j: %s', (text, message) => {
    expect(quantityError(text)).toBe(message);
  });

  test('a quantity has no error', () => {
    expect(quantityError('1Gi')).toBeUndefined();
  });

  test('a very long text is refused in linear time', () => {
    expect(quantityError(`${'0'.repeat(200_000)}x`)).toBe(WRONG_FORMAT);
    expect(quantityError(`${'1'.repeat(200_000)}eEe`)).toBe("unable to parse quantity's suffix");
  });
});

describe('arithmetic is exact', () => {
  const sum = (a: string, b: string) => formatQuantity(addQuantities(parseQuantity(a), parseQuantity(b)));
  const difference = (a: string, b: string) => formatQuantity(subtractQuantities(parseQuantity(a), parseQuantity(b)));

  test('sums keep the family of the first, unless it is zero', () => {
    expect(sum('1Gi', '1k')).toBe('1073742824');
    expect(sum('1k', '1Gi')).toBe('1073742824');
    expect(sum('0', '1Gi')).toBe('1Gi');
    expect(sum('100m', '900m')).toBe('1');
    expect(sum('512Mi', '512Mi')).toBe('1Gi');
  });

  test('differences may be negative', () => {
    expect(difference('1', '1500m')).toBe('-500m');
    expect(difference('1Gi', '1Gi')).toBe('0');
  });

  test('sums beyond an int64 are exact', () => {
    expect(sum('9223372036854775807', '1')).toBe('9223372036854775808');
  });

  test('values are compared across families', () => {
    const compare = (a: string, b: string) => compareQuantities(parseQuantity(a), parseQuantity(b));
    expect(compare('1Gi', '1024Mi')).toBe(0);
    expect(compare('1G', '1Gi')).toBe(-1);
    expect(compare('1', '999m')).toBe(1);
    expect(compare('-1', '1')).toBe(-1);
    expect(compare('-2', '-1e1')).toBe(1);
    expect(compare('1e2147483647', '1e2147483646')).toBe(1);
    expect(compare('1e2147483647', '1n')).toBe(1);
  });

  test('values are rounded up, away from zero', () => {
    expect(quantityValue(parseQuantity('1.1'))).toBe(2);
    expect(quantityValue(parseQuantity('-1.1'))).toBe(-2);
    expect(quantityValue(parseQuantity('1n'))).toBe(1);
    expect(milliValue(parseQuantity('0.0001'))).toBe(1);
    expect(milliValue(parseQuantity('2'))).toBe(2000);
    expect(scaledValue(parseQuantity('1500M'), 9)).toBe(2);
    expect(formatQuantity(roundUpQuantity(parseQuantity('1001u'), -3))).toBe('2m');
  });

  test('what exceeds an int64 has the value 0, as Quantity.Value says', () => {
    expect(quantityValue(parseQuantity('1e100'))).toBe(0);
    expect(milliValue(parseQuantity('10P'))).toBe(0);
  });

  test('quantities can be made from numbers', () => {
    expect(formatQuantity(quantity(1536 * 2 ** 20, 'BinarySI'))).toBe('1536Mi');
    expect(formatQuantity(quantity(283989333, 'DecimalSI', -3))).toBe('283989333m');
    expect(approximateValue(parseQuantity('1500m'))).toBe(1.5);
  });
});

describe('properties', () => {
  const text = fc
    .tuple(
      fc.constantFrom('', '+', '-'),
      fc.bigInt({ min: 0n, max: 10n ** 22n }),
      fc.constantFrom('', '.', '.5', '.125', '.001'),
      fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-3'),
    )
    .map((parts) => parts.join(''));

  test('the canonical text stands for the same value, and is canonical', () => {
    fc.assert(
      fc.property(text, (input) => {
        const value = parseQuantity(input);
        // Beyond E the decimal family has no suffix, and the real one drops the power.
        fc.pre(value.format !== 'DecimalSI' || Math.abs(approximateValue(value)) < 1e21);
        const once = canonicalQuantity(input);
        expect(compareQuantities(parseQuantity(once), parseQuantity(input))).toBe(0);
        expect(canonicalQuantity(once)).toBe(once);
      }),
    );
  });

  test('what is added can be taken away again', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const left = parseQuantity(a);
        const there = addQuantities(left, parseQuantity(b));
        expect(compareQuantities(subtractQuantities(there, parseQuantity(b)), left)).toBe(0);
      }),
    );
  });
});
