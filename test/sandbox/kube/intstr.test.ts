import { expect, test } from 'vitest';
import { integerError } from '../../../sandbox/kube/go/integer.ts';
import { intValueOf, percentOf, scaledValueOf } from '../../../sandbox/kube/intstr.ts';

test('a share is rounded as asked, a count is taken as it is', () => {
  expect(scaledValueOf('25%', 3, 'up')).toBe(1);
  expect(scaledValueOf('25%', 3, 'down')).toBe(0);
  expect(scaledValueOf('33%', 10, 'up')).toBe(4);
  expect(scaledValueOf('100%', 7, 'down')).toBe(7);
  expect(scaledValueOf(2, 10, 'up')).toBe(2);
});

test('a text that is no percentage is refused', () => {
  expect(() => percentOf('5')).toThrow('invalid value for IntOrString: invalid type: string is not a percentage');
  expect(() => percentOf('x%')).toThrow(
    'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax',
  );
});

test('the number of a text is 0 when it has none', () => {
  expect(intValueOf('80')).toBe(80);
  expect(intValueOf('http')).toBe(0);
  expect(intValueOf(443)).toBe(443);
});

test('whole numbers are read as Go reads them', () => {
  expect(integerError('-9223372036854775808')).toBeUndefined();
  expect(integerError('9223372036854775808')).toBe('strconv.Atoi: parsing "9223372036854775808": value out of range');
  expect(integerError('', 'strconv.ParseInt')).toBe('strconv.ParseInt: parsing "": invalid syntax');
  expect(integerError('99999999999999999999x')).toBe(
    'strconv.Atoi: parsing "99999999999999999999x": value out of range',
  );
});
