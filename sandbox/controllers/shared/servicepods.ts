// Which pods a service leads to, and under which ports.

import type { Queue } from '../../client/component.ts';
import { type Informer, keyOf } from '../../client/informer.ts';
import { intValueOf } from '../../kube/intstr.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { matchesLabels, selectorOfLabels } from '../../kube/selectors/labelselectors.ts';
import type { V1Pod, V1Service, V1ServicePort } from '../../schema/generated/types.ts';
import { isOver, isReady } from './pods.ts';

const BY_NAMESPACE = 'namespace';

/** Files services and pods under their namespaces, and wakes each service whose endpoints a change may concern. */
export function wakeServices(services: Informer<V1Service>, pods: Informer<V1Pod>, queue: Queue): void {
  services.index(BY_NAMESPACE, namespaceOf);
  pods.index(BY_NAMESPACE, namespaceOf);
  services.on(({ object, causes }) => queue.add(keyOf(object), causes));
  pods.on(({ type, object, previous, causes }) => {
    if (type === 'updated' && previous !== undefined && !changesEndpoints(previous, object)) return;
    for (const service of new Set([...servicesFor(services, previous), ...servicesFor(services, object)]))
      queue.add(keyOf(service), causes);
  });
}

function namespaceOf({ metadata }: KubeObject): readonly string[] {
  return [metadata?.namespace ?? ''];
}

/** Services that lead to the pod by its labels. */
export function servicesFor(services: Informer<V1Service>, pod: V1Pod | undefined): readonly V1Service[] {
  if (pod === undefined) return [];
  return services.by(BY_NAMESPACE, pod.metadata?.namespace ?? '').filter((service) => leadsTo(service, pod));
}

/** The pods that a service selects. */
export function podsFor(pods: Informer<V1Pod>, service: V1Service): readonly V1Pod[] {
  return pods.by(BY_NAMESPACE, service.metadata?.namespace ?? '').filter((pod) => leadsTo(service, pod));
}

function leadsTo({ spec }: V1Service, { metadata }: V1Pod): boolean {
  return spec?.selector !== undefined && matchesLabels(selectorOfLabels(spec.selector), metadata?.labels);
}

/** It has an address and has not ended. */
function isReachable({ status }: V1Pod): boolean {
  return (status?.podIP ?? '') !== '' || (status?.podIPs ?? []).length > 0;
}

/** Whether a pod belongs among the endpoints. */
export function isEndpoint(pod: V1Pod, includeTerminating: boolean): boolean {
  return !isOver(pod) && isReachable(pod) && (includeTerminating || pod.metadata?.deletionTimestamp === undefined);
}

/** Whether a change of a pod can change endpoints. */
function changesEndpoints(before: V1Pod, after: V1Pod): boolean {
  return (
    before.metadata?.labels !== after.metadata?.labels ||
    before.metadata?.deletionTimestamp !== after.metadata?.deletionTimestamp ||
    before.metadata?.uid !== after.metadata?.uid ||
    before.spec?.nodeName !== after.spec?.nodeName ||
    isReady(before) !== isReady(after) ||
    isOver(before) !== isOver(after) ||
    addressesOf(before).join() !== addressesOf(after).join()
  );
}

export function addressesOf({ status }: V1Pod): readonly string[] {
  const all = (status?.podIPs ?? []).map(({ ip }) => ip);
  return all.length > 0 || status?.podIP === undefined ? all : [status.podIP];
}

/** The number under which a pod serves a port of the service; undefined when it has no port of that name. */
export function portOf({ spec }: V1Pod, { targetPort, port, protocol = 'TCP' }: V1ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort === undefined ? port : intValueOf(targetPort);
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of [...(spec?.containers ?? []), ...sidecars])
    for (const one of container.ports ?? [])
      if (one.name === targetPort && (one.protocol ?? 'TCP') === protocol) return one.containerPort;
  return undefined;
}

/** The name that a pod has within the domain of a headless service. */
export function hostnameIn({ metadata: service }: V1Service, { spec, metadata }: V1Pod): string | undefined {
  const belongs = spec?.subdomain === service?.name && metadata?.namespace === service?.namespace;
  return belongs && (spec?.hostname ?? '') !== '' ? spec?.hostname : undefined;
}

export function isHeadless({ spec }: V1Service): boolean {
  return spec?.clusterIP === 'None' || (spec?.clusterIP ?? '') === '';
}
