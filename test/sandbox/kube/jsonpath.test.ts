import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../sandbox/kube/json.ts';
import {
  findJsonPath,
  JsonPathError,
  type JsonPathOptions,
  jsonPathFailure,
  parseJsonPath,
  printJsonPath,
  relaxedJsonPath,
} from '../../../sandbox/kube/jsonpath.ts';
import facts from '../../golden/facts/jsonpath.json' with { type: 'json' };

/** What is printed, or `! ` and the error. */
function outcome(template: string, data: JsonValue, options: JsonPathOptions): string {
  try {
    return printJsonPath(findJsonPath(parseJsonPath(template), data, options), options);
  } catch (error) {
    if (error instanceof JsonPathError) return `! ${error.message}`;
    throw error;
  }
}

describe('JSONPath templates, as kubectl has them', () => {
  test.each(facts.templates)('$template', ({ template, output, strict }) => {
    expect(outcome(template, facts.object, { allowMissingKeys: true })).toBe(output);
    expect(outcome(template, facts.object, {})).toBe(strict ?? output);
  });

  test('a template with a range is used up by the first object', () => {
    const data = { a: ['x', 'y'], b: 'end' };
    const first = findJsonPath(parseJsonPath('{.b}{range .a[*]}{@};{end}'), data);
    expect(printJsonPath(first)).toBe('endx;y;');
    const again = () => printJsonPath(findJsonPath(first.rest, data));
    expect(again).toThrow('not in range, nothing to end');
  });

  test('all numbers of an object that kubectl has made itself are floating-point ones', () => {
    expect(outcome('{.n}', { n: 1_000_000 }, { allFloats: true })).toBe('1e+06');
    expect(outcome('{.l[?(@.n==1)].n}', { l: [{ n: 1 }] }, { allFloats: true })).toBe(
      '! incompatible types for comparison',
    );
    expect(outcome('{.l[?(@.n==1.0)].n}', { l: [{ n: 1 }] }, { allFloats: true })).toBe('1');
  });

  test('fields named like those that every object has are fields like any other', () => {
    expect(outcome('{.constructor}{.__proto__}', JSON.parse('{"__proto__":"x"}'), { allowMissingKeys: true })).toBe(
      'x',
    );
  });

  test('whole numbers beyond 2^53 stay exact', () => {
    expect(outcome('{.n} {9007199254740993}', { n: 9007199254740993n }, {})).toBe('9007199254740993 9007199254740993');
    expect(outcome('{.l[?(@.n>9007199254740992)].n}', { l: [{ n: 9007199254740993n }, { n: 5 }] }, {})).toBe(
      '9007199254740993',
    );
  });

  test.each([
    ['metadata.name', '{.metadata.name}'],
    ['.metadata.name', '{.metadata.name}'],
    ['{metadata.name}', '{.metadata.name}'],
    ['{.metadata.name}', '{.metadata.name}'],
    ['', ''],
  ])('%j is completed', (expression, path) => {
    expect(relaxedJsonPath(expression)).toBe(path);
  });

  test.each(['{.a}{.b}', '{.a', 'a}', '{}'])('%j is no path', (expression) => {
    expect(() => relaxedJsonPath(expression)).toThrow(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  });

  test('a failure shows the template and the object', () => {
    expect(jsonPathFailure('{.x["a"]}', new JsonPathError('x is not found'), { a: [1, null] })).toBe(
      'error executing jsonpath "{.x[\\"a\\"]}": Error executing template: x is not found. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.x["a"]}\n\tobject given to jsonpath engine was:\n\t\tmap[string]interface {}{"a":[]interface {}{1, interface {}(nil)}}\n\n\n',
    );
  });
});
