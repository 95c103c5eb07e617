// The service that makes a Gateway reachable: one a Gateway, beside the controller's pods, each of its ports leading to a
// port of theirs that no other Gateway has. Which one is what the stored service says. Pure.

import type { JsonObject } from '../../../kube/json.ts';
import type { World } from '../edge/controller.ts';
import { listIn, numberIn, objectsOf, textIn } from '../edge/world.ts';
import type { ApiRequest } from '../kit/apiview.ts';
import type { Listener } from './listeners.ts';

export interface GatewayService {
  /** As it is stored; undefined until it is. */
  readonly object: JsonObject | undefined;
  /** Port of the listener → port of the proxy. */
  readonly targets: ReadonlyMap<number, number>;
}

const FIRST_TARGET = 10_080;
const LABEL = 'gateway.networking.k8s.io/gateway-name';
const NAMESPACE_LABEL = 'gateway.networking.k8s.io/gateway-namespace';
const SELECTOR = { app: 'gateway' };

export function servicesFor(
  world: World,
  namespace: string,
  listeners: ReadonlyMap<string, readonly Listener[]>,
): { services: ReadonlyMap<string, GatewayService>; requests: readonly ApiRequest[] } {
  const stored = new Map<string, JsonObject>(
    objectsOf(world, 'services')
      .filter((each) => textIn(each, 'metadata', 'namespace') === namespace)
      .flatMap((each) => {
        const name = textIn(each, 'metadata', 'labels', LABEL);
        return name === '' ? [] : [[`${textIn(each, 'metadata', 'labels', NAMESPACE_LABEL)}/${name}`, each] as const];
      }),
  );
  const used = new Set([...stored.values()].flatMap((each) => [...targetsOf(each).values()]));
  const services = new Map<string, GatewayService>();
  const requests: ApiRequest[] = [];
  for (const [key, own] of listeners) {
    const object = stored.get(key);
    const known = targetsOf(object);
    const ports = [...new Set(own.map(({ port }) => port))].sort((one, other) => one - other);
    const targets = new Map(ports.map((port) => [port, known.get(port) ?? free(used)]));
    services.set(key, { object, targets });
    if (object === undefined) requests.push(creation(namespace, key, targets));
    else if (JSON.stringify([...known]) !== JSON.stringify([...targets])) requests.push(change(object, targets));
  }
  for (const [key, object] of stored)
    if (!listeners.has(key))
      requests.push({ method: 'DELETE', path: pathOf(namespace, textIn(object, 'metadata', 'name')) });
  return { services, requests };
}

function targetsOf(service: JsonObject | undefined): ReadonlyMap<number, number> {
  const pairs = listIn(service, 'spec', 'ports').map(
    (each) => [numberIn(each, 'port') ?? 0, numberIn(each, 'targetPort') ?? 0] as const,
  );
  return new Map(pairs.sort(([one], [other]) => one - other));
}

function free(used: Set<number>): number {
  let port = FIRST_TARGET;
  while (used.has(port)) port++;
  used.add(port);
  return port;
}

function pathOf(namespace: string, name = ''): string {
  return `/api/v1/namespaces/${namespace}/services${name === '' ? '' : `/${name}`}`;
}

function portsFor(targets: ReadonlyMap<number, number>): JsonObject[] {
  return [...targets].map(([port, targetPort]) => ({ name: `port-${port}`, protocol: 'TCP', port, targetPort }));
}

function creation(namespace: string, key: string, targets: ReadonlyMap<number, number>): ApiRequest {
  const [home = '', name = ''] = key.split('/');
  return {
    method: 'POST',
    path: pathOf(namespace),
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `gateway-${home}-${name}`, namespace, labels: { [LABEL]: name, [NAMESPACE_LABEL]: home } },
      spec: { type: 'LoadBalancer', selector: SELECTOR, ports: portsFor(targets) },
    },
  };
}

function change(object: JsonObject, targets: ReadonlyMap<number, number>): ApiRequest {
  return {
    method: 'PATCH',
    path: pathOf(textIn(object, 'metadata', 'namespace'), textIn(object, 'metadata', 'name')),
    contentType: 'application/merge-patch+json',
    body: { spec: { ports: portsFor(targets) } },
  };
}
