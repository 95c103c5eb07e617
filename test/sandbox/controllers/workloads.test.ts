import { expect, test } from 'vitest';
import {
  ControllerRevisions,
  CoreEvents,
  CronJobs,
  DaemonSets,
  Deployments,
  Jobs,
  Namespaces,
  Nodes,
  PersistentVolumeClaims,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
  ReplicationControllers,
  StatefulSets,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V1PodTemplateSpec } from '../../../sandbox/schema/generated/types.ts';
import { nodeNamed, type Played, played } from './played.ts';

function template(app: string, image = 'x:1', more: object = {}): V1PodTemplateSpec {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image }], ...more } };
}

function deployment(name: string, replicas: number, image = 'x:1', strategy: object = {}) {
  return {
    metadata: { name, namespace: 'default' },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name, image), strategy },
  };
}

function change(game: Played, name: string, body: object): void {
  game.cluster.run(
    game.client.patch(Deployments, { name, namespace: 'default' }, { type: 'merge', body: body as never }),
  );
}

test('a deployment brings its pods to life and says so', () => {
  const game = played();
  game.create(Deployments, deployment('web', 3));
  game.wait(3);
  const status = game.get(Deployments, 'web')?.status;
  expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, updatedReplicas: 3 });
  const conditions = (status?.conditions ?? [])
    .map(({ type, status: is, reason }) => [type, is, reason].join(' '))
    .sort();
  expect(conditions).toEqual(['Available True MinimumReplicasAvailable', 'Progressing True NewReplicaSetAvailable']);
});

test('a rolling update never has more pods than surge allows, nor fewer ready than unavailable allows', () => {
  const game = played();
  game.create(Deployments, deployment('web', 4, 'x:1', { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }));
  game.wait(3);
  change(game, 'web', { spec: { template: { spec: { containers: [{ name: 'c', image: 'x:2' }] } } } });
  for (let i = 0; i < 400; i++) {
    game.wait(0.01);
    const pods = game.list(Pods).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    const ready = pods.filter(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    expect(pods.length).toBeLessThanOrEqual(5);
    expect(ready.length).toBeGreaterThanOrEqual(3);
  }
  expect(game.list(Pods).map(({ spec }) => spec?.containers[0]?.image)).toEqual(['x:2', 'x:2', 'x:2', 'x:2']);
});

test('a deployment that is taken back uses its old replica set again, with a new revision', () => {
  const game = played();
  game.create(Deployments, deployment('web', 2));
  game.wait(2);
  const [first] = game.list(ReplicaSets);
  change(game, 'web', { spec: { template: { spec: { containers: [{ name: 'c', image: 'x:2' }] } } } });
  game.wait(3);
  change(game, 'web', { spec: { template: { spec: { containers: [{ name: 'c', image: 'x:1' }] } } } });
  game.wait(3);
  const sets = game.list(ReplicaSets);
  expect(sets).toHaveLength(2);
  const again = sets.find(({ metadata }) => metadata?.name === first?.metadata?.name);
  expect(again?.spec?.replicas).toBe(2);
  expect(again?.metadata?.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  });
});

test('a deployment that makes no progress says so after its deadline', () => {
  const game = played({ fate: () => 'nothing' });
  const wanted = deployment('web', 1);
  game.create(Deployments, { ...wanted, spec: { ...wanted.spec, progressDeadlineSeconds: 5 } });
  game.wait(10);
  const progress = game.get(Deployments, 'web')?.status?.conditions?.find(({ type }) => type === 'Progressing');
  expect(progress).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
});

test('deleting a deployment takes its replica sets and pods along', () => {
  const game = played();
  game.create(Deployments, deployment('web', 2));
  game.wait(2);
  game.cluster.run(game.client.delete(Deployments, { name: 'web', namespace: 'default' }));
  game.wait(5);
  expect(game.list(ReplicaSets)).toEqual([]);
  expect(game.list(Pods)).toEqual([]);
});

test('a replication controller replaces a pod that somebody deletes', () => {
  const game = played();
  game.create(ReplicationControllers, {
    metadata: { name: 'rc', namespace: 'default' },
    spec: { replicas: 2, selector: { app: 'rc' }, template: template('rc') },
  });
  game.wait(2);
  const [victim] = game.list(Pods);
  game.cluster.run(game.client.delete(Pods, { name: victim?.metadata?.name ?? '', namespace: 'default' }));
  game.wait(2);
  expect(game.list(Pods)).toHaveLength(2);
  expect(game.get(Pods, victim?.metadata?.name ?? '')).toBeUndefined();
});

test('a stateful set makes its pods one after the other, each with a claim of its own', () => {
  const game = played();
  game.create(StatefulSets, {
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: template('db'),
    },
  });
  game.wait(10);
  expect(
    game
      .list(Pods)
      .map(({ metadata }) => metadata?.name)
      .sort(),
  ).toEqual(['db-0', 'db-1', 'db-2']);
  const created = game.list(Pods).map(({ metadata }) => Number(metadata?.resourceVersion));
  expect(created).toHaveLength(3);
  expect(game.get(StatefulSets, 'db')?.status).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3 });
  expect(game.list(ControllerRevisions)).toHaveLength(1);
  expect(game.list(PersistentVolumeClaims)).toEqual([]);
});

test('an ordered stateful set waits for a pod that does not become ready', () => {
  const game = played({ fate: ({ metadata }) => (metadata?.name === 'db-1' ? 'nothing' : 'ready') });
  game.create(StatefulSets, {
    metadata: { name: 'db', namespace: 'default' },
    spec: { replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template('db') },
  });
  game.wait(10);
  expect(
    game
      .list(Pods)
      .map(({ metadata }) => metadata?.name)
      .sort(),
  ).toEqual(['db-0', 'db-1']);
});

test('a daemon set follows the nodes', () => {
  const game = played();
  game.create(DaemonSets, {
    metadata: { name: 'ds', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'ds' } }, template: template('ds') },
  });
  game.wait(2);
  expect(
    game
      .list(Pods)
      .map(({ spec }) => spec?.nodeName)
      .sort(),
  ).toEqual(['w1', 'w2']);
  game.create(Nodes, nodeNamed('w3', game.cluster));
  game.wait(2);
  expect(
    game
      .list(Pods)
      .map(({ spec }) => spec?.nodeName)
      .sort(),
  ).toEqual(['w1', 'w2', 'w3']);
  expect(game.get(DaemonSets, 'ds')?.status).toMatchObject({ desiredNumberScheduled: 3, numberReady: 3 });
});

test('a daemon set replaces a pod that is over as soon as it is on its way out', () => {
  const game = played({ nodes: ['w1'] });
  game.create(DaemonSets, {
    metadata: { name: 'ds', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'ds' } },
      template: { ...template('ds'), metadata: { labels: { app: 'ds', fate: 'nothing' }, finalizers: ['x.io/hold'] } },
    },
  });
  game.wait(2);
  const name = game.list(Pods)[0]?.metadata?.name ?? '';
  const ref = { name, namespace: 'default' };
  const ended = { status: { phase: 'Failed' } };
  game.cluster.run(game.client.delete(Pods, ref));
  game.wait(1);
  expect(game.list(Pods)).toHaveLength(1);
  game.cluster.run(game.client.patch(Pods, ref, { type: 'merge', subresource: 'status', body: ended }));
  game.wait(1);
  expect(game.list(Pods)).toHaveLength(2);
  expect(game.get(DaemonSets, 'ds')?.status).toMatchObject({ currentNumberScheduled: 1, updatedNumberScheduled: 1 });
});

test('a job completes when enough pods have succeeded, and counts each once', () => {
  const game = played({ fate: () => 'Succeeded' });
  game.create(Jobs, {
    metadata: { name: 'job', namespace: 'default' },
    spec: { completions: 5, parallelism: 2, template: template('job', 'x:1', { restartPolicy: 'Never' }) },
  });
  game.wait(30);
  const status = game.get(Jobs, 'job')?.status;
  expect(status?.succeeded).toBe(5);
  expect(status?.conditions?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
  expect(game.list(Pods)).toHaveLength(5);
});

test('a job gives up after its back-off limit, waiting longer after each failure', () => {
  const game = played({ fate: () => 'Failed' });
  game.create(Jobs, {
    metadata: { name: 'job', namespace: 'default' },
    spec: { backoffLimit: 2, template: template('job', 'x:1', { restartPolicy: 'Never' }) },
  });
  game.wait(15);
  expect(game.get(Jobs, 'job')?.status?.failed).toBe(2);
  game.wait(60);
  const status = game.get(Jobs, 'job')?.status;
  expect(status?.failed).toBe(3);
  expect(status?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'BackoffLimitExceeded' });
});

test('an indexed job runs each index', () => {
  const game = played({ fate: () => 'Succeeded' });
  game.create(Jobs, {
    metadata: { name: 'job', namespace: 'default' },
    spec: {
      completions: 4,
      parallelism: 4,
      completionMode: 'Indexed',
      template: template('job', 'x:1', { restartPolicy: 'Never' }),
    },
  });
  game.wait(10);
  expect(game.get(Jobs, 'job')?.status).toMatchObject({ completedIndexes: '0-3', succeeded: 4 });
});

test('a finished job goes when its time is over, with its pods', () => {
  const game = played({ fate: () => 'Succeeded' });
  game.create(Jobs, {
    metadata: { name: 'job', namespace: 'default' },
    spec: { ttlSecondsAfterFinished: 10, template: template('job', 'x:1', { restartPolicy: 'Never' }) },
  });
  game.wait(8);
  expect(game.get(Jobs, 'job')).toBeDefined();
  game.wait(20);
  expect(game.get(Jobs, 'job')).toBeUndefined();
  expect(game.list(Pods)).toEqual([]);
});

test('a cron job makes a job each minute, and keeps as many old ones as it may', () => {
  const game = played({ fate: () => 'Succeeded' });
  game.create(CronJobs, {
    metadata: { name: 'cron', namespace: 'default' },
    spec: {
      schedule: '* * * * *',
      successfulJobsHistoryLimit: 2,
      jobTemplate: { spec: { template: template('cron', 'x:1', { restartPolicy: 'Never' }) } },
    },
  });
  game.wait(5 * 60);
  const jobs = game.list(Jobs);
  expect(jobs.length).toBeLessThanOrEqual(3);
  expect(
    jobs.map(({ metadata }) => metadata?.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']),
  ).toContain('2026-01-01T00:05:00Z');
});

test('a budget tells how many pods may be taken away', () => {
  const game = played();
  game.create(Deployments, deployment('web', 3));
  game.create(PodDisruptionBudgets, {
    metadata: { name: 'budget', namespace: 'default' },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
  });
  game.wait(5);
  expect(game.get(PodDisruptionBudgets, 'budget')?.status).toMatchObject({
    disruptionsAllowed: 1,
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
  });
});

test('hundreds of pods are ready within a minute', () => {
  const game = played();
  game.create(Deployments, deployment('many', 300));
  game.wait(60);
  expect(game.get(Deployments, 'many')?.status?.readyReplicas).toBe(300);
}, 30_000);

test('controllers that have nothing to do do nothing', () => {
  const game = played();
  game.create(Deployments, deployment('web', 3));
  game.wait(60);
  const begun = () =>
    [...(game.cluster.state.components.get('kube-controller-manager')?.counts ?? [])].map(
      ([queue, { begun: n }]) => [queue, n] as const,
    );
  const before = new Map(begun());
  game.wait(60);
  for (const [queue, count] of begun()) expect(`${queue}: ${count - (before.get(queue) ?? 0)}`).toBe(`${queue}: 0`);
});

test('events go with their namespace', () => {
  const game = played();
  game.create(Namespaces, { metadata: { name: 'brief' } });
  game.wait(1);
  game.create(Deployments, { ...deployment('web', 2), metadata: { name: 'web', namespace: 'brief' } });
  game.wait(3);
  expect(game.list(CoreEvents, 'brief').length).toBeGreaterThan(0);
  game.cluster.run(game.client.delete(Namespaces, { name: 'brief' }));
  game.wait(30);
  expect(game.list(Namespaces).map(({ metadata }) => metadata?.name)).not.toContain('brief');
  expect(game.list(CoreEvents, 'brief')).toEqual([]);
});

test('a budget over pods of a kind that nobody knows says so', () => {
  const game = played();
  const owner = { apiVersion: 'foo.io/v1', kind: 'Foo', name: 'f', uid: 'u', controller: true };
  game.create(Pods, {
    metadata: { name: 'odd', namespace: 'default', labels: { app: 'z' }, ownerReferences: [owner] },
    spec: { containers: [{ name: 'c', image: 'x:1' }] },
  });
  game.create(PodDisruptionBudgets, {
    metadata: { name: 'z', namespace: 'default' },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'z' } } },
  });
  game.wait(2);
  const [condition] = game.get(PodDisruptionBudgets, 'z')?.status?.conditions ?? [];
  expect(condition?.message).toBe('no matches for kind "Foo" in version "foo.io/v1"');
});
