// What a fresh cluster has in it, as far as the cases need it: what the server makes, and what controllers add to that.

import { bootstrap } from '../../../sandbox/bootstrap.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import { Namespaces, ServiceAccounts } from '../../../sandbox/schema/generated/resources.ts';
import type { Simulator } from '../../../sandbox/simulator.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

export function prepare(cluster: Simulator): void {
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  const { items } = cluster.run(cluster.client().list(Namespaces));
  const there = new Set(items.map(({ metadata }) => metadata?.name));
  for (const name of NAMESPACES) {
    if (!there.has(name)) create(cluster, Namespaces, { metadata: { name } });
    create(cluster, ServiceAccounts, { metadata: { name: 'default', namespace: name } });
  }
}

function create(cluster: Simulator, type: ResourceType, object: KubeObject): void {
  cluster.run(cluster.client().create(type, object));
}
