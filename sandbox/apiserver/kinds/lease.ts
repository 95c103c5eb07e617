// Lease: who leads, or which node is alive, and until when.

import { forbiddenField, invalid } from '../../kube/fielderrors.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { Leases } from '../../schema/generated/resources.ts';
import type { V1Lease } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors } from '../metadata.ts';
import { type Errors, isBlank, NEGATIVE } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export const leases = defineKind<V1Lease>({
  type: Leases,
  strategy: {
    // Leader election that the control plane coordinates isn't switched on: its fields aren't kept.
    prepareCreate: withoutCoordination,
    prepareUpdate: (next) => withoutCoordination(next),
    validate: function* (lease) {
      yield* plainMetaErrors(lease, NAMED);
      yield* specErrors(lease);
    },
    validateUpdate: function* (next, current) {
      yield* plainMetaUpdateErrors(next, current);
      yield* specErrors(next);
    },
    createsOnUpdate: true,
    unconditionalUpdate: false,
  },
  columns: [nameColumn(), text('Holder', ({ spec }) => spec?.holderIdentity ?? ''), ageColumn()],
});

function withoutCoordination(lease: V1Lease): V1Lease {
  const { spec } = lease;
  if (spec?.strategy === undefined && spec?.preferredHolder === undefined) return lease;
  const { strategy, preferredHolder, ...kept } = spec;
  return { ...lease, spec: kept };
}

function* specErrors({ spec = {} }: V1Lease): Errors {
  const { leaseDurationSeconds = 1, leaseTransitions = 0, strategy, preferredHolder } = spec;
  if (leaseDurationSeconds <= 0)
    yield invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0');
  if (leaseTransitions < 0) yield invalid('spec.leaseTransitions', leaseTransitions, NEGATIVE);
  if (!isBlank(preferredHolder) && isBlank(strategy)) {
    yield forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined');
  }
}
