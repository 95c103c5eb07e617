import { expect, test } from 'vitest';
import {
  ConfigMaps,
  CoreEvents,
  CronJobs,
  Deployments,
  HorizontalPodAutoscalers,
  PersistentVolumeClaims,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
} from '../../../sandbox/schema/generated/resources.ts';
import { type Played, played } from './played.ts';

const NAMESPACE = 'default';
/** A queue that works more often than this in a minute of quiet spins. */
const SPINS = 100;

function saidOf(game: Played, name: string): readonly string[] {
  return game
    .list(CoreEvents)
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);
}

/** Queues of the controller manager that work too often while nobody does anything. */
function spinning(game: Played): readonly string[] {
  const counts = () =>
    new Map(
      [...(game.cluster.state.components.get('kube-controller-manager')?.counts ?? [])].map(
        ([queue, { begun }]) => [queue, begun] as const,
      ),
    );
  const before = counts();
  game.wait(60);
  return [...counts()].flatMap(([queue, begun]) => (begun - (before.get(queue) ?? 0) > SPINS ? [queue] : []));
}

function template(app: string) {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image: 'x:1' }] } };
}

function cron(game: Played, name: string, more: object): void {
  const pods = { ...template(name), spec: { ...template(name).spec, restartPolicy: 'Never' } };
  game.create(CronJobs, {
    metadata: { name, namespace: NAMESPACE },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: pods } }, ...more },
  });
}

test('a schedule for 30 February makes no job, is called invalid, and nobody turns in circles over it', () => {
  const game = played();
  cron(game, 'never', { schedule: '0 0 30 2 *' });
  game.wait(5);
  expect(spinning(game)).toEqual([]);
  expect(game.get(CronJobs, 'never')?.status).toEqual({});
  expect(saidOf(game, 'never')).toEqual([
    'InvalidSchedule: invalid schedule: 0 0 30 2 * : time difference between two schedules is less than 1 second',
  ]);
});

test('a time zone that does not exist is refused', () => {
  const game = played();
  expect(() => cron(game, 'nowhere', { timeZone: 'Mars/Olympus' })).toThrow(/unknown time zone Mars\/Olympus/);
});

test('owners in a circle keep each other, until one of them is deleted', () => {
  const game = played();
  for (const name of ['one', 'two']) game.create(ConfigMaps, { metadata: { name, namespace: NAMESPACE } });
  for (const [name, other] of [
    ['one', 'two'],
    ['two', 'one'],
  ] as const) {
    const uid = game.get(ConfigMaps, other)?.metadata?.uid ?? '';
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: other, uid, blockOwnerDeletion: true }];
    const body = { metadata: { ownerReferences } };
    game.cluster.run(game.client.patch(ConfigMaps, { name, namespace: NAMESPACE }, { type: 'merge', body }));
  }
  game.wait(5);
  expect(spinning(game)).toEqual([]);
  expect(game.get(ConfigMaps, 'two')).toBeDefined();
  const options = { propagationPolicy: 'Foreground' } as const;
  game.cluster.run(game.client.delete(ConfigMaps, { name: 'one', namespace: NAMESPACE }, options));
  game.wait(10);
  expect(game.list(ConfigMaps).filter(({ metadata }) => ['one', 'two'].includes(metadata?.name ?? ''))).toEqual([]);
});

test('two sets of one selector keep to their own pods', () => {
  const game = played();
  for (const [name, replicas] of [
    ['pair-a', 2],
    ['pair-b', 3],
  ] as const) {
    game.create(ReplicaSets, {
      metadata: { name, namespace: NAMESPACE },
      spec: { replicas, selector: { matchLabels: { app: 'pair' } }, template: template('pair') },
    });
  }
  game.wait(5);
  expect(game.list(Pods)).toHaveLength(5);
  expect(spinning(game)).toEqual([]);
  expect(game.get(ReplicaSets, 'pair-a')?.status?.replicas).toBe(2);
});

test('autoscalers without metrics, without a target and for nothing say so', () => {
  const game = played();
  game.create(Deployments, {
    metadata: { name: 'zero', namespace: NAMESPACE },
    spec: { replicas: 0, selector: { matchLabels: { app: 'zero' } }, template: template('zero') },
  });
  for (const target of ['zero', 'nowhere']) {
    game.create(HorizontalPodAutoscalers, {
      metadata: { name: `of-${target}`, namespace: NAMESPACE },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target }, maxReplicas: 3 },
    });
  }
  game.wait(40);
  expect(spinning(game)).toEqual([]);
  const conditions = (name: string) =>
    game
      .get(HorizontalPodAutoscalers, name)
      ?.status?.conditions?.map(({ type, status, reason }) => [type, status, reason]);
  expect(conditions('of-zero')).toContainEqual(['ScalingActive', 'False', 'ScalingDisabled']);
  expect(conditions('of-nowhere')).toEqual([['AbleToScale', 'False', 'FailedGetScale']]);
  expect(saidOf(game, 'of-nowhere')).toContain('FailedGetScale: deployments.apps "nowhere" not found');
});

test('a budget that can never be met allows nothing', () => {
  const game = played();
  game.create(Deployments, {
    metadata: { name: 'd', namespace: NAMESPACE },
    spec: { replicas: 2, selector: { matchLabels: { app: 'd' } }, template: template('d') },
  });
  game.create(PodDisruptionBudgets, {
    metadata: { name: 'strict', namespace: NAMESPACE },
    spec: { minAvailable: 5, selector: { matchLabels: { app: 'd' } } },
  });
  game.wait(5);
  expect(spinning(game)).toEqual([]);
  expect(game.get(PodDisruptionBudgets, 'strict')?.status).toMatchObject({
    disruptionsAllowed: 0,
    currentHealthy: 2,
    desiredHealthy: 5,
    conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
  });
});

test('a claim of an unknown class waits, and says for what', () => {
  const game = played();
  game.create(PersistentVolumeClaims, {
    metadata: { name: 'claim', namespace: NAMESPACE },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'unheard-of',
      resources: { requests: { storage: '1Gi' } },
    },
  });
  game.wait(20);
  expect(spinning(game)).toEqual([]);
  expect(saidOf(game, 'claim')).toEqual(['ProvisioningFailed: storageclass.storage.k8s.io "unheard-of" not found']);
});

test('a set whose selector is not that of its pods, or selects everything, is refused', () => {
  const game = played();
  const make = (selector: object) =>
    game.create(ReplicaSets, {
      metadata: { name: 'set', namespace: NAMESPACE },
      spec: { replicas: 1, selector, template: template('set') },
    });
  expect(() => make({ matchLabels: { app: 'other' } })).toThrow(/`selector` does not match template `labels`/);
  expect(() => make({})).toThrow(/empty selector is invalid for deployment/);
});
