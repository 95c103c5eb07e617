// Deployment: ReplicaSets that follow one another.

import { at, forbiddenField, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { type JsonObject, sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { Deployments } from '../../schema/generated/resources.ts';
import type {
  V1Deployment,
  V1DeploymentSpec,
  V1DeploymentStatus,
  V1DeploymentStrategy,
  V1RollingUpdateDeployment,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, nonNegative } from './shared/checks.ts';
import { ageColumn, containersAndImages, nameColumn, text, wide } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { defaulter, filled, forType } from './shared/defaults.ts';
import { shownInternally } from './shared/internal.ts';
import { keepSpec, keepStatus, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { atMostWhole, countOf, countOrPercent } from './shared/rollouts.ts';
import { scaleSubresource } from './shared/scale.ts';
import { statusPart } from './shared/statuspart.ts';
import {
  atMost,
  fewerCollisions,
  keptSelector,
  lastingTemplate,
  nonNegativeCounts,
  readSelector,
  selectorText,
  shownSelector,
  unmatchedLabels,
  withTemplate,
  workloadSelector,
  workloadWarnings,
} from './shared/workloads.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

const defaults = defaulter<V1Deployment>(
  'apps.v1.Deployment',
  new Map([
    ...CORE_DEFAULTS,
    forType<V1DeploymentSpec>('apps.v1.DeploymentSpec', (spec) =>
      filled(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
    ),
    forType<V1DeploymentStrategy>('apps.v1.DeploymentStrategy', (strategy) => {
      const { type = 'RollingUpdate', rollingUpdate = {} } = strategy;
      if (type !== 'RollingUpdate' && type !== '') return strategy;
      return {
        type: 'RollingUpdate',
        rollingUpdate: filled<V1RollingUpdateDeployment>(rollingUpdate, { maxUnavailable: '25%', maxSurge: '25%' }),
      };
    }),
  ]),
);

export const deployments = defineKind<V1Deployment>({
  type: Deployments,
  strategy: {
    defaults,
    prepareCreate: (deployment) => withGeneration(withoutStatus(withTemplate(deployment)), 1),
    prepareUpdate: (next, current) => raised(keepStatus(withTemplate(next), current), current),
    validate: function* (deployment) {
      yield* metaErrors(deployment, NAMED);
      yield* specErrors(deployment.spec);
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
    status: statusPart({
      defaults,
      prepareUpdate: (next, current) => withLabels(keepSpec(next, current), current),
      validateUpdate: function* (next, current) {
        yield* metaUpdateErrors(next, current);
        yield* statusErrors('status', next.status ?? {});
        yield* fewerCollisions(next.status, current.status);
      },
      resetFields: ['spec', 'metadata.labels'],
    }),
    scale: scaleSubresource<V1Deployment>({
      replicas: ({ spec }) => spec?.replicas ?? 0,
      withReplicas: (deployment, replicas) => ({ ...deployment, spec: { ...specOf(deployment), replicas } }),
      current: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorText(spec?.selector),
    }),
  },
  columns: [
    nameColumn(),
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    text('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    text('Available', ({ status }) => status?.availableReplicas ?? 0),
    ageColumn(),
    ...containersAndImages<V1Deployment>(({ spec }) => spec?.template?.spec?.containers ?? []),
    wide('Selector', ({ spec }) =>
      readSelector(spec?.selector) === undefined ? '<invalid>' : selectorText(spec?.selector),
    ),
  ],
});

function specOf({ spec }: V1Deployment): V1DeploymentSpec {
  return spec ?? { selector: {}, template: {} };
}

/** Annotations count too: they are copied to the ReplicaSets. */
function raised(next: V1Deployment, current: V1Deployment): V1Deployment {
  const same =
    sameJson(next.spec, current.spec) &&
    sameJson(next.metadata?.annotations ?? {}, current.metadata?.annotations ?? {});
  return same ? next : withGeneration(next, (current.metadata?.generation ?? 0) + 1);
}

function withLabels(next: V1Deployment, { metadata }: V1Deployment): V1Deployment {
  const { labels: _, ...others } = next.metadata ?? {};
  return { ...next, metadata: { ...others, ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }) } };
}

function* specErrors(spec: V1DeploymentSpec = { selector: {}, template: {} }): Errors {
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline, template = {} } = spec;
  yield* nonNegative('spec.replicas', spec.replicas);
  yield* workloadSelector('spec.selector', spec.selector, 'deployment');
  const selector = readSelector(spec.selector);
  if (selector === undefined) yield invalid('spec.selector', shownSelector(spec.selector), 'invalid label selector');
  else {
    yield* unmatchedLabels('spec.template', selector, template);
    yield* lastingTemplate('spec.template', template, 'ReplicaSet');
  }
  yield* strategyErrors('spec.strategy', spec.strategy ?? {});
  yield* nonNegative('spec.minReadySeconds', minReadySeconds);
  yield* nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  if (deadline === undefined) return;
  yield* nonNegative('spec.progressDeadlineSeconds', deadline);
  if (deadline <= minReadySeconds) {
    yield invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  }
}

function* strategyErrors(field: string, strategy: V1DeploymentStrategy): Errors {
  const { type, rollingUpdate } = strategy;
  const here = at(field, 'rollingUpdate');
  switch (type) {
    case 'Recreate':
      if (rollingUpdate === undefined) return;
      yield forbiddenField(here, "may not be specified when strategy `type` is 'Recreate'");
      return;
    case 'RollingUpdate':
      if (rollingUpdate === undefined) yield required(here, 'this should be defaulted and never be nil');
      else yield* rolloutErrors(here, rollingUpdate);
      return;
    default:
      yield notSupported(field, shownInternally('apps.DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate']);
  }
}

function* rolloutErrors(field: string, { maxUnavailable = 0, maxSurge = 0 }: V1RollingUpdateDeployment): Errors {
  const here = at(field, 'maxUnavailable');
  yield* countOrPercent(here, maxUnavailable);
  yield* countOrPercent(at(field, 'maxSurge'), maxSurge);
  if (countOf(maxUnavailable) === 0 && countOf(maxSurge) === 0) {
    yield invalid(here, maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  }
  yield* atMostWhole(here, maxUnavailable);
}

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];

function* statusErrors(field: string, status: V1DeploymentStatus & JsonObject): Errors {
  const { replicas = 0, readyReplicas = 0 } = status;
  yield* nonNegativeCounts(field, status, COUNTS);
  yield* atMost(field, status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], replicas, 'status.replicas');
  yield* atMost(field, status, ['availableReplicas'], readyReplicas, 'readyReplicas');
}
