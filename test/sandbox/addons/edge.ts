// For tests of add-ons: objects applied to a whole cluster, and commands run in a pod of its own.

import type { Addon } from '../../../sandbox/addons/manifests.ts';
import { installMissing } from '../../../sandbox/client/install.ts';
import { type Cluster, newCluster, usualSpec } from '../../../sandbox/cluster.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import { textOf } from '../../../sandbox/machine/bytes.ts';
import { execInContainer } from '../../../sandbox/machine/runtime/exec.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';

const CLIENT = 'client';

/** A cluster with an add-on that has begun to work, and a pod to ask from. */
export function clusterWith(addon: Addon, cloud = false): Cluster {
  const cluster = newCluster({
    spec: { ...usualSpec(1), dns: 'builtin', addons: [addon], ...(cloud ? { cloud } : {}) },
  });
  cluster.advance(seconds(10));
  const containers = [{ name: CLIENT, image: 'learn/client:1.0', command: ['sleep', '1000000'] }];
  const metadata = { name: CLIENT, namespace: 'default' };
  apply(cluster, [{ apiVersion: 'v1', kind: 'Pod', metadata, ...{ spec: { containers } } }]);
  cluster.advance(seconds(30));
  return cluster;
}

export function apply(cluster: Cluster, objects: readonly KubeObject[], types: readonly ResourceType[] = []): void {
  cluster.run(installMissing(cluster.client(), objects, types));
}

/** A deployment of the teaching image, and its service on port 80. */
export function web(name: string, version: string, namespace = 'default', replicas = 1): readonly KubeObject[] {
  const labels = { app: name };
  const metadata = { name, namespace };
  const containers = [{ name: 'main', image: `learn/hello:${version}` }];
  const template = { metadata: { labels }, spec: { containers } };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      ...{ spec: { replicas, selector: { matchLabels: labels }, template } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      ...{ spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
    },
  ];
}

/** What a script prints in the client's pod. */
export function inClient(cluster: Cluster, script: string): string {
  const { kernel, channels } = cluster;
  const container = [...kernel.state.containers.values()].find(({ name }) => name === CLIENT);
  if (container === undefined) throw new Error('there is no client');
  const started = execInContainer(kernel, container, { argv: ['sh', '-c', script], streams: 'joined' });
  if (!started.ok) throw new Error(started.message);
  let text = '';
  for (let i = 0; i < 600; i++) {
    cluster.advance(durationMs(100));
    for (;;) {
      const read = channels.read(started.stdout);
      if (read.kind === 'closed') return text;
      if (read.kind !== 'more') break;
      if (read.chunk instanceof Uint8Array) text += textOf(read.chunk);
    }
  }
  throw new Error(`no end of ${script}`);
}
