import { describe, expect, it } from 'vitest';
import { readCheck } from './hand.ts';

const problems = (value: unknown) =>
  readCheck(value).problems.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('checks as they are written', () => {
  it('are read with their parts', () => {
    const { check } = readCheck({
      within: '30s',
      settled: { for: '10s', check: { state: { object: { kind: 'Pod' } } } },
    });
    expect(check).toMatchObject({
      kind: 'within',
      ms: 30_000,
      check: { kind: 'settled', for: 10_000, check: { kind: 'state' } },
    });
  });

  it('say where they are wrong and what was probably meant', () => {
    expect(problems({ stat: {} })).toEqual(['check.stat: unknown key `stat`; did you mean `state`?']);
    expect(problems({ state: { object: { kind: 'Pod' }, cound: 3 } })).toEqual([
      'check.state.cound: unknown key `cound`; did you mean `count`?',
    ]);
    expect(problems({ state: {} })).toEqual(['check.state: a `state` needs an `object` or a `cel`']);
    expect(problems({ state: { object: {} } })[0]).toContain('`kind` is missing');
    expect(problems({ state: { cel: 'true' }, seen: { object: { kind: 'Pod' } } })[0]).toContain(
      'one kind of check expected',
    );
    expect(problems({ settled: { for: '10 seconds', check: { state: { cel: 'true' } } } })[0]).toContain(
      'is no length of time',
    );
    expect(problems({ request: { from: 'somewhere', url: 'http://x' } })[0]).toContain(
      'write workstation, outside, node/NAME, pod/NAME',
    );
    expect(problems('Ready')).toEqual(['check: a check expected: an object with a key such as `state`']);
  });
});
