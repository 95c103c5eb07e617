import { describe, expect, test } from 'vitest';
import { applyGoTemplate, parseGoTemplate } from '../../../../../sandbox/kube/go/gotemplate.ts';

const data = {
  items: [
    { name: 'a', n: 1 },
    { name: 'b', n: 2 },
  ],
  labels: { z: '1', y: '2' },
};

function show(text: string): string {
  return applyGoTemplate(parseGoTemplate('output', text), data);
}

describe('Go templates', () => {
  test('go through lists and maps, these by their sorted keys', () => {
    expect(show('{{range .items}}{{.name}} {{end}}')).toBe('a b ');
    expect(show('{{range $k, $v := .labels}}{{$k}}={{$v}},{{end}}')).toBe('y=2,z=1,');
  });

  test('choose, compare and print', () => {
    expect(show('{{if gt (len .items) 1}}many{{else}}few{{end}}')).toBe('many');
    expect(show('{{with index .items 1}}{{printf "%s-%v" .name .n}}{{end}}')).toBe('b-2');
    expect(show('{{.missing}}')).toBe('<no value>');
  });

  test('trim the blanks beside dashes', () => {
    expect(show('x  {{- "y" -}}  z')).toBe('xyz');
  });

  test('are refused when they are no templates', () => {
    expect(() => show('{{range}}')).toThrow('missing value for range');
    expect(() => show('{{.a')).toThrow('unclosed action');
  });

  test('know numbers of objects as int64, and those that they count or write as int', () => {
    expect(show('{{printf "%T %T %T" (index .items 0).n 1 (len .items)}}')).toBe('int64 int int');
    expect(show('{{range 2}}{{.}}{{end}}')).toBe('01');
  });

  test.each([
    [
      '{{eq 1 "a"}}',
      '1:2: executing "output" at <eq 1 "a">: error calling eq: incompatible types for comparison: int and string',
    ],
    [
      '{{lt .labels.y 1}}',
      '1:2: executing "output" at <lt .labels.y 1>: error calling lt: incompatible types for comparison: string and int',
    ],
    ['{{template "no" .}}', '1:11: executing "output" at <{{template "no" .}}>: template "no" not defined'],
    ['{{range .labels.y}}x{{end}}', '1:15: executing "output" at <.labels.y>: range can\'t iterate over 2'],
    [
      '{{range $i, $x := 3}}x{{end}}',
      '1:18: executing "output" at <3>: can\'t use 3 to iterate over more than one variable',
    ],
  ])('%s says where it failed', (text, said) => {
    expect(() => show(text)).toThrow(`template: output:${said}`);
  });
});
