// What is wrong with a StatefulSet.

import { at, forbiddenField, invalid, required, shownAsJson } from '../../../kube/fielderrors.ts';
import { type JsonObject, sameJson } from '../../../kube/json.ts';
import { dns1123Label, nameRule } from '../../../kube/names.ts';
import { labelsErrors } from '../../../kube/selectors/labelrules.ts';
import type {
  V1PodSpec,
  V1PodTemplateSpec,
  V1RollingUpdateStatefulSetStrategy,
  V1StatefulSet,
  V1StatefulSetSpec,
  V1StatefulSetStatus,
  V1StatefulSetUpdateStrategy,
} from '../../../schema/generated/types.ts';
import { annotationErrors, metaErrors, metaUpdateErrors } from '../../metadata.ts';
import { type Errors, labelName, nonNegative, oneOf } from '../shared/checks.ts';
import { shownInternally } from '../shared/internal.ts';
import { podAnnotations } from '../shared/pod/annotations.ts';
import { podTemplate } from '../shared/pod/template.ts';
import { atMostWhole, countOf, countOrPercent } from '../shared/rollouts.ts';
import { claimSpec } from '../shared/volumeclaims.ts';
import {
  atMost,
  fewerCollisions,
  lastingPods,
  nonNegativeCounts,
  readSelector,
  shownSelector,
  unmatchedLabels,
  workloadSelector,
} from '../shared/workloads.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Label) };
export const NO_SPEC: V1StatefulSetSpec = { selector: {}, template: {} };
const NO_PODS: V1PodSpec = { containers: [] };

export function* statefulSetErrors(set: V1StatefulSet): Errors {
  const { serviceName = '', volumeClaimTemplates = [] } = set.spec ?? NO_SPEC;
  yield* metaErrors(set, NAMED);
  yield* policyErrors(set.spec ?? NO_SPEC);
  for (const [i, { spec = {} }] of volumeClaimTemplates.entries()) {
    yield* claimSpec(at('spec.volumeClaimTemplates', i, 'spec'), spec);
  }
  yield* countErrors(set.spec ?? NO_SPEC);
  if (serviceName !== '') yield* labelName('spec.serviceName', serviceName);
  yield* podsErrors(set.spec ?? NO_SPEC);
}

/** Fields that may change, with the order in which the message names them. */
const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function* statefulSetUpdateErrors(next: V1StatefulSet, current: V1StatefulSet): Errors {
  const spec = next.spec ?? NO_SPEC;
  yield* metaUpdateErrors(next, current);
  yield* policyErrors(spec);
  yield* countErrors(spec);
  yield* podsErrors(spec);
  if (sameJson(fixedPart(spec), fixedPart(current.spec ?? NO_SPEC))) return;
  const named = CHANGEABLE.map((name) => `'${name}'`);
  const list = `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
  yield forbiddenField('spec', `updates to statefulset spec for fields other than ${list} are forbidden`);
}

function fixedPart(spec: V1StatefulSetSpec): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !CHANGEABLE.includes(key)));
}

function* policyErrors(spec: V1StatefulSetSpec): Errors {
  const { podManagementPolicy = '', persistentVolumeClaimRetentionPolicy: retention, updateStrategy = {} } = spec;
  if (podManagementPolicy === '') yield required('spec.podManagementPolicy');
  else if (podManagementPolicy !== 'OrderedReady' && podManagementPolicy !== 'Parallel') {
    const shown = shownAsJson(podManagementPolicy);
    yield invalid('spec.podManagementPolicy', shown, "must be 'OrderedReady' or 'Parallel'");
  }
  yield* strategyErrors('spec.updateStrategy', updateStrategy);
  if (retention === undefined) return;
  for (const name of ['whenDeleted', 'whenScaled'] as const) {
    yield* oneOf(at('spec.persistentVolumeClaimRetentionPolicy', name), retention[name], ['Retain', 'Delete']);
  }
}

function* strategyErrors(field: string, strategy: V1StatefulSetUpdateStrategy): Errors {
  const { type = '', rollingUpdate } = strategy;
  const here = at(field, 'rollingUpdate');
  switch (type) {
    case '':
      yield required(field);
      return;
    case 'OnDelete': {
      if (rollingUpdate === undefined) return;
      const shown = shownInternally('apps.RollingUpdateStatefulSetStrategy', rollingUpdate);
      yield invalid(here, shown, "only allowed for updateStrategy 'RollingUpdate'");
      return;
    }
    case 'RollingUpdate':
      if (rollingUpdate !== undefined) yield* rolloutErrors(here, rollingUpdate);
      return;
    default: {
      const shown = shownInternally('apps.StatefulSetUpdateStrategy', strategy);
      yield invalid(field, shown, "must be 'RollingUpdate' or 'OnDelete'");
    }
  }
}

function* rolloutErrors(field: string, { partition, maxUnavailable }: V1RollingUpdateStatefulSetStrategy): Errors {
  yield* nonNegative(at(field, 'partition'), partition);
  if (maxUnavailable === undefined) return;
  const here = at(field, 'maxUnavailable');
  yield* countOrPercent(here, maxUnavailable);
  if (countOf(maxUnavailable) === 0) yield invalid(here, maxUnavailable, 'cannot be 0');
  yield* atMostWhole(here, maxUnavailable);
}

function* countErrors({ replicas, minReadySeconds, ordinals }: V1StatefulSetSpec): Errors {
  yield* nonNegative('spec.replicas', replicas);
  yield* nonNegative('spec.minReadySeconds', minReadySeconds);
  yield* nonNegative('spec.ordinals.start', ordinals?.start);
}

function* podsErrors(spec: V1StatefulSetSpec): Errors {
  yield* workloadSelector('spec.selector', spec.selector, 'statefulset');
  const selector = readSelector(spec.selector);
  if (selector === undefined) yield invalid('spec.selector', shownSelector(spec.selector), '');
  else {
    const template = completed(spec);
    yield* unmatchedLabels('spec.template', selector, template);
    yield* templateErrors('spec.template', template);
  }
  yield* lastingPods('spec.template', spec.template ?? {}, 'StatefulSet');
}

/** The real server checks labels and annotations of such a template twice. */
function* templateErrors(field: string, template: V1PodTemplateSpec): Errors {
  const { metadata = {}, spec = NO_PODS } = template;
  yield* podTemplate(field, template);
  yield* labelsErrors(at(field, 'labels'), metadata.labels);
  yield* annotationErrors(metadata.annotations, at(field, 'annotations'));
  yield* podAnnotations(at(field, 'annotations'), metadata.annotations, spec);
}

/** The template as its pods will be: with volumes for the set's claims, and with names that the set gives. */
function completed({ template = {}, volumeClaimTemplates = [] }: V1StatefulSetSpec): V1PodTemplateSpec {
  const { spec = NO_PODS } = template;
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  const claims = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = (spec.volumes ?? []).filter(({ name }) => !names.has(name));
  const { hostname: _, subdomain: __, ...rest } = spec;
  return { ...template, spec: names.size === 0 ? rest : { ...rest, volumes: [...claims, ...others] } };
}

const COUNTS = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];

export function* statefulSetStatusErrors(next: V1StatefulSet, current: V1StatefulSet): Errors {
  const status: V1StatefulSetStatus & JsonObject = next.status ?? { replicas: 0 };
  const { replicas = 0, readyReplicas = 0 } = status;
  yield* nonNegativeCounts('status', status, [...COUNTS, 'observedGeneration', 'collisionCount']);
  yield* atMost('status', status, COUNTS.slice(1), replicas, 'status.replicas');
  yield* atMost('status', status, ['availableReplicas'], readyReplicas, 'status.readyReplicas');
  yield* metaUpdateErrors(next, current);
  yield* fewerCollisions(next.status, current.status);
}
