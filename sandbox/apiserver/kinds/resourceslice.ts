// ResourceSlice: devices that a driver has to give, mostly on one node.

import { wasEmptied } from '../../kube/emptied.ts';
import { at, atKey, invalid, required, shownAs, tooLong } from '../../kube/fielderrors.ts';
import { byteLength, goJson } from '../../kube/go/text.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { ResourceSlices } from '../../schema/generated/resources.ts';
import type { V1Device, V1DeviceAttribute, V1ResourcePool, V1ResourceSlice } from '../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { bindingParameters } from './devices/binding.ts';
import { capacity } from './devices/capacity.ts';
import { CONSUMPTIONS_MAX, COUNTER_SETS_MAX, counterConsumption, counterSet } from './devices/counters.ts';
import { attributeName, distinct, limited, poolName, taint } from './devices/parts.ts';
import { type Errors, immutable, labelName, NOT_POSITIVE, subdomainName } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { raiseGeneration, withGeneration } from './shared/metaparts.ts';
import { nodeSelector } from './shared/nodeselectors.ts';
import { csiDriverName } from './shared/volumesources.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const DEVICES_MAX = 128;
/** Where devices have taints or counters. */
const RICH_DEVICES_MAX = 64;
const ATTRIBUTES_MAX = 32;
const TAINTS_MAX = 16;
const VALUE_MAX = 64;
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

export const resourceSlices = defineKind<V1ResourceSlice>({
  type: ResourceSlices,
  strategy: {
    prepareCreate: (slice, context) => withGeneration(timed(slice, context.now()), 1),
    prepareUpdate: (next, current, context) => raiseGeneration(timed(next, context.now()), current),
    validate: function* (slice) {
      yield* metaErrors(slice, NAMED);
      yield* specErrors(slice);
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next, current);
    },
  },
  unknownField: (field) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${field}`,
  selectableFields: {
    'spec.driver': ({ spec }) => spec?.driver ?? '',
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
  },
  answersDeleted: true,
  columns: [
    nameColumn(),
    text('Node', ({ spec }) => spec?.nodeName ?? ''),
    text('Driver', ({ spec }) => spec?.driver ?? ''),
    text('Pool', ({ spec }) => spec?.pool?.name ?? ''),
    ageColumn(),
  ],
});

/** Taints say since when they hold. */
function timed(slice: V1ResourceSlice, now: TimeMs): V1ResourceSlice {
  const isUntimed = (device: V1Device): boolean => (device.taints ?? []).some(({ timeAdded }) => !timeAdded);
  const devices = slice.spec?.devices ?? [];
  if (!devices.some(isUntimed)) return slice;
  const timeAdded = rfc3339(now);
  const next = devices.map((device): V1Device => {
    const { taints } = device;
    if (taints === undefined || taints === null) return device;
    return { ...device, taints: taints.map((each) => ({ ...each, timeAdded: each.timeAdded ?? timeAdded })) };
  });
  return { ...slice, spec: { ...slice.spec, devices: next } };
}

function* specErrors({ spec }: V1ResourceSlice, current?: V1ResourceSlice): Errors {
  yield* csiDriverName('spec.driver', spec?.driver);
  yield* poolErrors(spec?.pool);
  if (current !== undefined) {
    yield* immutable('spec.pool.name', spec?.pool?.name, current.spec?.pool?.name);
    yield* immutable('spec.driver', spec?.driver, current.spec?.driver);
    yield* immutable('spec.nodeName', spec?.nodeName, current.spec?.nodeName);
  }
  yield* placeErrors(spec, 'spec', ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection']);
  const { devices, perDeviceNodeSelection, sharedCounters } = spec ?? {};
  if (isGiven(spec, 'sharedCounters') && isGiven(spec, 'devices')) {
    yield invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed');
  }
  const isRich = (devices ?? []).some(
    ({ taints, consumesCounters }) => (taints ?? []).length > 0 || (consumesCounters ?? []).length > 0,
  );
  const max = isRich ? RICH_DEVICES_MAX : DEVICES_MAX;
  yield* distinct(
    devices,
    'spec.devices',
    max,
    ({ name }) => name,
    (device, field) => {
      const before = current?.spec?.devices?.find(({ name }) => name === device.name);
      return deviceErrors(device, field, perDeviceNodeSelection === true, before);
    },
  );
  yield* distinct(sharedCounters, 'spec.sharedCounters', COUNTER_SETS_MAX, ({ name }) => name, counterSet);
}

/** An empty list is given, too. */
function isGiven(spec: V1ResourceSlice['spec'] | undefined, field: 'devices' | 'sharedCounters'): boolean {
  return (spec?.[field] ?? undefined) !== undefined || wasEmptied(spec, field);
}

function* poolErrors(pool: V1ResourcePool | undefined): Errors {
  const { name, resourceSliceCount = 0, generation = 0 } = pool ?? {};
  yield* poolName('spec.pool.name', name);
  if (resourceSliceCount <= 0) yield invalid('spec.pool.resourceSliceCount', resourceSliceCount, NOT_POSITIVE);
  if (generation < 0) yield invalid('spec.pool.generation', generation, 'must be greater than or equal to zero');
}

type Places = Pick<V1ResourceSlice['spec'], 'nodeName' | 'nodeSelector' | 'allNodes' | 'perDeviceNodeSelection'>;

/** Of the ways to say where devices are, one is to be chosen. */
function* placeErrors(places: Places | undefined, field: string, ways: readonly (keyof Places)[]): Errors {
  const { nodeName, nodeSelector: selector } = places ?? {};
  if (nodeName === '')
    yield invalid(at(field, 'nodeName'), nodeName, 'must be either unset or set to a non-empty string');
  else if (nodeName !== undefined) yield* subdomainName(at(field, 'nodeName'), nodeName);
  if (selector !== undefined) {
    yield* nodeSelector(at(field, 'nodeSelector'), selector);
    const terms = selector.nodeSelectorTerms ?? [];
    if (terms.length !== 1) {
      const shown = shownAs(JSON.stringify(terms));
      yield invalid(at(field, 'nodeSelector.nodeSelectorTerms'), shown, 'must have exactly one node selector term');
    }
  }
  for (const key of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (places?.[key] === false) yield invalid(at(field, key), false, 'must be either unset or set to true');
  }
  const chosen = ways.filter((way) => places?.[way] !== undefined && places[way] !== '' && places[way] !== false);
  const list = ways.map((way) => `\`${way}\``).join(', ');
  if (chosen.length === 0) yield required(field, `exactly one of ${list} is required`);
  if (chosen.length > 1) {
    const shown = `{${chosen.map((way) => `\`${way}\``).join(', ')}}`;
    yield invalid(field, shown, `exactly one of ${list} is required, but multiple fields are set`);
  }
}

function* deviceErrors(device: V1Device, field: string, isPlacedEach: boolean, before?: V1Device): Errors {
  const { name = '', attributes, taints } = device;
  yield* labelName(at(field, 'name'), name);
  const count = Object.keys(attributes ?? {}).length + Object.keys(device.capacity ?? {}).length;
  if (count > ATTRIBUTES_MAX) {
    yield invalid(field, count, `the total number of attributes and capacities must not exceed ${ATTRIBUTES_MAX}`);
  }
  for (const [key, attribute] of Object.entries(attributes ?? {})) {
    yield* attributeName(at(field, 'attributes'), key);
    yield* attributeErrors(attribute, atKey(at(field, 'attributes'), key));
  }
  for (const [key, each] of Object.entries(device.capacity ?? {})) {
    yield* attributeName(at(field, 'capacity'), key);
    yield* capacity(each, atKey(at(field, 'capacity'), key), device.allowMultipleAllocations === true);
  }
  if (before === undefined || !sameJson(taints ?? null, before.taints ?? null)) {
    yield* limited(taints, at(field, 'taints'), TAINTS_MAX, taint);
  }
  const consumed = at(field, 'consumesCounters');
  yield* distinct(device.consumesCounters, consumed, CONSUMPTIONS_MAX, (each) => each.counterSet, counterConsumption);
  yield* devicePlaceErrors(device, field, isPlacedEach);
  yield* bindingParameters(device, field);
}

const EACH_PLACED =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

/** Where a device is, in a slice that leaves that to each of them. */
function* devicePlaceErrors(
  { nodeName, nodeSelector: selector, allNodes }: V1Device,
  field: string,
  isPlacedEach: boolean,
): Errors {
  if (!isPlacedEach) {
    if (nodeName === undefined && selector === undefined && allNodes === undefined) return;
    const why =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    yield invalid(field, null, why);
    return;
  }
  if (nodeName === '') yield invalid(at(field, 'nodeName'), nodeName, 'must not be empty');
  else if (nodeName !== undefined) yield* subdomainName(at(field, 'nodeName'), nodeName);
  if (selector !== undefined) yield* nodeSelector(at(field, 'nodeSelector'), selector);
  if (allNodes === false) yield invalid(at(field, 'allNodes'), false, 'must be either unset or set to true');
  const chosen = [
    ...((nodeName ?? '') === '' ? [] : ['`nodeName`']),
    ...(selector === undefined ? [] : ['`nodeSelector`']),
    ...(allNodes === true ? ['`allNodes`'] : []),
  ];
  if (chosen.length === 0) yield required(field, EACH_PLACED);
  if (chosen.length > 1) yield invalid(field, `{${chosen.join(', ')}}`, EACH_PLACED);
}

const ONE_VALUE = 'exactly one value must be specified';

function* attributeErrors({ bool, int, string, version }: V1DeviceAttribute, field: string): Errors {
  if (string !== undefined && byteLength(string) > VALUE_MAX) yield tooLong(at(field, 'string'), VALUE_MAX);
  if (version !== undefined) {
    const here = at(field, 'version');
    if (!SEMVER.test(version)) yield invalid(here, version, 'must be a string compatible with semver.org spec 2.0.0');
    if (byteLength(version) > VALUE_MAX) yield tooLong(here, VALUE_MAX);
  }
  const given = [bool, int, string, version].filter((value) => value !== undefined);
  if (given.length === 0) yield invalid(field, '', ONE_VALUE);
  if (given.length > 1) {
    const [i, b, s, v] = [int, bool, string, version].map((value) => goJson(value ?? null));
    const lists = '"IntValues":null,"BoolValues":null,"StringValues":null,"VersionValues":null';
    const shown = `{"IntValue":${i},"BoolValue":${b},"StringValue":${s},"VersionValue":${v},${lists}}`;
    yield invalid(field, shownAs(shown), ONE_VALUE);
  }
}
