import { expect, test } from 'vitest';
import { walkOver } from '../../../../sandbox/controllers/shared/walk.ts';
import { draws } from '../../../../sandbox/time/chance.ts';

test('a walk goes round from any place, mostly from the first of few', () => {
  const firsts = Array.from({ length: 800 }, (_, n) => walkOver(['a', 'b', 'c'], draws(1, 'walk'), n)[0]);
  const share = (name: string) => firsts.filter((first) => first === name).length / firsts.length;
  expect(share('a')).toBeGreaterThan(0.7);
  expect(share('b')).toBeGreaterThan(0.08);
  expect(share('c')).toBeGreaterThan(0.08);
});

test('of more than eight each is as likely to be the first, and none is left out', () => {
  const many = Array.from({ length: 20 }, (_, i) => i);
  const firsts = new Set(Array.from({ length: 800 }, (_, n) => walkOver(many, draws(1, 'walk'), n)[0]));
  expect(firsts.size).toBe(20);
  for (let n = 0; n < 50; n++) expect([...walkOver(many, draws(2, 'walk'), n)].sort((a, b) => a - b)).toEqual(many);
});
