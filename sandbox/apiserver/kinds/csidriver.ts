// CSIDriver: what a storage driver can do and wants to be told.

import { at, duplicate, invalid, notSupported } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { CSIDrivers } from '../../schema/generated/resources.ts';
import type { V1CSIDriver, V1CSIDriverSpec } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, immutable, oneOf } from './shared/checks.ts';
import { ageColumn, nameColumn, orNone, text, UNSET } from './shared/columns.ts';
import { defaulter, filled, forType } from './shared/defaults.ts';
import { raiseGeneration } from './shared/metaparts.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const MODES = ['Persistent', 'Ephemeral'];
const FS_GROUP = ['File', 'None', 'ReadWriteOnceWithFSType'];
const TOKEN_MIN_S = 600;
const TOKEN_MAX_S = 2 ** 32;

const DEFAULTS = new Map([
  forType<V1CSIDriverSpec>('storage.v1.CSIDriverSpec', (spec) =>
    filled((spec.volumeLifecycleModes ?? []).length > 0 ? spec : { ...spec, volumeLifecycleModes: ['Persistent'] }, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      requiresRepublish: false,
      seLinuxMount: false,
    }),
  ),
]);

const PERIOD_MIN_S = 10;
const TOKENS_IN_CONTEXT =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

export const csiDrivers = defineKind<V1CSIDriver>({
  type: CSIDrivers,
  strategy: {
    unconditionalUpdate: false,
    defaults: defaulter<V1CSIDriver>('storage.v1.CSIDriver', DEFAULTS),
    prepareCreate: (driver) => withoutScaling(driver),
    prepareUpdate: (next, current) => raiseGeneration(withoutScaling(next, current), current),
    validate: function* (driver) {
      yield* metaErrors(driver, NAMED);
      yield* specErrors(driver.spec ?? {});
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next.spec);
      yield* immutable('spec.attachedRequired', next.spec.attachRequired, current.spec.attachRequired);
      const { volumeLifecycleModes } = current.spec;
      yield* immutable('spec.volumeLifecycleModes', next.spec.volumeLifecycleModes, volumeLifecycleModes);
    },
    warnings: function* ({ spec }, current) {
      const { tokenRequests = [], serviceAccountTokenInSecrets } = spec;
      if (tokenRequests.length === 0 || serviceAccountTokenInSecrets !== undefined) return;
      if (current === undefined || !sameJson(tokenRequests, current.spec.tokenRequests ?? [])) yield TOKENS_IN_CONTEXT;
    },
  },
  answersDeleted: true,
  columns: [
    nameColumn(),
    { name: 'AttachRequired', type: 'boolean', cell: ({ spec }) => spec.attachRequired ?? true },
    { name: 'PodInfoOnMount', type: 'boolean', cell: ({ spec }) => spec.podInfoOnMount ?? false },
    { name: 'StorageCapacity', type: 'boolean', cell: ({ spec }) => spec.storageCapacity ?? false },
    text('TokenRequests', ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? UNSET),
    { name: 'RequiresRepublish', type: 'boolean', cell: ({ spec }) => spec.requiresRepublish ?? false },
    text('Modes', ({ spec }) => orNone((spec.volumeLifecycleModes ?? []).join(','))),
    ageColumn(),
  ],
});

/** Scaling by the limits of volumes is not to be had yet: who asks for it is not heard. */
function withoutScaling(driver: V1CSIDriver, current?: V1CSIDriver): V1CSIDriver {
  const { preventPodSchedulingIfMissing: asked, ...spec } = driver.spec;
  const keeps = current?.spec.preventPodSchedulingIfMissing !== undefined;
  return asked === undefined || keeps ? driver : { ...driver, spec };
}

function* specErrors(spec: V1CSIDriverSpec): Errors {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [] } = spec;
  yield* oneOf('spec.fsGroupPolicy', fsGroupPolicy, FS_GROUP);
  const seen = new Set<string>();
  for (const [i, { audience, expirationSeconds }] of tokenRequests.entries()) {
    const field = at('spec.tokenRequests', i);
    if (seen.has(audience)) {
      yield duplicate(at(field, 'audience'), audience);
      continue;
    }
    seen.add(audience);
    if (expirationSeconds === undefined) continue;
    const wrong = (why: string) => invalid(at(field, 'expirationSeconds'), expirationSeconds, why);
    if (expirationSeconds < TOKEN_MIN_S) yield wrong('may not specify a duration less than 10 minutes');
    if (expirationSeconds > TOKEN_MAX_S) yield wrong('may not specify a duration larger than 2^32 seconds');
  }
  for (const mode of volumeLifecycleModes) {
    if (!MODES.includes(mode)) yield notSupported('spec.volumeLifecycleModes', mode, MODES);
  }
  yield* newerErrors(spec);
}

function* newerErrors(spec: V1CSIDriverSpec): Errors {
  const { nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets, tokenRequests = [] } = spec;
  if (period !== undefined && period < PERIOD_MIN_S) {
    yield invalid(
      'spec.nodeAllocatableUpdatePeriodSeconds',
      period,
      `must be greater than or equal to ${PERIOD_MIN_S} seconds`,
    );
  }
  if (serviceAccountTokenInSecrets !== undefined && tokenRequests.length === 0) {
    const why = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    yield invalid('spec.serviceAccountTokenInSecrets', serviceAccountTokenInSecrets, why);
  }
}
