// Each namespace has a service account `default` and a config map with the certificates of the cluster's own authority;
// whoever deletes or changes them gets them back.
//
// observe: namespaces, and the service accounts and config maps of these names.
// diff:    what is missing or different.
// act:     make it, or put it right.

import type { Queue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { own, sameJson } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { reasonOf } from '../kube/status.ts';
import { ConfigMaps, Namespaces, ServiceAccounts } from '../schema/generated/resources.ts';
import type { V1ConfigMap, V1Namespace } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { Controller } from './controller.ts';

const DEFAULT_ACCOUNT = 'default';
const ROOT_CA = 'kube-root-ca.crt';
const DESCRIPTION = 'kubernetes.io/description';
const USE =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export const serviceAccountController: Controller = {
  name: 'service-account-controller',
  setup({ component, client }) {
    const namespaces = component.informer(Namespaces);
    const accounts = component.informer(ServiceAccounts);
    const queue = component.queue(
      'default accounts',
      function* (name, turn) {
        if (!isActive(namespaces.get(name)) || accounts.get(`${name}/${DEFAULT_ACCOUNT}`) !== undefined)
          return undefined;
        const account = { metadata: { name: DEFAULT_ACCOUNT, namespace: name } };
        yield* unlessThere(turn.client.create(ServiceAccounts, account));
        return undefined;
      },
      client,
    );
    forEachNamespace(namespaces, queue);
    accounts.on(({ type, object, causes }) => {
      if (type === 'deleted' && object.metadata?.name === DEFAULT_ACCOUNT)
        queue.add(object.metadata.namespace ?? '', causes);
    });
  },
};

/** `certificates`: the bundle in PEM. */
export function rootCaPublisher(certificates: () => string): Controller {
  return {
    name: 'root-ca-cert-publisher',
    setup({ component, client }) {
      const namespaces = component.informer(Namespaces);
      const maps = component.informer(ConfigMaps);
      const queue = component.queue(
        'certificates of the authority',
        function* (name, turn) {
          if (!isActive(namespaces.get(name))) return undefined;
          const known = maps.get(`${name}/${ROOT_CA}`);
          const wanted = wantedMap(known, name, { 'ca.crt': certificates() });
          if (wanted === known) return undefined;
          if (known === undefined) yield* unlessThere(turn.client.create(ConfigMaps, wanted));
          else yield* turn.client.update(ConfigMaps, wanted);
          return undefined;
        },
        client,
      );
      forEachNamespace(namespaces, queue);
      maps.on(({ object, causes }) => {
        if (object.metadata?.name === ROOT_CA) queue.add(object.metadata.namespace ?? '', causes);
      });
    },
  };
}

/** The map as it shall be; the same object when it is. */
function wantedMap(
  known: V1ConfigMap | undefined,
  namespace: string,
  data: { readonly [key: string]: string },
): V1ConfigMap {
  const annotations = { ...known?.metadata?.annotations, [DESCRIPTION]: USE };
  const isRight = own(known?.metadata?.annotations, DESCRIPTION) === USE && sameJson(known?.data, data);
  if (known !== undefined && isRight) return known;
  return { ...known, metadata: { ...known?.metadata, name: ROOT_CA, namespace, annotations }, data };
}

function forEachNamespace(namespaces: Informer<V1Namespace>, queue: Queue): void {
  namespaces.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
}

function isActive(namespace: V1Namespace | undefined): boolean {
  return namespace?.status?.phase === 'Active' && namespace.metadata?.deletionTimestamp === undefined;
}

function* unlessThere<T extends KubeObject>(work: Work<T>): Work<void> {
  try {
    yield* work;
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') throw error;
  }
}
