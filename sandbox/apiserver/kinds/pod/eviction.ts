// Eviction: a deletion that asks the disruption budgets first.

import { invalid, invalidObject } from '../../../kube/fielderrors.ts';
import type { DeleteOptions } from '../../../kube/operation.ts';
import { matchesLabels, selectorOf } from '../../../kube/selectors/labelselectors.ts';
import { badRequest, conflict, failure, forbidden, notFound } from '../../../kube/status.ts';
import { PodDisruptionBudgets, Pods } from '../../../schema/generated/resources.ts';
import type { V1Condition, V1Eviction, V1Pod, V1PodDisruptionBudget } from '../../../schema/generated/types.ts';
import type { Work } from '../../../time/loop.ts';
import { rfc3339 } from '../../../time/units.ts';
import type { Inner, KindContext, Subresource } from '../../kind.ts';
import { readSelector } from '../shared/workloads.ts';

const REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget.";
const CAUSE = 'DisruptionBudget';
const DISRUPTED_MAX = 2000;
const RETRY_SECONDS = 10;

export const eviction: Subresource<V1Pod> = {
  type: 'act',
  kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
  alike: ['v1beta1'],
  *act(body, name, context, server) {
    const wanted = body as V1Eviction;
    if (wanted.metadata?.name !== name) throw badRequest('name in URL does not match name in Eviction object');
    const namespace = context.namespace ?? wanted.metadata.namespace ?? '';
    checkOptions(wanted, context.dryRun);
    const options = optionsOf(wanted, context.dryRun);
    const pod = context.get<V1Pod>(Pods, namespace, name);
    if (pod === undefined) throw notFound({ group: '', kind: 'pods', name });
    const pinned = yield* permitted(pod, options, context, server);
    yield* removed(pod, pinned, context, server);
    return {
      code: 201,
      object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
    };
  },
};

/** Dry run is asked for by the request, by the body, or by both alike. */
function checkOptions({ metadata, deleteOptions = {} }: V1Eviction, dryRun: boolean): void {
  const { dryRun: asked = [], ignoreStoreReadErrorWithClusterBreakingPotential: ignores } =
    deleteOptions as DeletionBody;
  if (ignores === true) {
    const why = 'can not be set for pod eviction, try after removing the option';
    const field = 'deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential';
    throw invalidObject({ group: 'policy', kind: 'Eviction' }, metadata?.name ?? '', [invalid(field, true, why)]);
  }
  if (!dryRun || asked.length === 0 || (asked.length === 1 && asked[0] === 'All')) return;
  throw failure(500, '', `Non-matching dry-run options in request and content: [All] and [${asked.join(' ')}]`);
}

function optionsOf({ deleteOptions = {} }: V1Eviction, dryRun: boolean): DeleteOptions {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun: asked = [] } = deleteOptions as DeletionBody;
  return {
    ...(dryRun || asked.includes('All') ? { dryRun: true } : {}),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
  };
}

interface DeletionBody {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: NonNullable<DeleteOptions['propagationPolicy']>;
  readonly preconditions?: NonNullable<DeleteOptions['preconditions']>;
  readonly dryRun?: readonly string[];
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
}

/** The options with which the pod may be deleted. Throws TooManyRequests when a budget says no. */
function* permitted(
  pod: V1Pod,
  options: DeleteOptions,
  context: KindContext,
  server: Inner<V1Pod>,
): Work<DeleteOptions> {
  if (isIgnored(pod)) return isOver(pod) ? options : pinnedTo(pod, options);
  const budgets = budgetsOf(pod, context);
  const [budget, another] = budgets;
  if (another !== undefined) {
    const why = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw failure(500, '', why);
  }
  if (budget === undefined) return options;
  if (!isReady(pod) && sparesUnready(budget)) return pinnedTo(pod, options);
  const next = decremented(budget, pod.metadata?.name ?? '', context);
  if (options.dryRun !== true) yield* server.call(statusUpdate(next), 'as server');
  return options;
}

function isOver({ metadata, status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' || metadata?.deletionTimestamp !== undefined;
}

/** Pods that run nowhere, or no longer, disturb nobody when they go. */
function isIgnored(pod: V1Pod): boolean {
  return isOver(pod) || pod.status?.phase === 'Pending';
}

function pinnedTo({ metadata }: V1Pod, options: DeleteOptions): DeleteOptions {
  const { preconditions = {} } = options;
  const { resourceVersion = metadata?.resourceVersion } = preconditions;
  return resourceVersion === undefined ? options : { ...options, preconditions: { ...preconditions, resourceVersion } };
}

function budgetsOf({ metadata }: V1Pod, context: KindContext): readonly V1PodDisruptionBudget[] {
  return context.list<V1PodDisruptionBudget>(PodDisruptionBudgets, metadata?.namespace).filter(({ spec }) => {
    if (spec?.selector === undefined) return false;
    const selector = readSelector(spec.selector);
    return selector !== undefined && matchesLabels(selectorOf(spec.selector), metadata?.labels);
  });
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

function sparesUnready({ spec, status }: V1PodDisruptionBudget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** The budget after one more disruption. Throws when there is none left. */
function decremented(budget: V1PodDisruptionBudget, pod: string, context: KindContext): V1PodDisruptionBudget {
  const { metadata = {}, status } = budget;
  const { name = '', generation = 0 } = metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = status ?? {};
  if (status === undefined || observedGeneration < generation) throw stillProcessed(name);
  const about = { group: 'policy', kind: 'poddisruptionbudget', name };
  if (disruptionsAllowed < 0) throw forbidden(about, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > DISRUPTED_MAX) {
    throw forbidden(about, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) throw refused(budget);
  const now = rfc3339(context.now());
  const conditions = disruptionsAllowed === 1 ? exhausted(status.conditions ?? [], generation, now) : status.conditions;
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: disruptionsAllowed - 1,
      disruptedPods: { ...disruptedPods, [pod]: now },
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
}

function exhausted(conditions: readonly V1Condition[], generation: number, now: string): readonly V1Condition[] {
  const before = conditions.find(({ type }) => type === 'DisruptionAllowed');
  const next = {
    type: 'DisruptionAllowed',
    status: 'False',
    observedGeneration: generation,
    lastTransitionTime: before?.status === 'False' ? before.lastTransitionTime : now,
    reason: 'InsufficientPods',
    message: '',
  };
  return before === undefined ? [...conditions, next] : conditions.map((each) => (each === before ? next : each));
}

function stillProcessed(name: string): Error {
  const message = `The disruption budget ${name} is still being processed by the server.`;
  const causes = [{ reason: CAUSE, message }];
  return failure(429, 'TooManyRequests', REFUSAL, { causes, retryAfterSeconds: RETRY_SECONDS });
}

function refused({ metadata, status }: V1PodDisruptionBudget): Error {
  const budget = `The disruption budget ${metadata?.name ?? ''}`;
  const { desiredHealthy = 0, currentHealthy = 0, conditions = [] } = status ?? {};
  const no = conditions.find(
    ({ type, status: value, message }) => type === 'DisruptionAllowed' && value === 'False' && message !== '',
  );
  const currently = 'does not allow evicting pods currently';
  const message =
    no?.reason === 'SyncFailed'
      ? `${budget} ${currently} because it failed sync: ${no.message}`
      : currentHealthy <= desiredHealthy
        ? `${budget} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
        : no === undefined
          ? `${budget} ${currently}`
          : `${budget} ${currently} (${no.reason}): ${no.message}`;
  return failure(429, 'TooManyRequests', REFUSAL, { causes: [{ reason: CAUSE, message }] });
}

function statusUpdate(object: V1PodDisruptionBudget) {
  const { namespace = '', name = '' } = object.metadata ?? {};
  const { group, version, resource } = PodDisruptionBudgets;
  return {
    verb: 'update',
    target: { group, version, resource, subresource: 'status', namespace, name },
    object,
  } as const;
}

/** The pod is told why it goes, then it goes. */
function* removed(pod: V1Pod, options: DeleteOptions, context: KindContext, server: Inner<V1Pod>): Work<void> {
  const { namespace = '', name = '' } = pod.metadata ?? {};
  const target = { group: '', version: 'v1', resource: 'pods', namespace, name };
  if (options.dryRun === true) {
    yield* server.call({ verb: 'delete', target, options });
    return;
  }
  const told = server.rewrite(namespace, name, (latest) => {
    checkMeant(latest, options);
    return withCondition(latest, rfc3339(context.now()));
  });
  const { preconditions } = options;
  const resourceVersion = told.metadata?.resourceVersion;
  const moved =
    preconditions?.resourceVersion === undefined || resourceVersion === undefined
      ? options
      : { ...options, preconditions: { ...preconditions, resourceVersion } };
  yield* server.call({ verb: 'delete', target, options: moved });
}

function checkMeant({ metadata = {} }: V1Pod, { preconditions = {} }: DeleteOptions): void {
  const about = { group: '', kind: 'Pod', name: metadata.name ?? '' };
  const { uid = '', resourceVersion = '' } = preconditions;
  if (uid !== '' && uid !== metadata.uid) {
    const what = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''})`;
    throw conflict(about, `${what}. The object might have been deleted and then recreated`);
  }
  if (resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) {
    const what = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''})`;
    throw conflict(about, `${what}. The object might have been modified`);
  }
}

function withCondition(pod: V1Pod, now: string): V1Pod {
  const { conditions = [], ...status } = pod.status ?? {};
  const type = 'DisruptionTarget';
  const before = conditions.find((condition) => condition.type === type);
  const next = {
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: before?.status === 'True' ? (before.lastTransitionTime ?? now) : now,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const list = before === undefined ? [...conditions, next] : conditions.map((each) => (each === before ? next : each));
  return { ...pod, status: { ...status, conditions: list } };
}
