// Stand-ins for the controllers without which hardly a case can be played, until the real ones move in.

import type { ObjectRef } from '../../../sandbox/client/client.ts';
import type { ComponentEngine, Turn } from '../../../sandbox/client/component.ts';
import { keyOf } from '../../../sandbox/client/informer.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import { ConfigMaps, Namespaces, ServiceAccounts } from '../../../sandbox/schema/generated/resources.ts';
import type { ComponentDefinition } from '../../../sandbox/simulator.ts';
import type { Work } from '../../../sandbox/time/loop.ts';

export const FURNISHER: ComponentDefinition = {
  name: 'furnisher',
  user: { name: 'system:kube-controller-manager', groups: ['system:masters', 'system:authenticated'] },
  setup: furnishNamespaces,
};

const ROOT_CA = {
  metadata: {
    name: 'kube-root-ca.crt',
    annotations: {
      'kubernetes.io/description':
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
    },
  },
  data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
};

/** Gives each namespace its service account and its bundle of certificates. */
function furnishNamespaces(component: ComponentEngine): void {
  const namespaces = component.informer(Namespaces);
  const queue = component.queue('namespaces', function* (key, turn) {
    if (namespaces.get(key)?.metadata?.deletionTimestamp !== undefined) return undefined;
    yield* ensure(turn, ConfigMaps, key, ROOT_CA);
    yield* ensure(turn, ServiceAccounts, key, { metadata: { name: 'default' } });
    return undefined;
  });
  namespaces.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
}

function* ensure(turn: Turn, type: ResourceType, namespace: string, object: KubeObject): Work<void> {
  const ref: ObjectRef = { namespace, name: object.metadata?.name ?? '' };
  if ((yield* turn.client.find(type, ref)) !== undefined) return;
  yield* turn.client.create(type, { ...object, metadata: { ...object.metadata, namespace } });
}
