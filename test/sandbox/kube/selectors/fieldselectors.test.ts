import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkFields,
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
  requiredField,
  unknownField,
  unsupportedField,
} from '../../../../sandbox/kube/selectors/fieldselectors.ts';
import { conversation, refusedRequests } from '../facts.ts';

const selects = (text: string, fields: Record<string, string>) =>
  matchesFields(parseFieldSelector(text), (field) => fields[field] ?? '');

describe('field selectors', () => {
  test.each([
    ['', {}, true],
    ['a=b', { a: 'b' }, true],
    ['a==b', { a: 'c' }, false],
    ['a!=b', {}, true],
    ['a=', {}, true],
    ['a=b,,c!=d', { a: 'b', c: 'e' }, true],
    ['a=b\\,c\\=d\\\\', { a: 'b,c=d\\' }, true],
  ])('%s on %o: %s', (text, fields, expected) => {
    expect(selects(text, fields)).toBe(expected);
  });

  test.each([
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
    ['b=c,a', "invalid selector: 'b=c,a'; can't understand 'a'"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(new Error(message));
  });

  test('are written with escapes, ordered', () => {
    expect(formatFieldSelector(parseFieldSelector('b!=\\=,a==x'))).toBe('a=x,b!=\\=');
    expect(requiredField(parseFieldSelector('b!=c,a==x'), 'a')).toBe('x');
    expect(requiredField(parseFieldSelector('b!=c'), 'b')).toBeUndefined();
  });

  test('whatever value is written can be read', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const [requirement] = parseFieldSelector(formatFieldSelector([{ field: 'a', operator: '=', value }]));
        expect(requirement?.value).toBe(value);
      }),
    );
  });
});

describe('errors are worded as recorded', () => {
  const asked = [
    ...conversation('field-selectors').map(({ request, response }) => ({
      url: request.path,
      status: response.status,
      message: (response.body as { readonly message?: string }).message ?? '',
    })),
    ...refusedRequests().map(({ query = '', responseStatusCode, responseStatus }) => ({
      url: `?${query}`,
      status: responseStatusCode,
      message: responseStatus?.message ?? '',
    })),
  ].flatMap(({ url, status, message }) => {
    const selector = new URL(url, 'http://localhost').searchParams.get('fieldSelector');
    return selector === null || status !== 400 ? [] : [{ selector, message }];
  });

  test.each(asked)('$selector', ({ selector, message }) => {
    const refusal = message.includes('field label') ? unsupportedField : unknownField;
    expect(() => checkFields(parseFieldSelector(selector), () => false, refusal)).toThrow(new Error(message));
  });
});
