// What a claim asks for: requests for devices, constraints between them, configuration for them.

import { at, forbiddenField, invalid, required } from '../../../kube/fielderrors.ts';
import { own } from '../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../kube/meta.ts';
import type {
  V1DeviceClaim,
  V1DeviceClaimConfiguration,
  V1DeviceConstraint,
  V1DeviceRequest,
  V1DeviceSubRequest,
  V1ExactDeviceRequest,
} from '../../../schema/generated/types.ts';
import { type Errors, eachItem, labelName, NOT_POSITIVE, oneOf, subdomainName } from '../shared/checks.ts';
import { type DefaultsTable, forType } from '../shared/defaults.ts';
import { configuration, distinct, limited, qualifiedAttribute, selectors, toleration } from './parts.ts';

const REQUESTS_MAX = 32;
const ALTERNATIVES_MAX = 8;
const CONSTRAINTS_MAX = 32;
const CONFIGURATIONS_MAX = 32;
const EXACT = 'ExactCount';
const ADMIN_ACCESS = 'resource.kubernetes.io/admin-access';
const ONE = 'exactly one of `exactly` or `firstAvailable` is required';
const REFERENCE =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

export const CLAIM_DEFAULTS: DefaultsTable = new Map([
  forType<V1ExactDeviceRequest>('resource.v1.ExactDeviceRequest', counted),
  forType<V1DeviceSubRequest>('resource.v1.DeviceSubRequest', counted),
]);

function counted<T extends { readonly allocationMode?: string; readonly count?: number }>(request: T): T {
  const { allocationMode = '', count = 0 } = request;
  const mode = allocationMode === '' ? EXACT : allocationMode;
  return { ...request, allocationMode: mode, ...(mode === EXACT && count === 0 ? { count: 1 } : {}) };
}

export const ADMIN_NEEDED = `admin access to devices requires the \`${ADMIN_ACCESS}: true\` label on the containing namespace`;

export function isAdminNamespace(namespace: V1ObjectMeta | undefined): boolean {
  return own(namespace?.labels, ADMIN_ACCESS) === 'true';
}

/** Devices that others use may be looked at only where the namespace says so. */
export function* adminErrors(
  claim: V1DeviceClaim | undefined,
  field: string,
  namespace: V1ObjectMeta | undefined,
): Errors {
  if (isAdminNamespace(namespace)) return;
  // The first that asks for it is named.
  const place = (claim?.requests ?? []).findIndex(({ exactly }) => exactly?.adminAccess === true);
  if (place >= 0) yield forbiddenField(at(field, 'requests', place, 'adminAccess'), ADMIN_NEEDED);
}

/** Names of requests, with those of their alternatives. */
export type Names = ReadonlyMap<string, ReadonlySet<string>>;

export function namesOf(claim: V1DeviceClaim | undefined): Names {
  const rows = claim?.requests ?? [];
  return new Map(
    rows.map(({ name, firstAvailable }) => [name, new Set((firstAvailable ?? []).map((each) => each.name))]),
  );
}

export function* claimErrors(claim: V1DeviceClaim | undefined, field: string): Errors {
  const { requests, constraints, config } = claim ?? {};
  const names = namesOf(claim);
  yield* distinct(requests, at(field, 'requests'), REQUESTS_MAX, ({ name }) => name, requestErrors);
  yield* limited(constraints, at(field, 'constraints'), CONSTRAINTS_MAX, (constraint, here) =>
    constraintErrors(constraint, here, names),
  );
  yield* limited(config, at(field, 'config'), CONFIGURATIONS_MAX, (each, here) => configErrors(each, here, names));
}

function* requestErrors({ name = '', exactly, firstAvailable }: V1DeviceRequest, field: string): Errors {
  yield* labelName(at(field, 'name'), name);
  const alternatives = firstAvailable ?? [];
  if (exactly === undefined && alternatives.length === 0) yield required(field, ONE);
  else if (exactly !== undefined && alternatives.length > 0) {
    yield invalid(field, null, `${ONE}, but multiple fields are set`);
  } else if (exactly !== undefined) yield* wantedErrors(exactly, at(field, 'exactly'));
  else {
    yield* distinct(alternatives, at(field, 'firstAvailable'), ALTERNATIVES_MAX, (each) => each.name, subRequestErrors);
  }
}

function* subRequestErrors(request: V1DeviceSubRequest, field: string): Errors {
  yield* labelName(at(field, 'name'), request.name ?? '');
  yield* wantedErrors(request, field);
}

function* wantedErrors(request: V1ExactDeviceRequest | V1DeviceSubRequest, field: string): Errors {
  const { deviceClassName = '', allocationMode, count = 0, tolerations } = request;
  if (deviceClassName === '') yield required(at(field, 'deviceClassName'));
  else yield* subdomainName(at(field, 'deviceClassName'), deviceClassName);
  yield* selectors(request.selectors, at(field, 'selectors'));
  if (allocationMode === 'All') {
    if (count !== 0) yield invalid(at(field, 'count'), count, "must not be specified when allocationMode is 'All'");
  } else if (allocationMode === EXACT) {
    if (count <= 0) yield invalid(at(field, 'count'), count, NOT_POSITIVE);
  } else yield* oneOf(at(field, 'allocationMode'), allocationMode, ['All', EXACT]);
  yield* eachItem(tolerations, at(field, 'tolerations'), toleration);
}

function* constraintErrors(constraint: V1DeviceConstraint, field: string, names: Names): Errors {
  const { requests, matchAttribute, distinctAttribute } = constraint;
  yield* referenceErrors(requests, at(field, 'requests'), names);
  if (matchAttribute !== undefined) yield* qualifiedAttribute(at(field, 'matchAttribute'), matchAttribute);
  else if (distinctAttribute !== undefined)
    yield* qualifiedAttribute(at(field, 'distinctAttribute'), distinctAttribute);
  else {
    const why = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
    yield required(field, why);
  }
}

function* configErrors(config: V1DeviceClaimConfiguration, field: string, names: Names): Errors {
  yield* referenceErrors(config.requests, at(field, 'requests'), names);
  yield* configuration(config, field);
}

export function* referenceErrors(list: readonly string[] | null | undefined, field: string, names: Names): Errors {
  yield* distinct(
    list,
    field,
    REQUESTS_MAX,
    (name) => name,
    (name, here) => reference(name, here, names),
  );
}

/** The name of a request, or of one of its alternatives: `gpu`, `gpu/large`. */
export function* reference(name: string, field: string, names: Names): Errors {
  const [first = '', second, ...more] = name.split('/');
  if (more.length === 0) {
    yield* labelName(field, first);
    if (second !== undefined) yield* labelName(field, second);
  }
  const alternatives = names.get(first);
  const isKnown = more.length === 0 && alternatives !== undefined && (second === undefined || alternatives.has(second));
  if (!isKnown) yield invalid(field, name, REFERENCE);
}
