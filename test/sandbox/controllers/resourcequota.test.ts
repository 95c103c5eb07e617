import { expect, test } from 'vitest';
import { CoreEvents, Pods, ReplicaSets, ResourceQuotas } from '../../../sandbox/schema/generated/resources.ts';
import { played } from './played.ts';

function quotaOfPods(pods: string) {
  return { metadata: { name: 'q', namespace: 'default' }, spec: { hard: { pods } } };
}

function threePods() {
  const template = { metadata: { labels: { app: 'r' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  return {
    metadata: { name: 'r', namespace: 'default' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'r' } }, template },
  };
}

test('a quota holds while a controller fills it at once: what is made is counted by admission alone', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const game = played({ seed });
    game.create(ResourceQuotas, quotaOfPods('2'));
    game.wait(1);
    game.create(ReplicaSets, threePods());
    game.wait(3);
    expect(game.list(Pods, 'default'), `seed ${seed}`).toHaveLength(2);
    expect(game.get(ResourceQuotas, 'q')?.status?.used).toEqual({ pods: '2' });
    expect(game.get(ReplicaSets, 'r')?.status?.conditions?.[0]).toMatchObject({ reason: 'FailedCreate' });
  }
});

test('a pod that has ended or gone makes room in its quota', () => {
  const game = played();
  game.create(ResourceQuotas, quotaOfPods('5'));
  for (const [name, fate] of [
    ['stays', 'ready'],
    ['ends', 'Succeeded'],
  ] as const)
    game.create(Pods, {
      metadata: { name, namespace: 'default', labels: { fate } },
      spec: { containers: [{ name: 'c', image: 'x' }] },
    });
  game.wait(5);
  expect(game.get(ResourceQuotas, 'q')?.status?.used).toEqual({ pods: '1' });
  expect(game.list(CoreEvents, 'default').filter(({ reason }) => reason === 'FailedCreate')).toEqual([]);
});

test('a creation that is admitted and refused afterwards stays counted until all is counted anew', () => {
  const game = played();
  game.create(ResourceQuotas, {
    metadata: { name: 'q', namespace: 'default' },
    spec: { hard: { 'count/replicasets.apps': '5' } },
  });
  game.wait(1);
  game.create(ReplicaSets, threePods());
  expect(() => game.create(ReplicaSets, threePods())).toThrow('already exists');
  game.wait(30);
  expect(game.get(ResourceQuotas, 'q')?.status?.used).toEqual({ 'count/replicasets.apps': '2' });
  game.wait(300);
  expect(game.get(ResourceQuotas, 'q')?.status?.used).toEqual({ 'count/replicasets.apps': '1' });
});
