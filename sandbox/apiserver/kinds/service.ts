// Service: one address for many pods.

import { at } from '../../kube/fielderrors.ts';
import { sortedKeys } from '../../kube/go/text.ts';
import { cidrWarnings, ipWarnings } from '../../kube/ip.ts';
import { own } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { Services } from '../../schema/generated/resources.ts';
import type { V1IPAddress, V1Service, V1ServiceSpec } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import {
  serviceErrors,
  serviceStatusErrors,
  serviceUpdateErrors,
  TOPOLOGY_HINTS,
  TOPOLOGY_MODE,
} from './service/validate.ts';
import { prepareCreate, prepareUpdate, serviceDefaults } from './service/write.ts';
import { ageColumn, labelsCell, NONE, nameColumn, text, UNKNOWN, wide } from './shared/columns.ts';
import { statusPart } from './shared/statuspart.ts';

export const services = defineKind<V1Service>({
  type: Services,
  strategy: {
    defaults: serviceDefaults,
    prepareCreate,
    prepareUpdate,
    validate: serviceErrors,
    validateUpdate: serviceUpdateErrors,
    warnings,
    createsOnUpdate: true,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      defaults: serviceDefaults,
      validateUpdate: serviceStatusErrors,
      warnings: statusWarnings,
    }),
    proxy: { type: 'connect' },
  },
  answersDeleted: true,
  companions,
  takesAlong: ({ metadata }) => [{ group: '', resource: 'endpoints', name: metadata?.name ?? '' }],
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec?.clusterIP ?? '',
    'spec.type': ({ spec }) => spec?.type ?? '',
  },
  columns: [
    nameColumn(),
    text('Type', ({ spec }) => spec?.type ?? ''),
    text('Cluster-IP', ({ spec }) => spec?.clusterIPs?.[0] ?? NONE),
    text('External-IP', externalIP),
    text('Port(s)', ({ spec }) => portsCell(spec ?? {})),
    ageColumn(),
    wide('Selector', ({ spec }) => labelsCell(spec?.selector)),
  ],
});

/** The addresses that a service holds, as objects of their own. */
function companions({ metadata, spec = {} }: V1Service): readonly KubeObject[] {
  const { name = '', namespace = '' } = metadata ?? {};
  const addresses = spec.type === 'ExternalName' ? [] : (spec.clusterIPs ?? []);
  return addresses
    .filter((address) => address !== 'None')
    .map(
      (address): V1IPAddress => ({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IPAddress',
        metadata: {
          name: address,
          labels: {
            'ipaddress.kubernetes.io/ip-family': address.includes(':') ? 'IPv6' : 'IPv4',
            'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
          },
        },
        spec: { parentRef: { resource: 'services', namespace, name } },
      }),
    );
}

function externalIP({ spec = {}, status }: V1Service): string {
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.length === 0 ? NONE : external.join(',');
    case 'LoadBalancer': {
      const given = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
      const distinct = sortedKeys(Object.fromEntries(given.filter((one) => one !== '').map((one) => [one, true])));
      const all = [...distinct, ...external];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return UNKNOWN;
  }
}

function portsCell({ ports = [] }: V1ServiceSpec): string {
  if (ports.length === 0) return NONE;
  return ports
    .map(({ port, nodePort = 0, protocol }) => `${port}${nodePort > 0 ? `:${nodePort}` : ''}/${protocol}`)
    .join(',');
}

function* warnings({ metadata, spec = {} }: V1Service): Iterable<string> {
  const { type, clusterIP = '', externalIPs = [], loadBalancerIP = '', sessionAffinity } = spec;
  if (own(metadata?.annotations, TOPOLOGY_HINTS) !== undefined) {
    yield `annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`;
  }
  if (clusterIP !== '' && clusterIP !== 'None') {
    for (const [i, ip] of (spec.clusterIPs ?? []).entries()) yield* ipWarnings(at('spec.clusterIPs', i), ip);
  }
  const headless = type === 'ClusterIP' && clusterIP === 'None';
  if (headless) {
    if (loadBalancerIP !== '') yield 'spec.loadBalancerIP is ignored for headless services';
    if (externalIPs.length > 0) yield 'spec.externalIPs is ignored for headless services';
    if (sessionAffinity !== 'None') yield 'spec.SessionAffinity is ignored for headless services';
  }
  for (const [i, ip] of externalIPs.entries()) yield* ipWarnings(at('spec.externalIPs', i), ip);
  if (externalIPs.length > 0 && !headless && type !== 'ExternalName') {
    yield 'spec.externalIPs is deprecated and may no longer be implemented in some clusters';
  }
  if (loadBalancerIP !== '') yield* ipWarnings('spec.loadBalancerIP', loadBalancerIP);
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries()) {
    yield* cidrWarnings(at('spec.loadBalancerSourceRanges', i), range);
  }
  if (type === 'ExternalName') {
    if (externalIPs.length > 0) yield 'spec.externalIPs is ignored when spec.type is "ExternalName"';
  } else if ((spec.externalName ?? '') !== '') {
    yield 'spec.externalName is ignored when spec.type is not "ExternalName"';
  }
  if (spec.trafficDistribution === 'PreferClose') {
    yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"';
  }
}

function* statusWarnings({ status }: V1Service): Iterable<string> {
  for (const [i, { ip = '' }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    if (ip !== '') yield* ipWarnings(at('status.loadBalancer.ingress', i), ip);
  }
}
