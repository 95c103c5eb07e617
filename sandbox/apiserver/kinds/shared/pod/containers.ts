// The containers of a pod: those that run, those that run before, and those that are added later to look around.

import {
  at,
  duplicate,
  forbiddenField,
  invalid,
  required,
  shownAsJson,
  valueNotFound,
} from '../../../../kube/fielderrors.ts';
import { own } from '../../../../kube/json.ts';
import type { V1Container, V1EphemeralContainer, V1PodSpec, V1Volume } from '../../../../schema/generated/types.ts';
import { type Errors, eachItem, isBlank, labelName, neededOneOf } from '../checks.ts';
import { containerResources } from '../resources.ts';
import { envFrom, envVar } from './env.ts';
import { volumeDevices, volumeMounts } from './mounts.ts';
import { containerPorts, hostPortConflicts } from './ports.ts';
import { lifecycle, probes } from './probes.ts';
import { containerRestartPolicy, initRestartPolicy, resizePolicy } from './restarts.ts';
import { containerSecurity } from './security.ts';

/** What a container's fields refer to. */
export interface ContainerSurroundings {
  readonly spec: V1PodSpec;
  readonly volumes: ReadonlyMap<string, V1Volume>;
  /** Names of the pod's resource claims. */
  readonly claims: ReadonlySet<string>;
}

export function* appContainers(field: string, surroundings: ContainerSurroundings): Errors {
  const { containers = [], terminationGracePeriodSeconds: grace } = surroundings.spec;
  if ((containers ?? []).length === 0) {
    yield required(field);
    return;
  }
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const here = at(field, i);
    yield* anyContainer(here, container, surroundings);
    if (names.has(container.name)) yield duplicate(at(here, 'name'), container.name);
    names.add(container.name);
    if (container.lifecycle !== undefined) yield* lifecycle(at(here, 'lifecycle'), container.lifecycle, grace);
    yield* probes(here, container, grace);
    yield* containerRestartPolicy(here, container);
  }
  yield* hostPortConflicts(field, containers);
}

export function* initContainers(field: string, surroundings: ContainerSurroundings): Errors {
  const { containers = [], initContainers: own = [], terminationGracePeriodSeconds: grace } = surroundings.spec;
  const names = new Set((containers ?? []).map(({ name }) => name));
  for (const [i, container] of own.entries()) {
    const here = at(field, i);
    yield* anyContainer(here, container, surroundings);
    yield* initRestartPolicy(here, container);
    if (names.has(container.name)) yield duplicate(at(here, 'name'), container.name);
    else if (!isBlank(container.name)) names.add(container.name);
    yield* hostPortConflicts(field, [container]);
    if (isSidecar(container)) {
      if (container.lifecycle !== undefined) yield* lifecycle(at(here, 'lifecycle'), container.lifecycle, grace);
      yield* probes(here, container, grace);
    } else yield* onlyForSidecars(here, container);
  }
}

/** An init container that keeps running beside the others. */
export function isSidecar({ restartPolicy }: V1Container): boolean {
  return restartPolicy === 'Always';
}

function* onlyForSidecars(field: string, container: V1Container): Errors {
  for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[name] === undefined) continue;
    yield forbiddenField(at(field, name), 'may not be set for init containers without restartPolicy=Always');
  }
  for (const [i, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
    if (restartPolicy !== 'RestartContainer') continue;
    const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    yield invalid(at(field, 'resizePolicy', i, 'restartPolicy'), shownAsJson(restartPolicy), detail);
  }
}

/** Fields of a container that mean nothing for one that is added later, in the order in which they are refused. */
const NOT_LATER = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
];
const LATER = 'cannot be set for an Ephemeral Container';

export function* ephemeralContainers(field: string, surroundings: ContainerSurroundings): Errors {
  const { containers = [], initContainers: before = [], ephemeralContainers: added = [] } = surroundings.spec;
  const others = new Set([...(containers ?? []), ...before].map(({ name }) => name));
  const names = new Set(others);
  for (const [i, container] of added.entries()) {
    const here = at(field, i);
    const { name, targetContainerName = '' } = container;
    yield* anyContainer(here, container, surroundings);
    yield* trimmedImage(container, here);
    if (names.has(name)) yield duplicate(at(here, 'name'), name);
    names.add(name);
    if (targetContainerName !== '' && !others.has(targetContainerName)) {
      yield valueNotFound(at(here, 'targetContainerName'), targetContainerName);
    }
    yield* notLater(here, container);
  }
}

function* notLater(field: string, container: V1EphemeralContainer): Errors {
  for (const name of NOT_LATER) {
    const value = own(container, name);
    const unset = value === undefined || (name === 'resources' && Object.keys(value ?? {}).length === 0);
    if (!unset) yield forbiddenField(at(field, name), LATER);
  }
  for (const [i, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
    if (!isBlank(subPath)) yield forbiddenField(at(field, 'volumeMounts', i, 'subPath'), LATER);
    if (!isBlank(subPathExpr)) yield forbiddenField(at(field, 'volumeMounts', i, 'subPathExpr'), LATER);
  }
}

/** Blanks around an image's name are refused in pods, but not in templates for them. */
export function* trimmedImage({ image = '' }: V1Container, field: string): Errors {
  if (image.trim() !== image) yield invalid(at(field, 'image'), image, 'must not have leading or trailing whitespace');
}

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** What is checked of a container of any sort. */
function* anyContainer(
  field: string,
  container: V1Container,
  { spec, volumes, claims }: ContainerSurroundings,
): Errors {
  const { name, image, resources = {} } = container;
  if (isBlank(name)) yield required(at(field, 'name'));
  else yield* labelName(at(field, 'name'), name);
  if (isBlank(image)) yield required(at(field, 'image'));
  yield* neededOneOf(at(field, 'terminationMessagePolicy'), container.terminationMessagePolicy, MESSAGE_POLICIES);
  yield* containerPorts(at(field, 'ports'), container.ports ?? []);
  yield* eachItem(container.env, at(field, 'env'), envVar);
  yield* envFrom(at(field, 'envFrom'), container.envFrom ?? []);
  yield* volumeMounts(at(field, 'volumeMounts'), container, volumes);
  yield* volumeDevices(at(field, 'volumeDevices'), container, volumes);
  yield* neededOneOf(at(field, 'imagePullPolicy'), container.imagePullPolicy, PULL_POLICIES);
  yield* containerResources(at(field, 'resources'), resources, claims);
  yield* resizePolicy(at(field, 'resizePolicy'), container.resizePolicy ?? [], spec.restartPolicy);
  const hostUsers = spec.hostUsers !== false;
  yield* containerSecurity(at(field, 'securityContext'), container.securityContext, hostUsers);
}
