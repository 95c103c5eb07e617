// The status of a claim: which devices it was given, who may use them, and what is told of each.

import {
  at,
  duplicate,
  forbiddenField,
  invalid,
  required,
  type ShownAs,
  shownAs,
  tooLong,
  tooMany,
} from '../../../kube/fielderrors.ts';
import { byteLength, goJson } from '../../../kube/go/text.ts';
import { interfaceAddressErrors } from '../../../kube/ip.ts';
import { isObject, type JsonValue, sameJson } from '../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../kube/meta.ts';
import type {
  ResourceV1ResourceClaim,
  V1AllocatedDeviceStatus,
  V1AllocationResult,
  V1DeviceAllocationConfiguration,
  V1DeviceRequestAllocationResult,
  V1NetworkDeviceData,
  V1ResourceClaimConsumerReference,
  V1ResourceClaimStatus,
} from '../../../schema/generated/types.ts';
import { type Errors, immutableAs, labelName, neededOneOf } from '../shared/checks.ts';
import { statusConditions } from '../shared/conditions.ts';
import { nodeSelector } from '../shared/nodeselectors.ts';
import { csiDriverName } from '../shared/volumesources.ts';
import { bindingParameters } from './binding.ts';
import { ADMIN_NEEDED, isAdminNamespace, type Names, namesOf, reference, referenceErrors } from './claimspec.ts';
import { configuration, distinct, limited, poolName } from './parts.ts';

const RESERVED_MAX = 256;
const RESULTS_MAX = 32;
const CONFIGURATIONS_MAX = 64;
const CONDITIONS_MAX = 8;
const DATA_MAX = 10 * 1024;
const ADDRESSES_MAX = 16;
const INTERFACE_NAME_MAX = 256;
const HARDWARE_ADDRESS_MAX = 128;
const SOURCES = ['FromClaim', 'FromClass'];

export function* claimStatusErrors(next: ResourceV1ResourceClaim, current: ResourceV1ResourceClaim): Errors {
  const status = next.status ?? {};
  const before = current.status ?? {};
  yield* distinct(status.reservedFor, 'status.reservedFor', RESERVED_MAX, ({ uid }) => uid, consumer);
  yield* deviceStatuses(status, 'status.devices');
  yield* reservationErrors(status, before, next.metadata?.deletionTimestamp !== undefined);
  const { allocation } = status;
  if (allocation === undefined) return;
  const field = 'status.allocation';
  if (before.allocation === undefined) yield* allocationErrors(allocation, field, namesOf(next.spec?.devices));
  else yield* immutableAs('resource.AllocationResult', field, allocation, before.allocation);
}

/** Devices that others use may be given only where the namespace says so. */
export function* adminStatusErrors(
  { status: next }: ResourceV1ResourceClaim,
  { status: current }: ResourceV1ResourceClaim,
  namespace: V1ObjectMeta | undefined,
): Errors {
  const wants = (status: V1ResourceClaimStatus | undefined) =>
    (status?.allocation?.devices?.results ?? []).findIndex(({ adminAccess }) => adminAccess === true);
  const place = wants(next);
  if (wants(current) >= 0 || place < 0 || isAdminNamespace(namespace)) return;
  yield forbiddenField(at('status.allocation.devices.results', place, 'adminAccess'), ADMIN_NEEDED);
}

function* consumer({ resource = '', name = '', uid = '' }: V1ResourceClaimConsumerReference, field: string): Errors {
  for (const [key, value] of Object.entries({ resource, name, uid })) if (value === '') yield required(at(field, key));
}

function* reservationErrors(
  { reservedFor = [], allocation }: V1ResourceClaimStatus,
  before: V1ResourceClaimStatus,
  isGoing: boolean,
): Errors {
  if (reservedFor.length === 0) return;
  const field = 'status.reservedFor';
  if (allocation === undefined) yield forbiddenField(field, 'may not be specified when `allocated` is not set');
  else if (isGoing && reservedFor.some((each) => !(before.reservedFor ?? []).some((other) => sameJson(each, other)))) {
    const why = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
    yield forbiddenField(field, why);
  }
}

type DeviceId = Pick<V1AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>;

/** `driver/pool/device`, or with the share behind it. */
function idOf({ driver, pool, device, shareID = '' }: DeviceId): string {
  return [driver, pool, device, ...(shareID === '' ? [] : [shareID])].join('/');
}

/** As the server holds it inside. */
function shownId({ driver = '', pool = '', device = '', shareID = '' }: Partial<DeviceId>): ShownAs {
  const [d, p, name, share] = [driver, pool, device, shareID].map((text) => goJson(text));
  return shownAs(`{"Driver":${d},"Pool":${p},"Device":${name},"ShareID":${share}}`);
}

/** What is still told of devices that the claim had, and has no more, goes with them. */
export function withoutDeallocated(
  next: ResourceV1ResourceClaim,
  current: ResourceV1ResourceClaim,
): ResourceV1ResourceClaim {
  const { devices = [] } = next.status ?? {};
  const had = new Set((current.status?.allocation?.devices?.results ?? []).map(idOf));
  for (const result of next.status?.allocation?.devices?.results ?? []) had.delete(idOf(result));
  const kept = devices.filter((device) => !had.has(idOf(device)));
  if (kept.length === devices.length) return next;
  const { devices: _, ...status } = next.status ?? {};
  return { ...next, status: kept.length === 0 ? status : { ...status, devices: kept } };
}

function* deviceStatuses({ devices, allocation }: V1ResourceClaimStatus, field: string): Errors {
  const allocated = new Set((allocation?.devices?.results ?? []).map(idOf));
  for (const [i, device] of (devices ?? []).entries()) yield* deviceStatus(device, at(field, i), allocated);
  const seen = new Set<string>();
  for (const [i, device] of (devices ?? []).entries()) {
    const id = idOf(device);
    if (seen.has(id)) yield duplicate(at(field, i), shownId(device));
    seen.add(id);
  }
}

function* deviceStatus(status: V1AllocatedDeviceStatus, field: string, allocated: ReadonlySet<string>): Errors {
  yield* placeErrors(status, field);
  if (!allocated.has(idOf(status))) yield invalid(field, shownId(status), 'must be an allocated device in the claim');
  const conditions = status.conditions ?? [];
  const here = at(field, 'conditions');
  if (conditions.length > CONDITIONS_MAX) yield tooMany(here, conditions.length, CONDITIONS_MAX);
  yield* statusConditions(conditions, here);
  if (status.data !== undefined) yield* dataErrors(status.data, at(field, 'data'));
  yield* networkErrors(status.networkData ?? {}, at(field, 'networkData'));
}

function* placeErrors({ driver, pool, device, shareID }: DeviceId, field: string): Errors {
  yield* csiDriverName(at(field, 'driver'), driver);
  yield* poolName(at(field, 'pool'), pool);
  yield* labelName(at(field, 'device'), device ?? '');
  if (shareID !== undefined) yield* uidErrors(shareID, at(field, 'shareID'));
}

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
/** Plain, in braces, as an URN, without hyphens. */
const UUID_LENGTHS = [36, 38, 45, 32];

function* uidErrors(uid: string, field: string): Errors {
  if (!UUID_LENGTHS.includes(uid.length)) {
    yield invalid(field, uid, `error validating uid: invalid UUID length: ${uid.length}`);
  } else if (uid.length === 36 && !UUID.test(uid))
    yield invalid(field, uid, 'error validating uid: invalid UUID format');
  else if (uid.length !== 36 || uid !== uid.toLowerCase()) {
    const why =
      'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
    yield invalid(field, uid, why);
  }
}

function* dataErrors(data: JsonValue, field: string): Errors {
  if (byteLength(goJson(data)) > DATA_MAX) yield tooLong(field, DATA_MAX);
  else if (data === null) yield required(field);
  else if (!isObject(data)) yield invalid(field, '<value omitted>', 'must be a valid JSON object');
}

function* networkErrors({ interfaceName = '', hardwareAddress = '', ips }: V1NetworkDeviceData, field: string): Errors {
  if (byteLength(interfaceName) > INTERFACE_NAME_MAX) yield tooLong(at(field, 'interfaceName'), INTERFACE_NAME_MAX);
  if (byteLength(hardwareAddress) > HARDWARE_ADDRESS_MAX) {
    yield tooLong(at(field, 'hardwareAddress'), HARDWARE_ADDRESS_MAX);
  }
  yield* distinct(
    ips,
    at(field, 'ips'),
    ADDRESSES_MAX,
    (ip) => ip,
    (ip, here) => interfaceAddressErrors(here, ip),
  );
}

function* allocationErrors(
  { devices, nodeSelector: selector }: V1AllocationResult,
  field: string,
  names: Names,
): Errors {
  const here = at(field, 'devices');
  yield* limited(devices?.results, at(here, 'results'), RESULTS_MAX, (result, place) =>
    resultErrors(result, place, names),
  );
  yield* limited(devices?.config, at(here, 'config'), CONFIGURATIONS_MAX, (config, place) =>
    configurationErrors(config, place, names),
  );
  if (selector !== undefined) yield* nodeSelector(at(field, 'nodeSelector'), selector);
}

function* resultErrors(result: V1DeviceRequestAllocationResult, field: string, names: Names): Errors {
  const { shareID, ...place } = result;
  yield* reference(result.request ?? '', at(field, 'request'), names);
  yield* placeErrors(place, field);
  yield* bindingParameters(result, field);
  if (shareID !== undefined) yield* uidErrors(shareID, at(field, 'shareID'));
}

function* configurationErrors(config: V1DeviceAllocationConfiguration, field: string, names: Names): Errors {
  const { source = '' } = config;
  yield* source === '' ? [required(at(field, 'source'))] : neededOneOf(at(field, 'source'), source, SOURCES);
  yield* referenceErrors(config.requests, at(field, 'requests'), names);
  yield* configuration(config, field);
}
