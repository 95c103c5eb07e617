// What a fresh cluster has in it, as far as the cases need it: what the server makes, and what controllers add to that.

import { bootstrap } from '../../../sandbox/bootstrap.ts';
import { aggregated } from '../../../sandbox/controllers/clusterroleaggregation.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import { ClusterRoles, Namespaces, ServiceAccounts } from '../../../sandbox/schema/generated/resources.ts';
import type { Simulator } from '../../../sandbox/simulator.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** `alone`: no controllers act; what they would have made of roles is made at once. */
export function prepare(cluster: Simulator, alone: boolean): void {
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  const { items } = cluster.run(cluster.client().list(Namespaces));
  const there = new Set(items.map(({ metadata }) => metadata?.name));
  for (const name of NAMESPACES) {
    if (!there.has(name)) create(cluster, Namespaces, { metadata: { name } });
    create(cluster, ServiceAccounts, { metadata: { name: 'default', namespace: name } });
  }
  if (alone) aggregate(cluster);
}

/** More than once: a role may be made of one that is made of others. */
function aggregate(cluster: Simulator): void {
  const client = cluster.client();
  for (let round = 0; round < 3; round++) {
    const { items } = cluster.run(client.list(ClusterRoles));
    for (const role of items.filter(({ aggregationRule }) => aggregationRule !== undefined)) {
      cluster.run(client.update(ClusterRoles, { ...role, rules: aggregated(role, items) }));
    }
  }
}

function create(cluster: Simulator, type: ResourceType, object: KubeObject): void {
  cluster.run(cluster.client().create(type, object));
}
