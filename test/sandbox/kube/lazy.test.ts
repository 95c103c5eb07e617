import { expect, test } from 'vitest';
import { lazyFor } from '../../../sandbox/kube/lazy.ts';

test('what is made of a thing is made once, also when it is false, and apart for each', () => {
  let made = 0;
  const isLong = lazyFor((text: { readonly value: string }): boolean => {
    made++;
    return text.value.length > 3;
  });
  const [short, long] = [{ value: 'ab' }, { value: 'abcd' }];
  expect([isLong(short), isLong(long), isLong(short), isLong({ value: 'ab' })]).toEqual([false, true, false, false]);
  expect(made).toBe(3);
});
