// ReplicaSet: so many pods of one sort.

import { invalid } from '../../kube/fielderrors.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { ReplicaSets } from '../../schema/generated/resources.ts';
import type { V1ReplicaSet, V1ReplicaSetSpec } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, nonNegative } from './shared/checks.ts';
import { ageColumn, containersAndImages, integer, nameColumn, wide } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { constants, defaulter } from './shared/defaults.ts';
import { keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { replicaStatusErrors } from './shared/replicas.ts';
import { scaleSubresource } from './shared/scale.ts';
import { statusPart } from './shared/statuspart.ts';
import {
  keptSelector,
  lastingTemplate,
  readSelector,
  selectorCell,
  selectorText,
  shownSelector,
  unmatchedLabels,
  withTemplate,
  workloadSelector,
  workloadWarnings,
} from './shared/workloads.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const NO_SPEC: V1ReplicaSetSpec = { selector: {} };

const defaults = defaulter<V1ReplicaSet>(
  'apps.v1.ReplicaSet',
  new Map([...CORE_DEFAULTS, constants('apps.v1.ReplicaSetSpec', { replicas: 1 })]),
);

export const replicaSets = defineKind<V1ReplicaSet>({
  type: ReplicaSets,
  strategy: {
    defaults,
    prepareCreate: (set) => withGeneration(withoutStatus(withTemplate(set)), 1),
    prepareUpdate: (next, current) => raiseGeneration(keepStatus(withTemplate(next), current), current),
    validate: function* (set) {
      yield* metaErrors(set, NAMED);
      yield* specErrors(set.spec);
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next.spec);
      yield* keptSelector(next.spec?.selector, current.spec?.selector);
    },
    warnings: workloadWarnings,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart<V1ReplicaSet>({ defaults, validateUpdate: replicaStatusErrors }),
    scale: scaleSubresource<V1ReplicaSet>({
      replicas: ({ spec }) => spec?.replicas ?? 0,
      withReplicas: (set, replicas) => ({ ...set, spec: { ...(set.spec ?? NO_SPEC), replicas } }),
      current: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorText(spec?.selector),
    }),
  },
  columns: [
    nameColumn(),
    integer('Desired', ({ spec }) => spec?.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn(),
    ...containersAndImages<V1ReplicaSet>(({ spec }) => spec?.template?.spec?.containers ?? []),
    wide('Selector', ({ spec }) => selectorCell(spec?.selector)),
  ],
});

function* specErrors(spec: V1ReplicaSetSpec = NO_SPEC): Errors {
  const { template = {} } = spec;
  yield* nonNegative('spec.replicas', spec.replicas);
  yield* nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  yield* workloadSelector('spec.selector', spec.selector, 'deployment');
  const selector = readSelector(spec.selector);
  if (selector === undefined) yield invalid('spec.selector', shownSelector(spec.selector), 'invalid label selector');
  else {
    yield* unmatchedLabels('spec.template', selector, template);
    yield* lastingTemplate('spec.template', template, 'ReplicaSet');
  }
}
