// Ingress: which requests from outside go to which service, by host and path.

import { shownEmpty } from '../../kube/emptied.ts';
import { at, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { legacyIPErrors, parseIP } from '../../kube/ip.ts';
import { own } from '../../kube/json.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  nameRule,
  pathSegmentName,
  portName,
  portNumber,
  wildcardDns1123Subdomain,
} from '../../kube/names.ts';
import { Ingresses } from '../../schema/generated/resources.ts';
import type {
  V1HTTPIngressPath,
  V1Ingress,
  V1IngressBackend,
  V1IngressLoadBalancerIngress,
  V1IngressRule,
  V1IngressTLS,
  V1TypedLocalObjectReference,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, isBlank, problemsOf } from './shared/checks.ts';
import { ageColumn, NONE, nameColumn, text } from './shared/columns.ts';
import { keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const CLASS = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

export const ingresses = defineKind<V1Ingress>({
  type: Ingresses,
  strategy: {
    prepareCreate: (ingress) => withGeneration(withoutStatus(ingress), 1),
    prepareUpdate: (next, current) => raiseGeneration(keepStatus(next, current), current),
    validate: function* (ingress) {
      yield* errors(ingress, undefined);
      const annotation = own(ingress.metadata?.annotations, CLASS);
      const { ingressClassName } = ingress.spec ?? {};
      if (annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName) {
        yield invalid(`annotations.${CLASS}`, annotation, 'must match `ingressClassName` when both are specified');
      }
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* errors(next, current);
    },
    warnings: function* (next, current) {
      if (current !== undefined || own(next.metadata?.annotations, CLASS) === undefined) return;
      yield `annotation ${JSON.stringify(CLASS)} is deprecated, please use 'spec.ingressClassName' instead`;
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      validateUpdate: function* (next, current) {
        yield* metaUpdateErrors(next, current);
        const before = (current.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip);
        yield* eachItem(next.status?.loadBalancer?.ingress, 'status.loadBalancer.ingress', (item, field) =>
          addressErrors(item, field, before),
        );
      },
    }),
  },
  columns: [
    nameColumn(),
    text('Class', ({ spec }) => spec?.ingressClassName ?? NONE),
    text('Hosts', ({ spec }) => hostsCell(spec?.rules ?? [])),
    text('Address', ({ status }) => addressCell(status?.loadBalancer?.ingress ?? [])),
    text('Ports', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80')),
    ageColumn(),
  ],
});

const HOSTS_SHOWN = 3;

function hostsCell(rules: readonly V1IngressRule[]): string {
  const hosts = rules.map(({ host }) => host ?? '').filter((host) => host !== '');
  const shown = hosts.slice(0, HOSTS_SHOWN).join(',');
  if (hosts.length > HOSTS_SHOWN) return `${shown} + ${hosts.length - HOSTS_SHOWN} more...`;
  return shown === '' ? '*' : shown;
}

function addressCell(entries: readonly V1IngressLoadBalancerIngress[]): string {
  const names = entries.map(({ ip, hostname }) => (isBlank(ip) ? (hostname ?? '') : (ip ?? '')));
  return [...new Set(names)]
    .filter((name) => name !== '')
    .sort()
    .join(',');
}

function* errors(ingress: V1Ingress, current: V1Ingress | undefined): Errors {
  yield* metaErrors(ingress, NAMED);
  const { spec = {} } = ingress;
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (rules.length === 0 && defaultBackend === undefined) {
    yield invalid(
      'spec',
      shownEmpty(ingress.spec, 'rules', '[]'),
      'either `defaultBackend` or `rules` must be specified',
    );
  }
  if (defaultBackend !== undefined) yield* backendErrors(defaultBackend, 'spec.defaultBackend');
  yield* eachItem(rules, 'spec.rules', ruleErrors);
  const keepsSecrets = (current?.spec?.tls ?? []).some(({ secretName = '' }) => secretProblems(secretName).length > 0);
  yield* eachItem(tls, 'spec.tls', (entry, field) => tlsErrors(entry, field, keepsSecrets));
  if (ingressClassName !== undefined) {
    yield* problemsOf('spec.ingressClassName', ingressClassName, dns1123Subdomain(ingressClassName));
  }
}

function hostProblems(host: string): readonly string[] {
  return host.includes('*') ? wildcardDns1123Subdomain(host) : dns1123Subdomain(host);
}

function* ruleErrors({ host = '', http }: V1IngressRule, field: string): Errors {
  if (host !== '') {
    if (parseIP(host) !== undefined) yield invalid(at(field, 'host'), host, 'must be a DNS name, not an IP address');
    yield* problemsOf(at(field, 'host'), host, hostProblems(host));
  }
  if (http === undefined) return;
  if ((http.paths ?? []).length === 0) yield required(at(field, 'http', 'paths'));
  yield* eachItem(http.paths, at(field, 'http', 'paths'), pathErrors);
}

const SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const SUFFIXES = ['/..', '/.'];

function* pathErrors({ path = '', pathType, backend }: V1HTTPIngressPath, field: string): Errors {
  if (pathType === undefined || pathType === null) {
    yield required(at(field, 'pathType'), 'pathType must be specified');
    return;
  }
  if (!PATH_TYPES.includes(pathType)) yield notSupported(at(field, 'pathType'), pathType, PATH_TYPES);
  else yield* pathTextErrors(path, pathType, at(field, 'path'));
  yield* backendErrors(backend ?? {}, at(field, 'backend'));
}

function* pathTextErrors(path: string, pathType: string, field: string): Errors {
  const free = pathType === 'ImplementationSpecific';
  if (!path.startsWith('/') && !(free && path === '')) yield invalid(field, path, 'must be an absolute path');
  if (free || path === '') return;
  for (const sequence of SEQUENCES)
    if (path.includes(sequence)) yield invalid(field, path, `must not contain '${sequence}'`);
  for (const suffix of SUFFIXES) if (path.endsWith(suffix)) yield invalid(field, path, `cannot end with '${suffix}'`);
}

function* backendErrors({ service, resource }: V1IngressBackend, field: string): Errors {
  if (service !== undefined && resource !== undefined) {
    yield invalid(field, '', 'cannot set both resource and service backends');
  } else if (resource !== undefined) yield* referenceErrors(resource, at(field, 'resource'));
  else if (service === undefined) yield invalid(field, '', 'resource or service backend is required');
  else yield* serviceErrors(service, field);
}

function* serviceErrors({ name = '', port = {} }: NonNullable<V1IngressBackend['service']>, field: string): Errors {
  const service = at(field, 'service');
  if (name === '') yield required(at(service, 'name'));
  else yield* problemsOf(at(service, 'name'), name, serviceNameProblems(name));
  const { name: named = '', number = 0 } = port;
  if (named !== '' && number !== 0) yield invalid(field, '', 'cannot set both port name & port number');
  else if (named !== '') yield* problemsOf(at(service, 'port', 'name'), named, portName(named));
  else if (number !== 0) yield* problemsOf(at(service, 'port', 'number'), number, portNumber(number));
  else yield required(field, 'port name or number is required');
}

/** Services may be called as labels are, since the rule was relaxed. */
function serviceNameProblems(name: string): readonly string[] {
  return dns1123Label(name);
}

function* referenceErrors({ apiGroup, kind, name }: V1TypedLocalObjectReference, field: string): Errors {
  if (apiGroup !== undefined && apiGroup !== null) {
    yield* problemsOf(at(field, 'apiGroup'), apiGroup, dns1123Subdomain(apiGroup));
  }
  for (const [part, value = ''] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    if (value === '') yield required(at(field, part));
    else yield* problemsOf(at(field, part), value, pathSegmentName(value));
  }
}

function secretProblems(name: string): readonly string[] {
  return name === '' ? [] : dns1123Subdomain(name);
}

function* tlsErrors({ hosts = [], secretName = '' }: V1IngressTLS, field: string, keepsSecret: boolean): Errors {
  for (const [i, host] of hosts.entries()) yield* problemsOf(at(field, 'hosts', i), host, hostProblems(host));
  if (!keepsSecret) yield* problemsOf(at(field, 'secretName'), secretName, secretProblems(secretName));
}

function* addressErrors(
  { ip = '', hostname = '' }: V1IngressLoadBalancerIngress,
  field: string,
  before: readonly string[],
): Errors {
  if (ip !== '') yield* legacyIPErrors(at(field, 'ip'), ip, before);
  if (hostname === '') return;
  yield* problemsOf(at(field, 'hostname'), hostname, dns1123Subdomain(hostname));
  if (parseIP(hostname) !== undefined)
    yield invalid(at(field, 'hostname'), hostname, 'must be a DNS name, not an IP address');
}
