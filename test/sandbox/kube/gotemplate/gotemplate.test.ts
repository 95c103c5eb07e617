import { describe, expect, test } from 'vitest';
import { applyGoTemplate, parseGoTemplate } from '../../../../sandbox/kube/gotemplate.ts';

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
});
