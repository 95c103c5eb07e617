// DaemonSet: a pod on each node.

import { at, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { integerError } from '../../kube/go/integer.ts';
import { own, sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { labelSelectorErrors } from '../../kube/selectors/labelrules.ts';
import { DaemonSets } from '../../schema/generated/resources.ts';
import type {
  V1DaemonSet,
  V1DaemonSetSpec,
  V1DaemonSetUpdateStrategy,
  V1RollingUpdateDaemonSet,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, nonNegative } from './shared/checks.ts';
import { ageColumn, containersAndImages, integer, labelsCell, nameColumn, text, wide } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { defaulter, filled, forType } from './shared/defaults.ts';
import { shownInternally } from './shared/internal.ts';
import { keepSpec, keepStatus, raiseGeneration, withGeneration, withoutStatus } from './shared/metaparts.ts';
import { templateWarnings } from './shared/pod/warnings.ts';
import { atMostWhole, countOf, countOrPercent } from './shared/rollouts.ts';
import { statusPart } from './shared/statuspart.ts';
import {
  emptySelector,
  fewerCollisions,
  keptSelector,
  lastingTemplate,
  nonNegativeCounts,
  readSelector,
  selectorCell,
  unmatchedLabels,
  withTemplate,
} from './shared/workloads.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const NO_SPEC: V1DaemonSetSpec = { selector: {}, template: {} };
/** A count of the template's changes that once was a field. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const fields = defaulter<V1DaemonSet>(
  'apps.v1.DaemonSet',
  new Map([
    ...CORE_DEFAULTS,
    forType<V1DaemonSetSpec>('apps.v1.DaemonSetSpec', (spec) =>
      filled(spec, { updateStrategy: {}, revisionHistoryLimit: 10 }),
    ),
    forType<V1DaemonSetUpdateStrategy>('apps.v1.DaemonSetUpdateStrategy', (strategy) => {
      const { type = '', rollingUpdate = {} } = strategy;
      if (type !== 'RollingUpdate' && type !== '') return strategy;
      return {
        type: 'RollingUpdate',
        rollingUpdate: filled<V1RollingUpdateDaemonSet>(rollingUpdate, { maxUnavailable: 1, maxSurge: 0 }),
      };
    }),
  ]),
);

/** The generation of the template stands in an annotation since it has no field of its own any more. */
function defaults(set: V1DaemonSet): V1DaemonSet {
  const filledIn = fields(set);
  const { annotations } = filledIn.metadata ?? {};
  if (own(annotations, TEMPLATE_GENERATION) !== undefined) return filledIn;
  const noted = { ...annotations, [TEMPLATE_GENERATION]: '0' };
  return { ...filledIn, metadata: { ...filledIn.metadata, annotations: noted } };
}

export const daemonSets = defineKind<V1DaemonSet>({
  type: DaemonSets,
  strategy: {
    defaults,
    prepareCreate: (set) => {
      const asked = Math.max(templateGeneration(set), 1);
      return withTemplateGeneration(withGeneration(withoutStatus(withTemplate(set)), 1), asked);
    },
    prepareUpdate,
    validate: function* (set) {
      yield* metaErrors(set, NAMED);
      yield* specErrors(set.spec);
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* keptSelector(next.spec?.selector, current.spec?.selector);
      yield* specErrors(next.spec);
    },
    warnings: function* (next, current) {
      if (current !== undefined && templateGeneration(next) === templateGeneration(current)) return;
      yield* templateWarnings('spec.template', next.spec?.template);
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      defaults,
      prepareUpdate: (next, current) => withTemplateGeneration(keepSpec(next, current), templateGeneration(current)),
      validateUpdate: function* (next, current) {
        yield* metaUpdateErrors(next, current);
        yield* nonNegativeCounts('status', next.status ?? {}, COUNTS);
        yield* fewerCollisions(next.status, current.status);
      },
    }),
  },
  fieldAnnotations: [TEMPLATE_GENERATION],
  columns: [
    nameColumn(),
    integer('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer('Current', ({ status }) => status?.currentNumberScheduled ?? 0),
    integer('Ready', ({ status }) => status?.numberReady ?? 0),
    integer('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer('Available', ({ status }) => status?.numberAvailable ?? 0),
    text('Node Selector', ({ spec }) => labelsCell(spec?.template?.spec?.nodeSelector)),
    ageColumn(),
    ...containersAndImages<V1DaemonSet>(({ spec }) => spec?.template?.spec?.containers ?? []),
    wide('Selector', ({ spec }) => selectorCell(spec?.selector)),
  ],
});

const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

function prepareUpdate(next: V1DaemonSet, current: V1DaemonSet): V1DaemonSet {
  const kept = raiseGeneration(keepStatus(withTemplate(next), current), current);
  const isSame = sameJson(kept.spec?.template, current.spec?.template);
  return withTemplateGeneration(kept, templateGeneration(current) + (isSame ? 0 : 1));
}

function templateGeneration({ metadata }: V1DaemonSet): number {
  const value = own(metadata?.annotations, TEMPLATE_GENERATION) ?? '';
  return integerError(value) === undefined ? Number(value) : 0;
}

function withTemplateGeneration(set: V1DaemonSet, generation: number): V1DaemonSet {
  const annotations = { ...set.metadata?.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

function* specErrors(spec: V1DaemonSetSpec = NO_SPEC): Errors {
  const { template = {} } = spec;
  yield* labelSelectorErrors('spec.selector', spec.selector ?? undefined);
  const selector = readSelector(spec.selector);
  if (selector !== undefined) yield* unmatchedLabels('spec.template', selector, template);
  if ((spec.selector ?? null) !== null) yield* emptySelector('spec.selector', spec.selector, 'daemonset');
  yield* lastingTemplate('spec.template', template, 'DaemonSet');
  yield* nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  yield* strategyErrors('spec.updateStrategy', spec.updateStrategy ?? {});
  yield* nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
}

function* strategyErrors(field: string, strategy: V1DaemonSetUpdateStrategy): Errors {
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    yield notSupported(field, shownInternally('apps.DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete']);
  } else if (rollingUpdate === undefined) yield required(at(field, 'rollingUpdate'));
  else yield* rolloutErrors(at(field, 'rollingUpdate'), rollingUpdate);
}

function* rolloutErrors(field: string, { maxUnavailable = 0, maxSurge = 0 }: V1RollingUpdateDaemonSet): Errors {
  yield* countOrPercent(at(field, 'maxUnavailable'), maxUnavailable);
  yield* countOrPercent(at(field, 'maxSurge'), maxSurge);
  yield* atMostWhole(at(field, 'maxUnavailable'), maxUnavailable);
  yield* atMostWhole(at(field, 'maxSurge'), maxSurge);
  const isUnavailable = countOf(maxUnavailable) !== 0;
  const isSurging = countOf(maxSurge) !== 0;
  if (isUnavailable && isSurging) {
    yield invalid(at(field, 'maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero');
  }
  if (!isUnavailable && !isSurging) yield required(at(field, 'maxUnavailable'), 'cannot be 0 when maxSurge is 0');
}
