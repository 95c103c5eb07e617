import { expect, it } from 'vitest';
import { globalOptions } from '../../../src/cli/options.ts';

it('takes the language from the locale', () => {
  expect(globalOptions({}, { LANG: 'ja_JP.UTF-8' }).lang).toBe('ja');
  expect(globalOptions({}, { LANG: 'de_DE.UTF-8' }).lang).toBe('en');
  expect(globalOptions({ lang: 'en' }, { LANG: 'ja_JP.UTF-8' }).lang).toBe('en');
});

it.each([
  [{ backend: 'kind' }, '--backend kind is not built yet'],
  [{ backend: 'docker' }, '--backend docker: no such choice'],
  [{ lang: 'fr' }, '--lang fr: no such choice'],
  [{ seed: '-1' }, '--seed -1: not a seed'],
])('refuses %j', (raw, message) => {
  expect(() => globalOptions(raw, {})).toThrow(message);
});
