// StatefulSet: pods with an identity and storage of their own.

import { withoutKey } from '../../kube/json.ts';
import { StatefulSets } from '../../schema/generated/resources.ts';
import type {
  V1PersistentVolumeClaim,
  V1RollingUpdateStatefulSetStrategy,
  V1StatefulSet,
  V1StatefulSetSpec,
  V1StatefulSetUpdateStrategy,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, containersAndImages, nameColumn, text } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { constants, defaulter, filled, forType } from './shared/defaults.ts';
import { keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { templateWithoutDisabled } from './shared/pod/disabled.ts';
import { templateWarnings } from './shared/pod/warnings.ts';
import { scaleSubresource } from './shared/scale.ts';
import { statusPart } from './shared/statuspart.ts';
import { claimSpecWarnings } from './shared/volumeclaims.ts';
import { selectorText } from './shared/workloads.ts';
import {
  NO_SPEC,
  statefulSetErrors,
  statefulSetStatusErrors,
  statefulSetUpdateErrors,
} from './statefulset/validate.ts';

const defaults = defaulter<V1StatefulSet>(
  'apps.v1.StatefulSet',
  new Map([
    ...CORE_DEFAULTS,
    forType<V1StatefulSetSpec>('apps.v1.StatefulSetSpec', specDefaults),
    forType<V1StatefulSetUpdateStrategy>('apps.v1.StatefulSetUpdateStrategy', (strategy) =>
      withPartition(
        (strategy.type ?? '') === '' ? { rollingUpdate: {}, ...strategy, type: 'RollingUpdate' } : strategy,
      ),
    ),
    constants('apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy', {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    }),
  ]),
);

function specDefaults(spec: V1StatefulSetSpec): V1StatefulSetSpec {
  const constant = filled(spec, {
    podManagementPolicy: 'OrderedReady',
    persistentVolumeClaimRetentionPolicy: {},
    replicas: 1,
    revisionHistoryLimit: 10,
    updateStrategy: {},
  });
  const { volumeClaimTemplates } = constant;
  return {
    ...constant,
    ...(volumeClaimTemplates === undefined ? {} : { volumeClaimTemplates: volumeClaimTemplates.map(withType) }),
  };
}

function withPartition(strategy: V1StatefulSetUpdateStrategy): V1StatefulSetUpdateStrategy {
  const { type, rollingUpdate } = strategy;
  if (type !== 'RollingUpdate' || rollingUpdate === undefined) return strategy;
  return { ...strategy, rollingUpdate: filled<V1RollingUpdateStatefulSetStrategy>(rollingUpdate, { partition: 0 }) };
}

function withType(claim: V1PersistentVolumeClaim): V1PersistentVolumeClaim {
  return { ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
}

export const statefulSets = defineKind<V1StatefulSet>({
  type: StatefulSets,
  strategy: {
    defaults,
    prepareCreate: (set) => withGeneration(withoutStatus(withoutDisabled(set)), 1),
    prepareUpdate: (next, current) => raiseGeneration(keepStatus(withoutDisabled(next, current), current), current),
    validate: statefulSetErrors,
    validateUpdate: statefulSetUpdateErrors,
    warnings,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({ defaults, validateUpdate: statefulSetStatusErrors }),
    scale: scaleSubresource<V1StatefulSet>({
      replicas: ({ spec }) => spec?.replicas ?? 0,
      withReplicas: (set, replicas) => ({ ...set, spec: { ...(set.spec ?? NO_SPEC), replicas } }),
      current: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorText(spec?.selector),
    }),
  },
  columns: [
    nameColumn(),
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    ageColumn(),
    ...containersAndImages<V1StatefulSet>(({ spec }) => spec?.template?.spec?.containers ?? []),
  ],
});

function withoutDisabled(set: V1StatefulSet, current?: V1StatefulSet): V1StatefulSet {
  const { spec } = set;
  if (spec === undefined) return set;
  const { updateStrategy, template } = spec;
  const isUsed = current?.spec?.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined;
  const rollingUpdate = updateStrategy?.rollingUpdate;
  const kept =
    isUsed || rollingUpdate === undefined
      ? updateStrategy
      : { ...updateStrategy, rollingUpdate: withoutKey(rollingUpdate, 'maxUnavailable') };
  return {
    ...set,
    spec: {
      ...spec,
      ...(kept === undefined ? {} : { updateStrategy: kept }),
      ...(template === undefined ? {} : { template: templateWithoutDisabled(template) }),
    },
  };
}

function* warnings(next: V1StatefulSet, current: V1StatefulSet | undefined): Iterable<string> {
  const { template, volumeClaimTemplates = [], revisionHistoryLimit = 0 } = next.spec ?? NO_SPEC;
  if (current?.metadata?.generation !== next.metadata?.generation) yield* templateWarnings('spec.template', template);
  // The real server's path differs between the two.
  const end = current === undefined ? '' : '.Spec';
  for (const [i, claim] of volumeClaimTemplates.entries()) {
    if (claim.spec !== undefined) yield* claimSpecWarnings(`spec.volumeClaimTemplates[${i}]${end}`, claim.spec);
  }
  if (revisionHistoryLimit < 0) {
    const effect = 'a negative value retains all historical revisions';
    yield `spec.revisionHistoryLimit: ${effect}; a value >= 0 is recommended`;
  }
}
