// What of a job may change once it is there.

import { invalid } from '../../../kube/fielderrors.ts';
import { type JsonObject, type JsonValue, sameJson, withKey, withoutKey } from '../../../kube/json.ts';
import type {
  V1Affinity,
  V1Container,
  V1Job,
  V1JobSpec,
  V1PodSpec,
  V1PodTemplateSpec,
} from '../../../schema/generated/types.ts';
import { type Errors, IMMUTABLE } from '../shared/checks.ts';
import { shownInternally } from '../shared/internal.ts';
import { isTrue } from './status.ts';

const NO_PODS: V1PodSpec = { containers: [] };

export function* jobSpecChanges(spec: V1JobSpec, old: V1JobSpec, current: V1Job): Errors {
  yield* completionChanges(spec, old);
  yield* kept('spec.selector', '*meta.LabelSelector', spec.selector, old.selector);
  yield* templateChanges(spec.template ?? {}, old.template ?? {}, current);
  yield* kept('spec.completionMode', '*string', spec.completionMode, old.completionMode);
  yield* kept('spec.podFailurePolicy', '*batch.PodFailurePolicy', spec.podFailurePolicy, old.podFailurePolicy);
  yield* kept('spec.backoffLimitPerIndex', '*int', spec.backoffLimitPerIndex, old.backoffLimitPerIndex);
  yield* kept('spec.managedBy', '*string', spec.managedBy, old.managedBy);
  yield* kept('spec.successPolicy', '*batch.SuccessPolicy', spec.successPolicy, old.successPolicy);
}

function* kept(field: string, type: string, next: JsonValue | undefined, current: JsonValue | undefined): Errors {
  if (!sameJson(next, current)) yield invalid(field, shownInternally(type, next), IMMUTABLE);
}

/** An indexed job may grow and shrink: completions and parallelism together. */
function* completionChanges(spec: V1JobSpec, old: V1JobSpec): Errors {
  const { completions, parallelism, completionMode } = spec;
  if (completionMode !== 'Indexed') yield* kept('spec.completions', '*int', completions, old.completions);
  else if (completions !== undefined && completions !== old.completions && completions !== parallelism) {
    yield invalid('spec.completions', completions, 'can only be modified in tandem with spec.parallelism');
  }
}

function* templateChanges(template: V1PodTemplateSpec, old: V1PodTemplateSpec, current: V1Job): Errors {
  const isSuspended = current.spec?.suspend === true;
  const hasRest = current.status?.startTime === undefined || isTrue(current.status, 'Suspended');
  const isFree = isSuspended && hasRest && (current.status?.active ?? 0) === 0;
  if (!isFree) {
    yield* kept('spec.template', 'core.PodTemplateSpec', template, old);
    return;
  }
  const { spec = NO_PODS } = template;
  const base = withResources(withScheduling(old.spec ?? NO_PODS, spec), spec);
  yield* kept('spec.template.spec', 'core.PodSpec', template.spec, base);
}

/** What decides where the pods go may change as long as none has gone anywhere. */
function withScheduling(old: V1PodSpec, next: V1PodSpec): V1PodSpec {
  const fields = ['nodeSelector', 'tolerations', 'schedulingGates'] as const;
  const spec = fields.reduce<V1PodSpec>((result, name) => withMember(result, name, next[name]), old);
  return withMember(spec, 'affinity', withNodeAffinity(old.affinity, next.affinity));
}

function withNodeAffinity(old: V1Affinity | undefined, next: V1Affinity | undefined): V1Affinity | undefined {
  if (old === undefined && next === undefined) return undefined;
  const result: V1Affinity = withMember(old ?? {}, 'nodeAffinity', next?.nodeAffinity);
  return next === undefined && Object.keys(result).length === 0 ? undefined : result;
}

function withMember<T extends JsonObject>(object: T, key: string, value: JsonValue | undefined): T {
  return value === undefined ? withoutKey(object, key) : withKey(object, key, value);
}

function withResources(old: V1PodSpec, next: V1PodSpec): V1PodSpec {
  const inits = old.initContainers;
  return {
    ...old,
    containers: sameResources(old.containers, next.containers ?? []),
    ...(inits === undefined ? {} : { initContainers: sameResources(inits, next.initContainers ?? []) }),
  };
}

function sameResources(old: readonly V1Container[], next: readonly V1Container[]): readonly V1Container[] {
  if (old.length !== next.length) return old;
  return old.map((container, i) =>
    next[i]?.name === container.name ? withMember(container, 'resources', next[i]?.resources) : container,
  );
}
