import { expect, test } from 'vitest';
import { CoreEvents, PodDisruptionBudgets, Pods } from '../../../sandbox/schema/generated/resources.ts';
import { played } from './played.ts';

test('of several budgets that count a pod the eldest follows most of its changes, and the others some', () => {
  const game = played();
  for (const name of ['b1', 'b2', 'b3'])
    game.create(PodDisruptionBudgets, {
      metadata: { name, namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'd' } } },
    });
  for (let i = 0; i < 40; i++)
    game.create(Pods, {
      metadata: { name: `p${i}`, namespace: 'default', labels: { app: 'd' } },
      spec: { containers: [{ name: 'c', image: 'x' }] },
    });
  game.wait(4);
  const chosen = (budget: string) =>
    game
      .list(CoreEvents)
      .filter(({ message }) => message?.endsWith(`Chose "${budget}" arbitrarily.`))
      .reduce((sum, { count = 1 }) => sum + count, 0);
  const [eldest, second, third] = [chosen('b1'), chosen('b2'), chosen('b3')];
  expect(second).toBeGreaterThan(0);
  expect(third).toBeGreaterThan(0);
  expect(eldest / (eldest + second + third)).toBeGreaterThan(0.6);
});
