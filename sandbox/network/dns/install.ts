// CoreDNS as a cluster runs it: a deployment of two, found at the cluster's DNS address, with the right to watch what
// names depend on. The objects are those that kubeadm makes.

import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';
import {
  ClusterRoleBindings,
  ClusterRoles,
  ConfigMaps,
  Deployments,
  ServiceAccounts,
  Services,
} from '../../schema/generated/resources.ts';
import type { Work } from '../../time/loop.ts';
import objects from './coredns.json' with { type: 'json' };

const TYPES: Readonly<Record<string, ResourceType>> = {
  ServiceAccount: ServiceAccounts,
  ClusterRole: ClusterRoles,
  ClusterRoleBinding: ClusterRoleBindings,
  ConfigMap: ConfigMaps,
  Service: Services,
  Deployment: Deployments,
};

/** Makes what isn't there yet. */
export function* installCoreDns(client: Client): Work<void> {
  for (const object of objects as readonly KubeObject[]) {
    const type = TYPES[object.kind ?? ''];
    const { name = '', namespace } = object.metadata ?? {};
    if (type === undefined || (yield* client.find(type, { name, namespace })) !== undefined) continue;
    yield* client.create(type, object);
  }
}
