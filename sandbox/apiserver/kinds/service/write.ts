// What happens to a service before it is checked: it gets its addresses and ports, and loses what its type has no use for.

import { own, sameJson, withoutKey } from '../../../kube/json.ts';
import type { V1Service, V1ServicePort, V1ServiceSpec } from '../../../schema/generated/types.ts';
import type { KindContext } from '../../kind.ts';
import { keepStatus, withoutStatus } from '../shared/metaparts.ts';
import { needsHealthCheck, withChangedNodePorts, withClusterIP, withNodePorts } from './allocate.ts';
import { sameList } from './clusterips.ts';
import { withFamilies } from './families.ts';
import { isExternal } from './validate.ts';

const SERVICE_AFFINITY_SECONDS = 10800;

export function serviceDefaults(service: V1Service): V1Service {
  const { spec = {}, status } = service;
  const type = spec.type ?? 'ClusterIP';
  const affinity = spec.sessionAffinity ?? 'None';
  const ports = spec.ports?.map(portDefaults);
  const { sessionAffinityConfig, ...rest } = spec;
  const config =
    affinity === 'ClientIP' && sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
      ? { clientIP: { timeoutSeconds: SERVICE_AFFINITY_SECONDS } }
      : sessionAffinityConfig;
  const filled: V1ServiceSpec = {
    ...rest,
    ...(ports === undefined ? {} : { ports }),
    type,
    sessionAffinity: affinity,
    ...(config === undefined || affinity === 'None' ? {} : { sessionAffinityConfig: config }),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true } : {}),
  };
  const external = isExternal(filled) ? { externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster' } : {};
  const internal = INTERNAL.includes(type) ? { internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster' } : {};
  return {
    ...service,
    spec: { ...filled, ...external, ...internal },
    ...(status === undefined ? {} : { status: withIPModes(status, type) }),
  };
}

const INTERNAL = ['ClusterIP', 'NodePort', 'LoadBalancer'];

function portDefaults(port: V1ServicePort): V1ServicePort {
  const { protocol = 'TCP', targetPort = 0 } = port;
  return { ...port, protocol, targetPort: targetPort === 0 || targetPort === '' ? port.port : targetPort };
}

function withIPModes(status: NonNullable<V1Service['status']>, type: string): NonNullable<V1Service['status']> {
  const ingress = status.loadBalancer?.ingress;
  if (type !== 'LoadBalancer' || ingress === undefined) return status;
  const filled = ingress.map((one) => ((one.ip ?? '') === '' ? one : { ...one, ipMode: one.ipMode ?? 'VIP' }));
  return { ...status, loadBalancer: { ...status.loadBalancer, ingress: filled } };
}

export function prepareCreate(service: V1Service, context: KindContext): V1Service {
  const { spec = {} } = service;
  const plural = withPlural(spec);
  const addressed = withClusterIP(service, withFamilies(service, plural), context);
  return withoutStatus({ ...service, spec: asRead(withNodePorts(service, addressed, context)) });
}

/** The one address of old is the first of several. */
function withPlural(spec: V1ServiceSpec): V1ServiceSpec {
  const { clusterIP = '', clusterIPs = [] } = spec;
  return clusterIP !== '' && clusterIPs.length === 0 ? { ...spec, clusterIPs: [clusterIP] } : spec;
}

/** Names of elsewhere have no traffic inside; a wrong policy is still refused. */
function asRead(spec: V1ServiceSpec): V1ServiceSpec {
  const known = spec.internalTrafficPolicy === 'Cluster' || spec.internalTrafficPolicy === 'Local';
  return spec.type === 'ExternalName' && known ? withoutKey(spec, 'internalTrafficPolicy') : spec;
}

export function prepareUpdate(next: V1Service, current: V1Service, context: KindContext): V1Service {
  const before = current.spec ?? {};
  const patched = pluralFrom(withAllocated(next.spec ?? {}, before), before);
  const families = withFamilies(next, patched, before);
  const gained = before.type === 'ExternalName' && families.type !== 'ExternalName';
  const addressed = gained ? withClusterIP(next, families, context) : families;
  const ported = withChangedNodePorts(next, addressed, before, context);
  const kept = keepStatus({ ...next, spec: asRead(withoutUseless(ported, before)) }, current);
  const { type } = kept.spec ?? {};
  return type === 'LoadBalancer' || kept.status === undefined
    ? kept
    : { ...kept, status: withoutKey(kept.status, 'loadBalancer') };
}

const hasClusterIP = ({ type }: V1ServiceSpec) => type !== 'ExternalName';
const hasNodePorts = (spec: V1ServiceSpec) =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

/** What a client left out, but was given before. */
function withAllocated(next: V1ServiceSpec, current: V1ServiceSpec): V1ServiceSpec {
  const addressed = hasClusterIP(current) && hasClusterIP(next);
  const clusterIP = (next.clusterIP ?? '') === '' && addressed ? current.clusterIP : next.clusterIP;
  const clusterIPs = (next.clusterIPs ?? []).length === 0 && addressed ? current.clusterIPs : next.clusterIPs;
  const checked = needsHealthCheck(current) && needsHealthCheck(next);
  const health = (next.healthCheckNodePort ?? 0) === 0 && checked ? current.healthCheckNodePort : undefined;
  const ports = hasNodePorts(current) && hasNodePorts(next) ? withOldPorts(next, current) : next.ports;
  return {
    ...next,
    ...(clusterIP === undefined ? {} : { clusterIP }),
    ...(clusterIPs === undefined ? {} : { clusterIPs }),
    ...(health === undefined ? {} : { healthCheckNodePort: health }),
    ...(ports === undefined ? {} : { ports }),
  };
}

function withOldPorts(next: V1ServiceSpec, current: V1ServiceSpec): readonly V1ServicePort[] | undefined {
  const old = new Map((current.ports ?? []).map(({ name = '', nodePort = 0 }) => [name, nodePort]));
  const before = new Set(old.values());
  const used = new Set((next.ports ?? []).map(({ nodePort = 0 }) => nodePort).filter((port) => before.has(port)));
  return next.ports?.map((port): V1ServicePort => {
    const had = old.get(port.name ?? '') ?? 0;
    if ((port.nodePort ?? 0) !== 0 || had === 0 || used.has(had)) return port;
    return { ...port, nodePort: had };
  });
}

/** A change of the one address of old means the first of several, if these weren't changed too. */
function pluralFrom(next: V1ServiceSpec, current: V1ServiceSpec): V1ServiceSpec {
  const { clusterIP = '', clusterIPs = [] } = next;
  const before = current.clusterIP ?? '';
  if (clusterIP === before) {
    const lost = (current.clusterIPs ?? []).length > 0 && clusterIPs.length === 0;
    return lost && current.clusterIPs !== undefined ? { ...next, clusterIPs: current.clusterIPs } : next;
  }
  if (!sameList(clusterIPs, current.clusterIPs)) return next;
  return clusterIP === '' ? withoutKey(next, 'clusterIPs') : { ...next, clusterIPs: [clusterIP] };
}

/** What the new type has no use for goes, unless the client changed just that: then it is refused. */
function withoutUseless(next: V1ServiceSpec, current: V1ServiceSpec): V1ServiceSpec {
  const same = (key: keyof V1ServiceSpec) => sameJson(own(next, key), own(current, key));
  const gone: (keyof V1ServiceSpec)[] = [];
  if (hasClusterIP(current) && !hasClusterIP(next)) {
    if (same('clusterIP') && same('clusterIPs')) gone.push('clusterIP', 'clusterIPs');
    if (same('ipFamilies')) gone.push('ipFamilies');
    if (same('ipFamilyPolicy')) gone.push('ipFamilyPolicy');
  }
  if (needsHealthCheck(current) && !needsHealthCheck(next) && same('healthCheckNodePort')) {
    gone.push('healthCheckNodePort');
  }
  if (current.type === 'LoadBalancer' && next.type !== 'LoadBalancer') {
    for (const key of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const) if (same(key)) gone.push(key);
  }
  if (isExternal(current) && !isExternal(next) && same('externalTrafficPolicy')) gone.push('externalTrafficPolicy');
  const rest = gone.reduce<V1ServiceSpec>(withoutKey, next);
  return hasPorts(current) && !hasPorts(next) ? withoutNodePorts(rest, current) : rest;
}

const hasPorts = ({ type }: V1ServiceSpec) => type === 'NodePort' || type === 'LoadBalancer';

function withoutNodePorts(next: V1ServiceSpec, current: V1ServiceSpec): V1ServiceSpec {
  const numbers = ({ ports = [] }: V1ServiceSpec) => ports.map(({ nodePort = 0 }) => nodePort).filter((one) => one > 0);
  const had = new Set(numbers(current));
  if (next.ports === undefined || !numbers(next).every((port) => had.has(port))) return next;
  return { ...next, ports: next.ports.map((port) => withoutKey(port, 'nodePort')) };
}
