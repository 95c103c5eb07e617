// Five things that must hold before anything else is worth building: copies, replays, size, fairness, and no sharing.
// (The replay with a client outside is in test/src/session.)

import { describe, expect, it } from 'vitest';
import { type Cluster, clusterOf, newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { Deployments, Pods } from '../../sandbox/schema/generated/resources.ts';
import { durationMs, seconds } from '../../sandbox/time/units.ts';
import { newLearnerCluster } from '../../src/session/cluster.ts';
import { startCommand, writtenText } from '../../src/session/command.ts';
import { storeDigest } from '../../src/session/digest.ts';

describe('a cluster', () => {
  it('goes on from a copy as the original does, and neither disturbs the other', () => {
    const original = newCluster({ seed: 3 });
    original.advance(seconds(20));
    deploy(original, 'web', 5);
    original.advance(durationMs(1700));
    const copy = clusterOf(original.snapshot());
    const third = clusterOf(original.snapshot());
    third.run(third.client().delete(Deployments, { namespace: 'default', name: 'web' }));
    for (const cluster of [original, copy, third]) cluster.advance(seconds(30));
    expect(digest(copy)).toBe(digest(original));
    expect(digest(third)).not.toBe(digest(original));
    expect(running(original)).toBe(5);
  });

  it('shares nothing with another one that runs in between', () => {
    const alone = newCluster({ seed: 5 });
    deploy(alone, 'web', 3);
    alone.advance(seconds(40));
    const [one, other] = [newCluster({ seed: 5 }), newCluster({ seed: 6 })];
    deploy(one, 'web', 3);
    deploy(other, 'shop', 4);
    for (let at = 0; at < 40; at++) {
      one.advance(seconds(1));
      other.advance(seconds(1));
    }
    expect(digest(one)).toBe(digest(alone));
  });

  it('has room for many pods', () => {
    const cluster = newCluster({ spec: usualSpec(20) });
    cluster.advance(seconds(20));
    deploy(cluster, 'web', 200);
    cluster.advance(seconds(60));
    expect(running(cluster)).toBe(200);
  });

  it('goes on while a program spins', () => {
    const cluster = newLearnerCluster({ seed: 1 });
    cluster.simulator.advance(seconds(20));
    startCommand(cluster, ['bash', '-c', 'while :; do :; done'], { home: '/home/learner' });
    const other = startCommand(cluster, ['bash', '-c', 'sleep 1; echo still here'], { home: '/home/learner' });
    deploy(cluster.simulator, 'web', 1);
    cluster.simulator.advance(seconds(30));
    expect(writtenText(other.output())).toBe('still here\n');
    expect(running(cluster.simulator)).toBe(1);
  });
});

function digest(simulator: Cluster): string {
  return storeDigest({ simulator, waiting: new Map() });
}

function running(cluster: Cluster): number {
  const { items } = cluster.run(cluster.client().list(Pods, 'default'));
  return items.filter((pod) => pod.status?.phase === 'Running').length;
}

function deploy(cluster: Cluster, name: string, replicas: number): void {
  const labels = { app: name };
  cluster.run(
    cluster.client().create(Deployments, {
      metadata: { name, namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.28' }] } },
      },
    }),
  );
}
