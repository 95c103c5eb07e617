import { expect, test } from 'vitest';

import { compileSelector, SELECTOR_COST_MAX } from '../../../../sandbox/kube/cel/devices.ts';

// The texts are those of a real API server 1.36.

function problemOf(text: string): string | undefined {
  const compiled = compileSelector(text);
  if ('problem' in compiled) return compiled.problem;
  return compiled.maxCost > SELECTOR_COST_MAX ? 'too complex' : undefined;
}

test('selectors of devices know the driver, the attributes and the capacity', () => {
  for (const text of [
    "device.driver == 'x'",
    "device.attributes['a.example.com'].model == 'x'",
    "device.attributes['a'].b",
    "device.attributes['a'].version.isGreaterThan(semver('1.0.0'))",
    "device.capacity['a'].memory.isGreaterThan(quantity('1Gi'))",
    'device.allowMultipleAllocations',
    "cel.bind(d, device.attributes['a'], d.b == 'x')",
  ])
    expect(problemOf(text), text).toBeUndefined();
});

test('selectors of devices give a bool, or what nobody knows before', () => {
  expect(problemOf('1')).toBe('must evaluate to bool or the unknown type, not int');
  expect(problemOf('device.attributes')).toBe(
    'must evaluate to bool or the unknown type, not map(string, map(string, google.protobuf.Any))',
  );
  expect(problemOf('device.foo')).toBe(
    "compilation failed: ERROR: <input>:1:7: undefined field 'foo'\n | device.foo\n | ......^",
  );
  expect(problemOf('cel.bind(1, 2, 3)')).toContain('cel.bind() variable names must be simple identifiers');
});

test('selectors of devices are refused when they may cost too much', () => {
  const folds = (depth: number): string =>
    depth === 0 ? 'true' : `device.attributes.all(k${depth}, ${folds(depth - 1)})`;
  expect(problemOf(folds(2))).toBeUndefined();
  expect(problemOf(folds(5))).toBe('too complex');
});
