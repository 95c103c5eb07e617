// What a fresh cluster has in it, as far as the cases need it.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import { Namespaces, ServiceAccounts } from '../../../sandbox/schema/generated/resources.ts';
import type { Simulator } from '../../../sandbox/simulator.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

export function prepare(cluster: Simulator): void {
  for (const name of NAMESPACES) {
    create(cluster, Namespaces, { metadata: { name } });
    create(cluster, ServiceAccounts, { metadata: { name: 'default', namespace: name } });
  }
}

function create(cluster: Simulator, type: ResourceType, object: KubeObject): void {
  cluster.run(cluster.client().create(type, object));
}
