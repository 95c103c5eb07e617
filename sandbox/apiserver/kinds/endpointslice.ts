// EndpointSlice: some of the addresses behind a service, and on which ports they listen.

import { at, duplicate, invalid, required, tooMany } from '../../kube/fielderrors.ts';
import { ipErrors, ipWarnings, legacyIPErrors, parseIP } from '../../kube/ip.ts';
import { own, sameJson } from '../../kube/json.ts';
import { dns1123Label, dns1123Subdomain, labelValue, nameRule, qualifiedName } from '../../kube/names.ts';
import { labelsErrors } from '../../kube/selectors/labelrules.ts';
import { EndpointSlices } from '../../schema/generated/resources.ts';
import type {
  DiscoveryV1EndpointPort,
  V1Endpoint,
  V1EndpointHints,
  V1EndpointSlice,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import {
  type Errors,
  eachItem,
  immutable,
  labelName,
  listOf,
  neededOneOf,
  oneOf,
  problemsOf,
  subdomainName,
} from './shared/checks.ts';
import { ageColumn, nameColumn, text, UNSET } from './shared/columns.ts';
import { constants, defaulter } from './shared/defaults.ts';
import { endpointIP } from './shared/endpointip.ts';
import { withGeneration } from './shared/metaparts.ts';
import { PROTOCOLS } from './shared/pod/ports.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const ENDPOINTS_MAX = 1000;
const ADDRESSES_MAX = 100;
const PORTS_MAX = 20_000;
const HINTS_MAX = 8;
const HOSTNAME_LABEL = 'kubernetes.io/hostname';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** Their addresses are well-formed: they need no warnings. */
const CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

export const endpointSlices = defineKind<V1EndpointSlice>({
  type: EndpointSlices,
  strategy: {
    defaults: defaulter<V1EndpointSlice>(
      'discovery.v1.EndpointSlice',
      new Map([constants('discovery.v1.EndpointPort', { name: '', protocol: 'TCP' })]),
    ),
    prepareCreate: (slice) => withGeneration(withoutTopology(slice, undefined), 1),
    prepareUpdate: (next, current) => raised(withoutTopology(next, current), current),
    validate: (slice) => errors(slice, undefined),
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* errors(next, current);
      yield* immutable('addressType', next.addressType, current.addressType);
    },
    warnings: function* (next, current) {
      if (current === undefined && next.addressType === 'FQDN') {
        yield 'spec.addressType: FQDN endpoints are deprecated';
      }
      yield* addressWarnings(next);
    },
  },
  columns: [
    nameColumn(),
    text('AddressType', ({ addressType }) => addressType),
    text('Ports', ({ ports }) =>
      firstOf((ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port)))),
    ),
    text('Endpoints', ({ endpoints }) => firstOf((endpoints ?? []).flatMap(({ addresses }) => addresses ?? []))),
    ageColumn(),
  ],
});

const SHOWN_MAX = 3;

function firstOf(values: readonly string[]): string {
  const shown = values.slice(0, SHOWN_MAX).join(',');
  if (values.length > SHOWN_MAX) return `${shown} + ${values.length - SHOWN_MAX} more...`;
  return shown === '' ? UNSET : shown;
}

/** All that it says, and its labels, count; the rest of its metadata doesn't. */
function raised(next: V1EndpointSlice, current: V1EndpointSlice): V1EndpointSlice {
  const same =
    sameJson(next.metadata?.labels ?? {}, current.metadata?.labels ?? {}) &&
    next.addressType === current.addressType &&
    sameJson(next.endpoints ?? [], current.endpoints ?? []) &&
    sameJson(next.ports ?? [], current.ports ?? []);
  return same ? next : withGeneration(next, (current.metadata?.generation ?? 0) + 1);
}

/** Topology was for nodes and zones, which have fields of their own: what is newly written of it isn't kept. */
function withoutTopology(slice: V1EndpointSlice, current: V1EndpointSlice | undefined): V1EndpointSlice {
  const endpoints = slice.endpoints ?? [];
  if (endpoints.every(({ deprecatedTopology }) => deprecatedTopology === undefined)) return slice;
  if (current !== undefined && sameJson(slice.endpoints, current.endpoints)) return slice;
  const before = new Set((current?.endpoints ?? []).map(hostnameOf));
  return {
    ...slice,
    endpoints: endpoints.map((endpoint) => {
      const { deprecatedTopology, ...kept } = endpoint;
      const nodeName = hostnameOf(endpoint);
      if (kept.nodeName !== undefined || nodeName === undefined || !before.has(nodeName)) return kept;
      return dns1123Subdomain(nodeName).length > 0 ? kept : { ...kept, nodeName };
    }),
  };
}

function hostnameOf({ deprecatedTopology }: V1Endpoint): string | undefined {
  return own(deprecatedTopology, HOSTNAME_LABEL);
}

function* errors(slice: V1EndpointSlice, current: V1EndpointSlice | undefined): Errors {
  const { addressType } = slice;
  yield* metaErrors(slice, NAMED);
  yield* neededOneOf('addressType', addressType, ADDRESS_TYPES);
  yield* portsErrors(slice.ports ?? []);
  const found = listOf(endpointsErrors(slice.endpoints ?? [], addressType));
  // What was stored once may stay as it is.
  if (found.length > 0 && !(current !== undefined && sameJson(slice.endpoints, current.endpoints))) yield* found;
}

function* portsErrors(ports: readonly DiscoveryV1EndpointPort[]): Errors {
  if (ports.length > PORTS_MAX) {
    yield tooMany('ports', ports.length, PORTS_MAX);
    return;
  }
  const seen = new Set<string>();
  for (const [i, { name = '', protocol, appProtocol }] of ports.entries()) {
    const field = at('ports', i);
    if (name !== '') yield* labelName(at(field, 'name'), name);
    if (seen.has(name)) yield duplicate(at(field, 'name'), name);
    seen.add(name);
    if (protocol === undefined) yield required(at(field, 'protocol'));
    else yield* oneOf(at(field, 'protocol'), protocol, PROTOCOLS);
    if (appProtocol !== undefined) {
      yield* problemsOf(at(field, 'appProtocol'), appProtocol, qualifiedName(appProtocol));
    }
  }
}

function* endpointsErrors(endpoints: readonly V1Endpoint[], addressType: string): Errors {
  if (endpoints.length > ENDPOINTS_MAX) yield tooMany('endpoints', endpoints.length, ENDPOINTS_MAX);
  else yield* eachItem(endpoints, 'endpoints', (endpoint, field) => endpointErrors(endpoint, field, addressType));
}

function* endpointErrors(endpoint: V1Endpoint, field: string, addressType: string): Errors {
  const { nodeName, deprecatedTopology, hostname, hints } = endpoint;
  const addresses = endpoint.addresses ?? [];
  const inside = at(field, 'addresses');
  if (addresses.length === 0) yield required(inside, 'must contain at least 1 address');
  else if (addresses.length > ADDRESSES_MAX) yield tooMany(inside, addresses.length, ADDRESSES_MAX);
  for (const [i, address] of addresses.entries()) yield* addressErrors(inside, i, address, addressType);
  if (nodeName !== undefined) yield* subdomainName(at(field, 'nodeName'), nodeName);
  yield* labelsErrors(at(field, 'deprecatedTopology'), deprecatedTopology);
  if (hostname !== undefined) yield* labelName(at(field, 'hostname'), hostname);
  if (hints !== undefined) yield* hintsErrors(hints, at(field, 'hints'));
}

/** An address of the wrong family is reported on the list, one that is none on its own. */
function* addressErrors(list: string, index: number, address: string, addressType: string): Errors {
  const field = at(list, index);
  if (addressType === 'FQDN') yield* domainErrors(field, address);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return;
  const errors = addressType === 'IPv4' ? legacyIPErrors(field, address) : ipErrors(field, address);
  yield* errors;
  if (errors.length > 0) return;
  if (parseIP(address)?.version !== (addressType === 'IPv4' ? 4 : 6)) {
    yield invalid(list, address, `must be an ${addressType} address`);
  }
  yield* endpointIP(field, address);
}

function* domainErrors(field: string, domain: string): Errors {
  const name = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  const problems = dns1123Subdomain(name);
  if (domain === '') yield required(field);
  else if (problems.length > 0) yield invalid(field, name, problems.join(','));
  else if (!name.includes('.')) {
    yield invalid(field, name, 'should be a domain with at least two segments separated by dots');
  } else {
    for (const label of name.split('.')) {
      const wrong = dns1123Label(label);
      if (wrong.length > 0) yield invalid(field, label, wrong.join(','));
    }
  }
}

function* hintsErrors({ forZones, forNodes }: V1EndpointHints, field: string): Errors {
  const zones = (forZones ?? []).map(({ name }) => name);
  if (zones.length > HINTS_MAX) {
    yield tooMany(at(field, 'forZones'), zones.length, HINTS_MAX);
    return;
  }
  yield* hintErrors(zones, at(field, 'forZones'), labelValue);
  const nodes = (forNodes ?? []).map(({ name }) => name);
  if (nodes.length > HINTS_MAX) yield tooMany(at(field, 'forNodes'), nodes.length, HINTS_MAX);
  else yield* hintErrors(nodes, at(field, 'forNodes'), dns1123Subdomain);
}

function* hintErrors(names: readonly string[], list: string, rule: (name: string) => readonly string[]): Errors {
  for (const [i, name] of names.entries()) {
    const field = at(list, i, 'name');
    if (names.indexOf(name) < i) yield duplicate(field, name);
    yield* problemsOf(field, name, rule(name));
  }
}

function* addressWarnings({ metadata, endpoints }: V1EndpointSlice): Iterable<string> {
  if (CONTROLLERS.includes(own(metadata?.labels, MANAGED_BY) ?? '')) return;
  for (const [i, { addresses }] of (endpoints ?? []).entries()) {
    for (const [j, address] of (addresses ?? []).entries()) {
      yield* ipWarnings(at('endpoints', i, 'addresses', j), address);
    }
  }
}
