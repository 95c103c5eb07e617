// What may change of a pod once it is there: images, a deadline that comes nearer, further tolerations, and as long as
// it waits at a gate, where it may run.

import { at, forbiddenField, invalid, required, shownAsMap } from '../../../kube/fielderrors.ts';
import { own, sameJson } from '../../../kube/json.ts';
import { inRange } from '../../../kube/names.ts';
import type {
  V1Container,
  V1NodeAffinity,
  V1NodeSelectorTerm,
  V1Pod,
  V1PodSpec,
} from '../../../schema/generated/types.ts';
import { metaUpdateErrors } from '../../metadata.ts';
import { type Errors, problemsOf } from '../shared/checks.ts';
import { internalValue, shownInternally } from '../shared/internal.ts';
import { podAnnotations, podAnnotationUpdates } from '../shared/pod/annotations.ts';
import { onlyAddedTolerations, onlyDeletedGates } from '../shared/pod/scheduling.ts';
import { unifiedDiff } from '../shared/unifieddiff.ts';
import { NO_SPEC, podErrors } from './validate.ts';

const MAX_INT32 = 2147483647;
const MAY_CHANGE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function* podUpdateErrors(next: V1Pod, current: V1Pod): Errors {
  yield* metaUpdateErrors(next, current);
  yield* podErrors(next);
  yield* annotationUpdateErrors(next, current);
  const spec = next.spec ?? NO_SPEC;
  const before = current.spec ?? NO_SPEC;
  for (const name of ['containers', 'initContainers'] as const) {
    const now = spec[name] ?? [];
    const sameCount = now.length === (before[name] ?? []).length;
    yield* containerUpdates(at('spec', name), now, sameCount);
    if (!sameCount) return;
  }
  const deadline = [...deadlineUpdate(spec, before)];
  yield* deadline;
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return;
  yield* onlyAddedTolerations('spec.tolerations', spec.tolerations ?? [], before.tolerations ?? []);
  yield* onlyDeletedGates('spec.schedulingGates', spec.schedulingGates ?? [], before.schedulingGates ?? []);
  if (!sameJson(spec, before)) yield* otherChanges(spec, before);
}

export function* annotationUpdateErrors({ metadata, spec = NO_SPEC }: V1Pod, current: V1Pod): Errors {
  const field = 'metadata.annotations';
  yield* podAnnotationUpdates(field, metadata?.annotations, current.metadata?.annotations);
  yield* podAnnotations(field, metadata?.annotations, spec);
}

function* containerUpdates(field: string, containers: readonly V1Container[], sameCount: boolean): Errors {
  if (!sameCount) {
    yield forbiddenField(field, 'pod updates may not add or remove containers');
    return;
  }
  for (const [i, { image = '' }] of containers.entries()) {
    if (image === '') yield required(at(field, i, 'image'));
    if (image.trim() !== image) {
      yield invalid(at(field, i, 'image'), image, 'must not have leading or trailing whitespace');
    }
  }
}

function* deadlineUpdate(next: V1PodSpec, current: V1PodSpec): Errors {
  const field = 'spec.activeDeadlineSeconds';
  const { activeDeadlineSeconds: after } = next;
  const { activeDeadlineSeconds: before } = current;
  if (after === undefined) {
    if (before === undefined) return;
    yield invalid(field, null, 'must not update from a positive integer to nil value');
    return;
  }
  const problems = inRange(after, 0, MAX_INT32);
  yield* problemsOf(field, after, problems);
  if (problems.length === 0 && before !== undefined && before < after) {
    yield invalid(field, after, 'must be less than or equal to previous value');
  }
}

/** Puts back what may change, and whatever still differs then may not. */
function* otherChanges(next: V1PodSpec, current: V1PodSpec): Errors {
  const allowed = withAllowed(next, current);
  const gated = (current.schedulingGates ?? []).length > 0;
  if (gated) yield* placementChanges(allowed, current);
  const left = gated ? withPlacement(allowed, current) : allowed;
  if (sameJson(left, current)) return;
  const difference = unifiedDiff(internalValue('core.PodSpec', current), internalValue('core.PodSpec', left));
  yield forbiddenField('spec', `pod updates may not change fields other than ${MAY_CHANGE}\n${difference}`);
}

function withAllowed(next: V1PodSpec, current: V1PodSpec): V1PodSpec {
  const imagesOf = (containers: readonly V1Container[], old: readonly V1Container[] = []) =>
    containers.map((container, i): V1Container => {
      const image = old[i]?.image;
      return image === undefined ? container : { ...container, image };
    });
  const { activeDeadlineSeconds: _, schedulingGates: __, tolerations: ___, ...rest } = next;
  const { activeDeadlineSeconds, schedulingGates, tolerations } = current;
  return {
    ...rest,
    containers: imagesOf(next.containers ?? [], current.containers),
    ...(next.initContainers === undefined
      ? {}
      : { initContainers: imagesOf(next.initContainers, current.initContainers) }),
    ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
    ...(schedulingGates === undefined ? {} : { schedulingGates }),
    ...(tolerations === undefined ? {} : { tolerations }),
  };
}

/** A pod that waits at a gate may be told more precisely where to run. */
function* placementChanges(next: V1PodSpec, current: V1PodSpec): Errors {
  const { nodeSelector = {} } = next;
  const before = Object.entries(current.nodeSelector ?? {});
  if (before.some(([key, value]) => own(nodeSelector, key) !== value)) {
    const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    yield invalid('spec.nodeSelector', shownAsMap(next.nodeSelector ?? null), detail);
  }
  yield* affinityChanges(next.affinity?.nodeAffinity, current.affinity?.nodeAffinity);
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

function* affinityChanges(next: V1NodeAffinity | undefined, current: V1NodeAffinity | undefined): Errors {
  const before = current?.[REQUIRED]?.nodeSelectorTerms ?? [];
  const after = next?.[REQUIRED]?.nodeSelectorTerms;
  const field = at('spec.affinity.nodeAffinity', REQUIRED, 'nodeSelectorTerms');
  if (before.length > 0 && before.length !== (after ?? []).length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    yield invalid(field, shownInternally('[]core.NodeSelectorTerm', after), detail);
    return;
  }
  for (const [i, term] of before.entries()) {
    const now = after?.[i] ?? {};
    if (onlyAdds(now, term)) continue;
    const detail = 'only additions are allowed (no mutations or deletions)';
    yield invalid(at(field, i), shownInternally('core.NodeSelectorTerm', now), detail);
  }
}

function onlyAdds(next: V1NodeSelectorTerm, current: V1NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  const empty = lists.every((name) => (current[name] ?? []).length === 0);
  if (empty) return lists.every((name) => (next[name] ?? []).length === 0);
  return lists.every((name) => {
    const before = current[name] ?? [];
    return sameJson((next[name] ?? []).slice(0, before.length), before);
  });
}

/** The next spec with the node selector and the node affinity of the current one. */
function withPlacement(next: V1PodSpec, current: V1PodSpec): V1PodSpec {
  const { nodeSelector: _, affinity, ...rest } = next;
  const { nodeSelector } = current;
  const { nodeAffinity: __, ...others } = affinity ?? {};
  const nodeAffinity = current.affinity?.nodeAffinity;
  const put = { ...(nodeAffinity === undefined ? {} : { nodeAffinity }), ...others };
  const none = Object.keys(put).length === 0 && (affinity === undefined || current.affinity === undefined);
  return {
    ...rest,
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(none ? {} : { affinity: put }),
  };
}
