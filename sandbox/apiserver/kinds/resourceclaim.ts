// ResourceClaim: a wish for devices, and which ones were given.

import type { V1ObjectMeta } from '../../kube/meta.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { Namespaces, ResourceClaims } from '../../schema/generated/resources.ts';
import type { ResourceV1ResourceClaim } from '../../schema/generated/types.ts';
import { defineKind, type KindContext } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { adminErrors, CLAIM_DEFAULTS, claimErrors } from './devices/claimspec.ts';
import { adminStatusErrors, claimStatusErrors, withoutDeallocated } from './devices/claimstatus.ts';
import { type Errors, immutableAs } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { defaulter } from './shared/defaults.ts';
import { keepSpec, keepStatus, withoutStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const defaults = defaulter<ResourceV1ResourceClaim>('resource.v1.ResourceClaim', CLAIM_DEFAULTS);

export const resourceClaims = defineKind<ResourceV1ResourceClaim>({
  type: ResourceClaims,
  strategy: {
    defaults,
    prepareCreate: withoutStatus,
    prepareUpdate: keepStatus,
    validate: function* (claim, context) {
      yield* adminErrors(claim.spec?.devices, 'spec.devices', namespaceOf(claim, context));
      yield* metaErrors(claim, NAMED);
      yield* claimErrors(claim.spec?.devices, 'spec.devices');
    },
    validateUpdate: updateErrors,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart<ResourceV1ResourceClaim>({
      defaults,
      prepareUpdate: (next, current) => withoutDeallocated(keepSpec(next, current), current),
      validateUpdate: function* (next, current, context) {
        yield* adminStatusErrors(next, current, namespaceOf(next, context));
        yield* metaUpdateErrors(next, current);
        yield* claimStatusErrors(next, current);
      },
      resetFields: ['metadata', 'spec'],
    }),
  },
  answersDeleted: true,
  columns: [nameColumn(), text('State', stateCell), ageColumn()],
});

function namespaceOf({ metadata }: ResourceV1ResourceClaim, context: KindContext): V1ObjectMeta | undefined {
  return context.get(Namespaces, undefined, metadata?.namespace ?? '')?.metadata;
}

function* updateErrors(next: ResourceV1ResourceClaim, current: ResourceV1ResourceClaim): Errors {
  yield* metaErrors(next, NAMED);
  yield* metaUpdateErrors(next, current);
  yield* immutableAs('resource.ResourceClaimSpec', 'spec', next.spec, current.spec);
}

function stateCell({ metadata, status }: ResourceV1ResourceClaim): string {
  const isGoing = metadata?.deletionTimestamp !== undefined;
  const isGiven = status?.allocation !== undefined;
  return [
    ...(isGoing ? ['deleted'] : []),
    ...(isGiven ? ['allocated'] : isGoing ? [] : ['pending']),
    ...(isGiven && (status?.reservedFor ?? []).length > 0 ? ['reserved'] : []),
  ].join(',');
}
