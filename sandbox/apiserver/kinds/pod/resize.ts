// Resizing a pod while it runs: only requests and limits of cpu and memory, and nothing that would make it another pod.

import { at, forbiddenField, invalid, shownAsJson } from '../../../kube/fielderrors.ts';
import { own, sameJson, withoutKey } from '../../../kube/json.ts';
import type { V1Container, V1Pod, V1PodSpec, V1ResourceRequirements } from '../../../schema/generated/types.ts';
import { metaUpdateErrors } from '../../metadata.ts';
import type { Errors } from '../shared/checks.ts';
import { keepMeta, keepStatus, raiseGeneration } from '../shared/metaparts.ts';
import { MIRROR } from '../shared/pod/annotations.ts';
import { isSidecar } from '../shared/pod/containers.ts';
import { withoutDisabled } from '../shared/pod/disabled.ts';
import { qualityOfService } from '../shared/pod/qos.ts';
import { amountsOf, type ResourceList } from '../shared/resources.ts';
import { NO_SPEC, podErrors } from './validate.ts';

/** Takes over resources and resize policies, if the containers are the same; refuses later if they aren't. */
export function prepareResize(next: V1Pod, current: V1Pod): V1Pod {
  return raiseGeneration(onlyResources(next, current), current);
}

function onlyResources(next: V1Pod, current: V1Pod): V1Pod {
  const { spec = NO_SPEC } = next;
  const before = current.spec ?? NO_SPEC;
  const counts = (one: V1PodSpec) => [one.containers ?? [], one.initContainers ?? []].map((list) => list.length);
  if (!sameJson(counts(spec), counts(before))) return { ...next, spec: withoutDisabled(spec) };
  const { resources: _, ...rest } = before;
  const initContainers = spec.initContainers && resized(spec.initContainers, before.initContainers ?? []);
  return keepMeta(
    keepStatus(
      {
        ...next,
        spec: {
          ...rest,
          ...(spec.resources === undefined ? {} : { resources: spec.resources }),
          containers: resized(spec.containers ?? [], before.containers ?? []),
          ...(initContainers === undefined ? {} : { initContainers }),
        },
      },
      current,
    ),
    current,
  );
}

function resized(next: readonly V1Container[], current: readonly V1Container[]): readonly V1Container[] {
  if (!next.every(({ name }, i) => current[i]?.name === name)) return next;
  return current.map((container, i): V1Container => {
    const { resources: _, resizePolicy: __, ...rest } = container;
    const { resources, resizePolicy } = next[i] ?? container;
    return {
      ...rest,
      ...(resources === undefined ? {} : { resources }),
      ...(resizePolicy === undefined ? {} : { resizePolicy }),
    };
  });
}

export function* resizeErrors(next: V1Pod, current: V1Pod): Errors {
  const refusal = refusalOf(current);
  if (refusal !== undefined) {
    yield forbiddenField('', refusal);
    return;
  }
  const errors = [...metaUpdateErrors(next, current), ...podErrors(next)];
  const { spec = NO_SPEC } = next;
  const before = current.spec ?? NO_SPEC;
  errors.push(...wholePod(next, current));
  const orders = [...sameContainers('containers', spec, before), ...sameContainers('initContainers', spec, before)];
  errors.push(...orders);
  if (orders.length === 0) errors.push(...containerChanges(spec, before));
  if (orders.length === 0 && errors.length === 0 && !sameJson(withAmountsOf(spec, before), before)) {
    errors.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
  }
  yield* errors;
}

function refusalOf({ metadata, spec }: V1Pod): string | undefined {
  if (own(metadata?.annotations, MIRROR) !== undefined) return 'static pods cannot be resized';
  return spec?.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined;
}

function* wholePod(next: V1Pod, current: V1Pod): Errors {
  const { spec = NO_SPEC } = next;
  const before = current.spec ?? NO_SPEC;
  if ((current.status?.qosClass ?? qualityOfService(before)) !== qualityOfService(spec)) {
    const detail = 'Pod QOS Class may not change as a result of resizing';
    yield invalid('spec', shownAsJson(next.status?.qosClass ?? ''), detail);
  }
  const running = (current.status?.containerStatuses ?? []).find(({ state }) => state?.running !== undefined);
  if (running !== undefined && running.resources === undefined) {
    yield forbiddenField('spec', 'Pod running on node without support for resize');
  }
  yield* podLevel('spec.resources', spec.resources, before.resources);
}

function* podLevel(
  field: string,
  next: V1ResourceRequirements | undefined,
  current: V1ResourceRequirements | undefined,
): Errors {
  const asked = [next, current].some((one) => amountsOf(one?.requests).length + amountsOf(one?.limits).length > 0);
  if (!asked) return;
  if (next === undefined) {
    yield forbiddenField(field, 'pod-level resources cannot be removed');
    return;
  }
  if (current !== undefined) {
    if (removed(next.requests, current.requests)) {
      yield forbiddenField(at(field, 'requests'), 'pod-level resource requests cannot be removed');
    }
    if (removed(next.limits, current.limits)) {
      yield forbiddenField(at(field, 'limits'), 'pod-level resource limits cannot be removed');
    }
  }
  if (!sameJson(podLevelAmounts(next, current), current)) {
    yield forbiddenField('spec', 'only cpu and memory resources are mutable at pod-level');
  }
}

function removed(next: ResourceList = {}, current: ResourceList = {}): boolean {
  return Object.keys(current).some((name) => own(next, name) === undefined);
}

function* sameContainers(name: 'containers' | 'initContainers', next: V1PodSpec, current: V1PodSpec): Errors {
  const after = next[name] ?? [];
  const before = current[name] ?? [];
  const field = at('spec', name);
  if (after.length !== before.length) {
    yield forbiddenField(field, `${name} may not be added or removed on resize`);
    return;
  }
  for (const [i, container] of before.entries()) {
    if (after[i]?.name === container.name) continue;
    yield forbiddenField(at(field, i, 'name'), `${name} may not be renamed or reordered on resize`);
  }
}

function* containerChanges(next: V1PodSpec, current: V1PodSpec): Errors {
  for (const name of ['initContainers', 'containers'] as const) {
    for (const [i, { resources = {} }] of (current[name] ?? []).entries()) {
      const now = next[name]?.[i]?.resources ?? {};
      const field = at('spec', name, i, 'resources');
      if (removed(now.requests, resources.requests)) {
        yield forbiddenField(at(field, 'requests'), 'resource requests cannot be removed');
      }
      if (removed(now.limits, resources.limits)) {
        yield forbiddenField(at(field, 'limits'), 'resource limits cannot be removed');
      }
    }
  }
  for (const [i, container] of (next.containers ?? []).entries()) {
    const before = current.containers[i];
    if (before !== undefined && sameJson(withAmounts(container, before), before)) continue;
    yield forbiddenField('spec', 'only cpu and memory resources are mutable');
  }
  for (const [i, container] of (next.initContainers ?? []).entries()) {
    yield* initChange(at('spec.initContainers', i), container, current.initContainers?.[i] ?? container);
  }
}

function* initChange(field: string, next: V1Container, current: V1Container): Errors {
  const allowed = withAmounts(next, current);
  if (!sameJson(allowed, current)) {
    yield forbiddenField(field, 'only cpu and memory resources for init or sidecar containers are mutable');
  }
  if (isSidecar(next) || sameJson(next, current)) return;
  for (const { restartPolicy } of allowed.resizePolicy ?? []) {
    if (restartPolicy !== 'RestartContainer') continue;
    const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
    yield forbiddenField(field, detail);
  }
}

const RESIZABLE = ['cpu', 'memory'];

/** The container with the amounts of cpu and memory that it had; claims aren't looked at. */
function withAmounts(next: V1Container, current: V1Container): V1Container {
  const limits = oldAmounts(next.resources?.limits, current.resources?.limits);
  const requests = oldAmounts(next.resources?.requests, current.resources?.requests);
  const resources = {
    ...(limits === undefined ? {} : { limits }),
    ...(requests === undefined ? {} : { requests }),
  };
  const none = Object.keys(resources).length === 0 && current.resources === undefined;
  return none ? withoutKey(next, 'resources') : { ...next, resources };
}

function oldAmounts(next: ResourceList | undefined, current: ResourceList | undefined): ResourceList | undefined {
  const others = amountsOf(next).filter(([name]) => !RESIZABLE.includes(name));
  const before = amountsOf(current).filter(([name]) => RESIZABLE.includes(name));
  const all = [...others, ...before];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function podLevelAmounts(
  next: V1ResourceRequirements,
  current: V1ResourceRequirements | undefined,
): V1ResourceRequirements | undefined {
  const limits = oldAmounts(next.limits, current?.limits);
  const requests = oldAmounts(next.requests, current?.requests);
  const { limits: _, requests: __, ...rest } = next;
  const put = {
    ...rest,
    ...(limits === undefined ? {} : { limits }),
    ...(requests === undefined ? {} : { requests }),
  };
  return current === undefined && Object.keys(put).length === 0 ? undefined : put;
}

function withAmountsOf(next: V1PodSpec, current: V1PodSpec): V1PodSpec {
  const put = (list: readonly V1Container[], before: readonly V1Container[] = []) =>
    list.map((container, i) => withAmounts(container, before[i] ?? container));
  const { resources, ...rest } = next;
  const whole = resources && podLevelAmounts(resources, current.resources);
  return {
    ...rest,
    ...(whole === undefined ? {} : { resources: whole }),
    containers: put(next.containers, current.containers),
    ...(next.initContainers === undefined ? {} : { initContainers: put(next.initContainers, current.initContainers) }),
  };
}
