// What is checked of a service.

import { at, atKey, duplicate, forbiddenField, invalid, required, shownAsJson } from '../../../kube/fielderrors.ts';
import { legacyCIDRErrors, legacyIPErrors, parseIP } from '../../../kube/ip.ts';
import { own } from '../../../kube/json.ts';
import { dns1123Label, dns1123Subdomain, nameRule, portNumber, qualifiedName } from '../../../kube/names.ts';
import { labelsErrors } from '../../../kube/selectors/labelrules.ts';
import type { V1LoadBalancerStatus, V1Service, V1ServicePort, V1ServiceSpec } from '../../../schema/generated/types.ts';
import { metaErrors, metaUpdateErrors } from '../../metadata.ts';
import { type Errors, isBlank, labelName, neededOneOf, oneOf, problemsOf, subdomainName } from '../shared/checks.ts';
import { endpointIP } from '../shared/endpointip.ts';
import { shownInternally } from '../shared/internal.ts';
import { PROTOCOLS, portNumberOrName } from '../shared/pod/ports.ts';
import { needsHealthCheck } from './allocate.ts';
import { addressChangeErrors, clusterIPErrors, isHeadless } from './clusterips.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Label) };
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
export const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

export function* serviceErrors(service: V1Service): Errors {
  yield* metaErrors(service, NAMED);
  yield* specErrors(service, undefined);
}

export function* serviceUpdateErrors(next: V1Service, current: V1Service): Errors {
  const spec = next.spec ?? {};
  const before = current.spec ?? {};
  yield* metaUpdateErrors(next, current);
  yield* addressChangeErrors(spec, before);
  yield* balancerClass(spec, before);
  if (needsHealthCheck(before) && needsHealthCheck(spec) && spec.healthCheckNodePort !== before.healthCheckNodePort) {
    yield forbiddenField('spec.healthCheckNodePort', 'field is immutable');
  }
  yield* specErrors(next, current);
}

function* specErrors({ metadata, spec = {} }: V1Service, current: V1Service | undefined): Errors {
  const hints = own(metadata?.annotations, TOPOLOGY_HINTS);
  const mode = own(metadata?.annotations, TOPOLOGY_MODE);
  if (mode !== undefined && hints !== undefined && mode !== hints) {
    const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
    yield invalid(atKey('metadata.annotations', TOPOLOGY_MODE), mode, detail);
  }
  yield* typeErrors(spec);
  yield* portsErrors(spec);
  yield* labelsErrors('spec.selector', spec.selector);
  yield* affinityErrors(spec);
  yield* clusterIPErrors(spec, current?.spec);
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) {
    const field = at('spec.externalIPs', i);
    const errors = [...legacyIPErrors(field, ip, current?.spec?.externalIPs ?? [])];
    yield* errors.length > 0 ? errors : endpointIP(field, ip);
  }
  yield* neededOneOf('spec.type', spec.type, TYPES);
  yield* portConflicts(spec);
  if ((spec.loadBalancerSourceRanges ?? []).length > 0) yield* sourceRanges(spec, current?.spec);
  else yield* annotatedRanges(own(metadata?.annotations, SOURCE_RANGES), spec, current);
  const { type, allocateLoadBalancerNodePorts: allocates } = spec;
  if (allocates !== undefined && type !== 'LoadBalancer') {
    yield forbiddenField('spec.allocateLoadBalancerNodePorts', FOR_BALANCERS);
  }
  if (type === 'LoadBalancer' && allocates === undefined) yield required('allocateLoadBalancerNodePorts');
  yield* balancerClass(spec, undefined);
  yield* trafficErrors(spec);
}

function* typeErrors(spec: V1ServiceSpec): Errors {
  const { type, ports = [], clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' } = spec;
  const headless = isHeadless(spec);
  if (ports.length === 0 && !headless && type !== 'ExternalName') yield required('spec.ports');
  if (headless && (type === 'LoadBalancer' || type === 'NodePort')) {
    yield invalid('spec.clusterIPs[0]', clusterIPs[0] ?? '', `may not be set to 'None' for ${type} services`);
  }
  if (type !== 'ExternalName') return;
  const detail = 'may not be set for ExternalName services';
  if (clusterIPs.length > 0) yield forbiddenField('spec.clusterIPs', detail);
  if (ipFamilies.length > 0) yield forbiddenField('spec.ipFamilies', detail);
  if (ipFamilyPolicy !== undefined) yield forbiddenField('spec.ipFamilyPolicy', detail);
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName;
  if (name === '') yield required('spec.externalName');
  else yield* subdomainName('spec.externalName', name);
}

function* portsErrors({ ports = [] }: V1ServiceSpec): Errors {
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) yield* onePort(at('spec.ports', i), port, ports.length > 1, names);
}

function* onePort(field: string, port: V1ServicePort, needsName: boolean, names: Set<string>): Errors {
  const { name = '', port: number = 0, protocol, targetPort, appProtocol } = port;
  if (name === '') {
    if (needsName) yield required(at(field, 'name'));
  } else {
    yield* labelName(at(field, 'name'), name);
    if (names.has(name)) yield duplicate(at(field, 'name'), name);
    names.add(name);
  }
  yield* problemsOf(at(field, 'port'), number, portNumber(number));
  yield* neededOneOf(at(field, 'protocol'), protocol, PROTOCOLS);
  yield* portNumberOrName(at(field, 'targetPort'), targetPort);
  if (appProtocol !== undefined) {
    yield* problemsOf(at(field, 'appProtocol'), appProtocol, qualifiedName(appProtocol));
  }
}

const DAY = 86400;

function* affinityErrors({ sessionAffinity, sessionAffinityConfig: config }: V1ServiceSpec): Errors {
  yield* neededOneOf('spec.sessionAffinity', sessionAffinity, AFFINITIES);
  const field = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None' && config !== undefined) {
    yield forbiddenField(field, 'must not be set when session affinity is None');
  }
  if (sessionAffinity !== 'ClientIP') return;
  const needed = 'when session affinity type is ClientIP';
  const seconds = config?.clientIP?.timeoutSeconds;
  if (config === undefined) yield required(field, needed);
  else if (config.clientIP === undefined) yield required(at(field, 'clientIP'), needed);
  else if (seconds === undefined) yield required(at(field, 'clientIP', 'timeoutSeconds'), needed);
  else if (seconds <= 0 || seconds > DAY) {
    const detail = `must be greater than 0 and less than ${DAY}`;
    yield invalid(at(field, 'clientIP', 'timeoutSeconds'), seconds, detail);
  }
}

function* portConflicts({ type, ports = [] }: V1ServiceSpec): Errors {
  const nodePorts = ports.map(({ nodePort = 0 }) => nodePort);
  if (type === 'ClusterIP') {
    for (const [i, nodePort] of nodePorts.entries()) {
      if (nodePort === 0) continue;
      yield forbiddenField(at('spec.ports', i, 'nodePort'), "may not be used when `type` is 'ClusterIP'");
    }
  }
  const seen = new Set<string>();
  for (const [i, nodePort] of nodePorts.entries()) {
    const key = `${ports[i]?.protocol}/${nodePort}`;
    if (nodePort !== 0 && seen.has(key)) yield duplicate(at('spec.ports', i, 'nodePort'), nodePort);
    seen.add(key);
  }
  const numbers = new Set<string>();
  for (const [i, { protocol = '', port }] of ports.entries()) {
    const key = `${protocol}/${port}`;
    const shown = shownInternally('core.ServicePort', { protocol, port });
    if (numbers.has(key)) yield duplicate(at('spec.ports', i), shown);
    numbers.add(key);
  }
}

const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const FOR_BALANCERS = "may only be used when `type` is 'LoadBalancer'";

function* sourceRanges({ type, loadBalancerSourceRanges = [] }: V1ServiceSpec, current: V1ServiceSpec = {}): Errors {
  const field = 'spec.LoadBalancerSourceRanges';
  if (type !== 'LoadBalancer') yield forbiddenField(field, FOR_BALANCERS);
  const stored = (current.loadBalancerSourceRanges ?? []).map((range) => range.trim());
  for (const [i, range] of loadBalancerSourceRanges.entries()) {
    yield* legacyCIDRErrors(at(field, i), range.trim(), stored);
  }
}

/** The ranges as an annotation said them, before there was a field. */
function* annotatedRanges(value: string | undefined, { type }: V1ServiceSpec, current: V1Service | undefined): Errors {
  if (value === undefined) return;
  const field = atKey('metadata.annotations', SOURCE_RANGES);
  if (type !== 'LoadBalancer') yield forbiddenField(field, FOR_BALANCERS);
  if (own(current?.metadata?.annotations, SOURCE_RANGES) === value || value.trim() === '') return;
  for (const range of value.trim().split(',')) yield* legacyCIDRErrors(field, range.trim());
}

function* balancerClass(spec: V1ServiceSpec, current: V1ServiceSpec | undefined): Errors {
  const { type, loadBalancerClass: name } = spec;
  const field = 'spec.loadBalancerClass';
  const both = current?.type === 'LoadBalancer' && type === 'LoadBalancer';
  if (both && current.loadBalancerClass !== name) {
    yield invalid(field, shownAsJson(name ?? null), 'may not change once set');
  }
  if (name === undefined) return;
  if (type === 'LoadBalancer') yield* problemsOf(field, name, qualifiedName(name));
  else yield forbiddenField(field, FOR_BALANCERS);
}

/** It can be reached from outside the cluster. */
export function isExternal({ type, externalIPs = [] }: V1ServiceSpec): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0);
}

function* trafficErrors(spec: V1ServiceSpec): Errors {
  const { externalTrafficPolicy: external = '', internalTrafficPolicy: internal, healthCheckNodePort = 0 } = spec;
  if (isExternal(spec)) yield* neededOneOf('spec.externalTrafficPolicy', external, TRAFFIC_POLICIES);
  else if (external !== '') {
    const detail = 'may only be set for externally-accessible services';
    yield invalid('spec.externalTrafficPolicy', shownAsJson(external), detail);
  }
  const field = 'spec.healthCheckNodePort';
  if (needsHealthCheck(spec)) {
    if (healthCheckNodePort === 0) yield required(field);
    else yield* problemsOf(field, healthCheckNodePort, portNumber(healthCheckNodePort));
  } else if (healthCheckNodePort !== 0) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    yield invalid(field, healthCheckNodePort, detail);
  }
  if (internal !== undefined) yield* oneOf('spec.internalTrafficPolicy', internal, TRAFFIC_POLICIES);
  else if (TYPES.includes(spec.type ?? '') && spec.type !== 'ExternalName')
    yield required('spec.internalTrafficPolicy');
  const { trafficDistribution } = spec;
  if (trafficDistribution !== undefined) yield* oneOf('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS);
}

export function* serviceStatusErrors(next: V1Service, current: V1Service): Errors {
  yield* metaUpdateErrors(next, current);
  const status = next.status?.loadBalancer ?? {};
  yield* balancerStatus('status.loadBalancer', status, current.status?.loadBalancer ?? {}, next.spec ?? {});
}

function* balancerStatus(
  field: string,
  { ingress = [] }: V1LoadBalancerStatus,
  current: V1LoadBalancerStatus,
  { type }: V1ServiceSpec,
): Errors {
  if (type !== 'LoadBalancer' && ingress.length > 0) {
    yield forbiddenField(at(field, 'ingress'), "may only be used when `spec.type` is 'LoadBalancer'");
    return;
  }
  const stored = (current.ingress ?? []).map(({ ip = '' }) => ip);
  for (const [i, { ip = '', ipMode, hostname = '' }] of ingress.entries()) {
    const here = at(field, 'ingress', i);
    if (ip !== '') yield* legacyIPErrors(at(here, 'ip'), ip, stored);
    if (ipMode === undefined) {
      if (ip !== '') yield required(at(here, 'ipMode'), 'must be specified when `ip` is set');
    } else if (ip === '') yield forbiddenField(at(here, 'ipMode'), 'may not be specified when `ip` is not set');
    else yield* oneOf(at(here, 'ipMode'), ipMode, ['Proxy', 'VIP']);
    if (!isBlank(hostname)) yield* hostnameErrors(at(here, 'hostname'), hostname);
  }
}

function* hostnameErrors(field: string, name: string): Errors {
  yield* problemsOf(field, name, dns1123Subdomain(name));
  if (parseIP(name) !== undefined) yield invalid(field, name, 'must be a DNS name, not an IP address');
}
