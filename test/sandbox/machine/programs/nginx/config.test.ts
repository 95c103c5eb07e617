import { expect, it } from 'vitest';
import { parseText } from '../../../../../sandbox/machine/programs/nginx/config.ts';

const argsOf = (text: string): readonly (readonly string[])[] => parseText(text, 'x.conf').map(({ args }) => args);

it('words have escapes, in quotes of either kind and without; those of regular expressions stay', () => {
  expect(argsOf(String.raw`return 200 "hello\n\t\"$uri\"\n";`)).toEqual([['200', 'hello\n\t"$uri"\n']]);
  expect(argsOf(String.raw`return 200 'it\'s\n'; rewrite a\tb c;`)).toEqual([
    ['200', "it's\n"],
    ['a\tb', 'c'],
  ]);
  expect(argsOf(String.raw`location ~ \.php(\d+)$ {}`)).toEqual([['~', String.raw`\.php(\d+)$`]]);
  expect(argsOf(String.raw`return 200 "C:\\dir";`)).toEqual([['200', String.raw`C:\dir`]]);
});
