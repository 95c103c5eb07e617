import { describe, expect, test } from 'vitest';
import { sortObjectsBy, sortRowsBy, UnsortableError } from '../../../sandbox/kube/sortby.ts';

const sizes = [{ size: '2Gi' }, { size: '500m' }, {}, { size: '100Ki' }, { size: '1e3' }];

describe('objects in the order of --sort-by', () => {
  test('texts that are quantities go by their amounts, and who has none comes first', () => {
    expect(sortObjectsBy('.size', sizes)).toEqual([2, 1, 4, 3, 0]);
    expect(sortRowsBy('{.size}', sizes)).toEqual([2, 1, 4, 3, 0]);
  });

  test('other texts go by their bytes, numbers by value, nulls first', () => {
    expect(sortObjectsBy('n', [{ n: 'b' }, { n: 'a' }, { n: 'é' }, { n: '10' }])).toEqual([3, 1, 0, 2]);
    expect(sortObjectsBy('{.n}', [{ n: 10 }, { n: 9 }, { n: null }, { n: -1 }])).toEqual([2, 3, 1, 0]);
  });

  test('a field that no object has is refused', () => {
    const message = `couldn't find any field with path "{.x}" in the list of objects`;
    expect(() => sortObjectsBy('.x', sizes)).toThrow(message);
    expect(() => sortRowsBy('{.x}', sizes)).toThrow(message);
    expect(() => sortObjectsBy('.x', [])).toThrow(message);
    expect(sortRowsBy('{.x}', [])).toEqual([]);
  });

  test('a template that is none is refused', () => {
    expect(() => sortObjectsBy('.m[', sizes)).toThrow('unterminated array');
    expect(() => sortRowsBy('{.m[}', sizes)).toThrow('sorting error: unterminated array');
  });

  test.each([
    [true, false, 'unsortable type: bool'],
    [{}, {}, 'unsortable type: map[string]interface {}'],
    [1, 1.5, 'unsortable interface: interface'],
    [1, 'a', 'unsortable interface: interface'],
  ])('%j and %j have no order', (a, b, reason) => {
    const sort = () => sortObjectsBy('.v', [{ v: a }, { v: b }]);
    expect(sort).toThrow(UnsortableError);
    expect(sort).toThrow(/^Field \{\.v\} in \*unstructured\.Unstructured is an unsortable type: interface, err: /);
    expect(() => sortRowsBy('{.v}', [{ v: a }, { v: b }])).toThrow(`in [][][]reflect.Value is an unsortable type`);
    expect(sort).toThrow(reason);
    expect(sort).toThrow(expect.objectContaining({ source: 'sorter.go:329', exitStatus: 1 }));
  });

  test('a path that fails on an object ends all', () => {
    const objects = [{ l: [1] }, { l: [] }];
    expect(() => sortObjectsBy('.l[0]', objects)).toThrow(
      new UnsortableError(
        'Failed to get i values for &unstructured.Unstructured{Object:map[string]interface {}{"l":[]interface {}{}}} using {.l[0]} (&errors.errorString{s:"array index out of bounds: index 0, length 0"})',
        ['sorter.go:310', 255],
      ),
    );
    expect(() => sortRowsBy('{.l[0]}', objects)).toThrow(
      'Failed to get values for [][]reflect.Value(nil) using {.l[0]} (&errors.errorString{s:"array index out of bounds: index 0, length 0"})',
    );
  });
});
