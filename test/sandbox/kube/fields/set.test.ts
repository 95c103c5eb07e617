import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalElement,
  compareElements,
  fieldElement,
  keyElement,
  PathElementError,
  printPath,
  singleKeyElement,
  valueElement,
} from '../../../../sandbox/kube/fields/element.ts';
import {
  below,
  difference,
  EMPTY,
  type FieldSet,
  forEachPath,
  has,
  intersection,
  isEmpty,
  parseFieldSet,
  recursiveDifference,
  sameSet,
  setOf,
  union,
} from '../../../../sandbox/kube/fields/set.ts';

describe('path elements', () => {
  test('are printed as messages show them', () => {
    const path = ['f:spec', 'f:containers', keyElement({ name: 'c' }), 'f:args', 'i:0'];
    expect(printPath(path)).toBe('.spec.containers[name="c"].args[0]');
    expect(printPath(['f:finalizers', valueElement('a"b')])).toBe('.finalizers[="a\\"b"]');
    expect(printPath([keyElement({ protocol: 'TCP', port: 80 })])).toBe('[port=80,protocol="TCP"]');
  });

  test('are written with sorted keys, safe for HTML', () => {
    expect(keyElement({ b: '<', a: 1 })).toBe('k:{"a":1,"b":"\\u003c"}');
    expect(singleKeyElement('name', 'a b')).toBe('k:{"name":"a b"}');
    expect(singleKeyElement('name', 'plain-1.x/y:z')).toBe('k:{"name":"plain-1.x/y:z"}');
  });

  test('come to their canonical form', () => {
    expect(canonicalElement('k:{ "b": 1, "a": "x" }')).toBe('k:{"a":"x","b":1}');
    expect(canonicalElement('i:007')).toBe('i:7');
    expect(canonicalElement('q:what')).toBeUndefined();
    for (const text of ['f', 'spec', 'v:{', 'k:5', 'i:x'])
      expect(() => canonicalElement(text)).toThrow(PathElementError);
  });

  test('stand in the order in which Go writes them', () => {
    const elements = [
      '.',
      'f:B',
      'f:a',
      'k:{"name":"a"}',
      'k:{"name":"a b"}',
      'k:{"name":"ab"}',
      'k:{"port":9}',
    ].concat(['k:{"port":80}', 'v:3', 'v:20', 'v:"x"', 'v:true', 'i:2', 'i:10']);
    expect([...elements].reverse().sort(compareElements)).toEqual(elements);
  });
});

describe('field sets', () => {
  const set = setOf(['f:a'], ['f:b', 'f:c'], ['f:b']);

  test('know what is in them', () => {
    expect(set).toEqual({ 'f:a': {}, 'f:b': { '.': {}, 'f:c': {} } });
    expect(has(set, ['f:b'])).toBe(true);
    expect(has(set, ['f:b', 'f:c'])).toBe(true);
    expect(has(setOf(['f:b', 'f:c']), ['f:b'])).toBe(false);
    expect(below(set, 'f:b')).toEqual({ 'f:c': {} });
    expect(isEmpty(EMPTY)).toBe(true);
  });

  test('are read from whatever an object holds', () => {
    const read = parseFieldSet({ 'f:b': null, 'f:a': { 'f:z': {}, '.': {}, 'q:x': {} }, 'k:{"y":1,"x":2}': {} });
    expect(JSON.stringify(read)).toBe('{"f:a":{".":{},"f:z":{}},"f:b":{},"k:{\\"x\\":2,\\"y\\":1}":{}}');
    expect(() => parseFieldSet({ 'f:a': 5 })).toThrow(TypeError);
    expect(() => parseFieldSet({ spec: {} })).toThrow(PathElementError);
  });

  test('take names of fields for names', () => {
    const odd = setOf([fieldElement('__proto__'), fieldElement('constructor')]);
    expect(union(odd, set)['f:__proto__']).toEqual({ 'f:constructor': {} });
    expect(has(EMPTY, ['f:constructor'])).toBe(false);
  });
});

describe('the algebra of field sets', () => {
  const element = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'k:{"name":"y"}', 'v:1', 'v:10', 'i:2');
  const paths = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
  const texts = (value: FieldSet) => {
    const result: string[] = [];
    forEachPath(value, (path) => result.push(path.join('|')));
    return new Set(result);
  };
  const expected = (list: readonly (readonly string[])[]) => new Set(list.map((path) => path.join('|')));

  /** Nothing is empty that needn't be, elements are in order. */
  const isCanonical = (value: FieldSet) => JSON.stringify(parseFieldSet(value)) === JSON.stringify(value);

  test('is that of sets of paths', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const a = setOf(...left);
        const b = setOf(...right);
        const [all, other] = [expected(left), expected(right)];
        expect(texts(a)).toEqual(all);
        expect(texts(union(a, b))).toEqual(new Set([...all, ...other]));
        expect(texts(intersection(a, b))).toEqual(new Set([...all].filter((path) => other.has(path))));
        expect(texts(difference(a, b))).toEqual(new Set([...all].filter((path) => !other.has(path))));
        const isBelow = (path: string) => [...other].some((prefix) => path === prefix || path.startsWith(`${prefix}|`));
        expect(texts(recursiveDifference(a, b))).toEqual(new Set([...all].filter((path) => !isBelow(path))));
        for (const result of [a, union(a, b), intersection(a, b), difference(a, b), recursiveDifference(a, b)]) {
          expect(isCanonical(result)).toBe(true);
        }
      }),
    );
  });

  test('shares what does not change', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const a = setOf(...left);
        const both = union(a, setOf(...right));
        expect(union(both, a)).toBe(both);
        expect(difference(a, difference(setOf(...right), a))).toBe(a);
        expect(sameSet(union(difference(both, a), a), both)).toBe(true);
      }),
    );
  });
});
