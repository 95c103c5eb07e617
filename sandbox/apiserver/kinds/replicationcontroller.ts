// ReplicationController: ReplicaSet's elder, with plain labels for a selector.

import { required } from '../../kube/fielderrors.ts';
import { dns1123Subdomain } from '../../kube/names.ts';
import { selectorOfLabels } from '../../kube/selectors/labelselectors.ts';
import { ReplicationControllers } from '../../schema/generated/resources.ts';
import type {
  V1PodTemplateSpec,
  V1ReplicationController,
  V1ReplicationControllerSpec,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, nonNegative } from './shared/checks.ts';
import { ageColumn, containersAndImages, integer, labelsCell, nameColumn, wide } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { defaulter, forType } from './shared/defaults.ts';
import { keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { templateWarnings } from './shared/pod/warnings.ts';
import { replicaStatusErrors } from './shared/replicas.ts';
import { scaleSubresource } from './shared/scale.ts';
import { statusPart } from './shared/statuspart.ts';
import { hostnameWarning, lastingTemplate, unmatchedLabels, withTemplate } from './shared/workloads.ts';

/** Names of this kind are counted in bytes, and the name that a prefix led to is checked, not the prefix. */
const NAMED = {
  namespaced: true,
  name: (name: string, prefix: boolean) => (prefix ? [] : dns1123Subdomain(name, 'bytes')),
};

const defaults = defaulter<V1ReplicationController>(
  'core.v1.ReplicationController',
  new Map([
    ...CORE_DEFAULTS,
    forType<V1ReplicationController>('core.v1.ReplicationController', (controller) => {
      const labels = controller.spec?.template?.metadata?.labels ?? {};
      if (Object.keys(labels).length === 0) return controller;
      const { metadata = {}, spec = {} } = controller;
      return {
        ...controller,
        metadata: metadata.labels === undefined ? { ...metadata, labels } : metadata,
        spec: spec.selector === undefined ? { ...spec, selector: labels } : spec,
      };
    }),
  ]),
);

export const replicationControllers = defineKind<V1ReplicationController>({
  type: ReplicationControllers,
  strategy: {
    defaults,
    prepareCreate: (controller) => withGeneration(withoutStatus(withTemplate(controller)), 1),
    prepareUpdate: (next, current) => raiseGeneration(keepStatus(withTemplate(next), current), current),
    validate: function* (controller) {
      yield* metaErrors(controller, NAMED);
      yield* specErrors(controller.spec ?? {});
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next.spec ?? {});
    },
    warnings,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart<V1ReplicationController>({ defaults, validateUpdate: replicaStatusErrors }),
    scale: scaleSubresource<V1ReplicationController>({
      replicas: ({ spec }) => spec?.replicas ?? 0,
      withReplicas: (controller, replicas) => ({ ...controller, spec: { ...controller.spec, replicas } }),
      current: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => plainSelector(spec?.selector),
    }),
  },
  orphansByDefault: {},
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  columns: [
    nameColumn(),
    integer('Desired', ({ spec }) => spec?.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn(),
    ...containersAndImages<V1ReplicationController>(({ spec }) => spec?.template?.spec?.containers ?? []),
    wide('Selector', ({ spec }) => labelsCell(spec?.selector)),
  ],
});

function plainSelector(selector: { readonly [key: string]: string } = {}): string {
  return Object.keys(selector).length === 0 ? '' : labelsCell(selector);
}

function* specErrors(spec: V1ReplicationControllerSpec): Errors {
  const { replicas, selector = {}, template } = spec;
  yield* nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  if (Object.keys(selector).length === 0) yield required('spec.selector');
  if (replicas === undefined) yield required('spec.replicas');
  else yield* nonNegative('spec.replicas', replicas);
  if (template === undefined) yield required('spec.template');
  else yield* templateErrors('spec.template', template, selector);
}

function* templateErrors(
  field: string,
  template: V1PodTemplateSpec,
  selector: { readonly [key: string]: string },
): Errors {
  yield* unmatchedLabels(field, selectorOfLabels(selector), template);
  yield* lastingTemplate(field, template, 'ReplicationController');
}

function* warnings(next: V1ReplicationController, current: V1ReplicationController | undefined): Iterable<string> {
  if (current === undefined) {
    yield* hostnameWarning(next.metadata?.name);
    yield* templateWarnings('spec.template', next.spec?.template);
  } else if (current.metadata?.generation !== next.metadata?.generation) {
    // The real server looks at the template that was.
    yield* templateWarnings('spec.template', current.spec?.template);
  }
}
