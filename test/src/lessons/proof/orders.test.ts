import { describe, expect, it } from 'vitest';
import { otherOrders, partsOf } from '../../../../src/lessons/proof/orders.ts';
import { lessonWith } from '../hand.ts';

const [GOAL] = lessonWith((text) => text).goals;
const goal = (id: string, needs: readonly string[] = []) => ({ ...(GOAL as NonNullable<typeof GOAL>), id, needs });
const SCRIPT = { file: 's.sh', text: 'x=1\n# goal: a\none\n# goal: b\ntwo\n# goal: c\nthree\n' };

describe('the parts of a solution', () => {
  it('are found by their marks', () => {
    const { before, parts } = partsOf(SCRIPT);
    expect([before, ...parts.map((part) => part.goal)]).toEqual(['x=1\n', 'a', 'b', 'c']);
  });

  it('are tried in every order that needs allow, each once', () => {
    const orders = (goals: readonly ReturnType<typeof goal>[]) =>
      otherOrders(SCRIPT, goals, 12, 1)
        .map(({ file }) => file.replace('s.sh in the order ', ''))
        .sort();
    expect(orders([goal('a'), goal('b'), goal('c')])).toEqual(['a c b', 'b a c', 'b c a', 'c a b', 'c b a']);
    expect(orders([goal('a'), goal('b', ['a']), goal('c')])).toEqual(['a c b', 'c a b']);
    expect(orders([goal('a'), goal('b', ['a']), goal('c', ['b'])])).toEqual([]);
  });
});
