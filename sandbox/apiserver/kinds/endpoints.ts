// Endpoints: the addresses behind a service, in their old form.

import { at, required } from '../../kube/fielderrors.ts';
import { ipWarnings, legacyIPErrors } from '../../kube/ip.ts';
import { own, sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule, portNumber, qualifiedName } from '../../kube/names.ts';
import { Endpoints } from '../../schema/generated/resources.ts';
import type {
  CoreV1EndpointPort,
  V1EndpointAddress,
  V1EndpointSubset,
  V1Endpoints,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, isBlank, labelName, neededOneOf, problemsOf, subdomainName } from './shared/checks.ts';
import { ageColumn, NONE, nameColumn, text } from './shared/columns.ts';
import { constants, defaulter } from './shared/defaults.ts';
import { endpointIP } from './shared/endpointip.ts';
import { PROTOCOLS } from './shared/pod/ports.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const CONTROLLER = 'endpoint-controller';

export const endpoints = defineKind<V1Endpoints>({
  type: Endpoints,
  strategy: {
    defaults: defaulter<V1Endpoints>(
      'core.v1.Endpoints',
      new Map([constants('core.v1.EndpointPort', { protocol: 'TCP' })]),
    ),
    validate: (object) => errors(object, undefined),
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* errors(next, current);
    },
    warnings,
    createsOnUpdate: true,
  },
  columns: [nameColumn(), text('Endpoints', addressesCell), ageColumn()],
});

const SHOWN_MAX = 3;

function addressesCell({ subsets = [] }: V1Endpoints): string {
  if (subsets.length === 0) return NONE;
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => {
    if (ports.length === 0) return addresses.map(({ ip }) => ip);
    return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`));
  });
  const more = all.length > SHOWN_MAX ? ` + ${all.length - SHOWN_MAX} more...` : '';
  return `${all.slice(0, SHOWN_MAX).join(',')}${more}`;
}

function* errors(object: V1Endpoints, current: V1Endpoints | undefined): Errors {
  yield* metaErrors(object, NAMED);
  if (current !== undefined && sameJson(object.subsets, current.subsets)) return;
  yield* eachItem(object.subsets, 'subsets', subsetErrors);
}

function* subsetErrors(
  { addresses = [], notReadyAddresses = [], ports = [] }: V1EndpointSubset,
  field: string,
): Errors {
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    yield required(field, 'must specify `addresses` or `notReadyAddresses`');
  }
  yield* eachItem(addresses, at(field, 'addresses'), addressErrors);
  yield* eachItem(notReadyAddresses, at(field, 'notReadyAddresses'), addressErrors);
  yield* eachItem(ports, at(field, 'ports'), (port, here) => portErrors(port, here, ports.length > 1));
}

function* addressErrors({ ip, hostname = '', nodeName }: V1EndpointAddress, field: string): Errors {
  yield* legacyIPErrors(at(field, 'ip'), ip);
  if (hostname !== '') yield* labelName(at(field, 'hostname'), hostname);
  if (nodeName !== undefined) yield* subdomainName(at(field, 'nodeName'), nodeName);
  yield* endpointIP(at(field, 'ip'), ip);
}

function* portErrors({ name, port, protocol, appProtocol }: CoreV1EndpointPort, field: string, named: boolean): Errors {
  if (!isBlank(name)) yield* labelName(at(field, 'name'), name ?? '');
  else if (named) yield required(at(field, 'name'));
  yield* problemsOf(at(field, 'port'), port, portNumber(port));
  yield* neededOneOf(at(field, 'protocol'), protocol, PROTOCOLS);
  if (appProtocol !== undefined) {
    yield* problemsOf(at(field, 'appProtocol'), appProtocol, qualifiedName(appProtocol));
  }
}

function* warnings({ metadata, subsets = [] }: V1Endpoints): Iterable<string> {
  if (own(metadata?.labels, MANAGED_BY) === CONTROLLER) return;
  for (const [i, subset] of subsets.entries()) {
    for (const name of ['addresses', 'notReadyAddresses'] as const) {
      for (const [j, { ip }] of (subset[name] ?? []).entries()) {
        yield* ipWarnings(at('subsets', i, name, j, 'ip'), ip);
      }
    }
  }
}
