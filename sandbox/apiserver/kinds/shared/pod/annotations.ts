// Annotations of pods that the server itself understands, most of them from before there were fields for the same.

import { at, atKey, forbiddenField, invalid } from '../../../../kube/fielderrors.ts';
import { sortedKeys } from '../../../../kube/go/text.ts';
import { isArray, isObject, type JsonValue, own } from '../../../../kube/json.ts';
import type { V1ObjectMeta } from '../../../../kube/meta.ts';
import type {
  V1AppArmorProfile,
  V1PodSpec,
  V1SeccompProfile,
  V1Toleration,
} from '../../../../schema/generated/types.ts';
import type { Errors } from '../checks.ts';
import { descendingPath } from '../paths.ts';
import { tolerations } from './scheduling.ts';
import { allContainers } from './visit.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
export const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const LOCALHOST = 'localhost/';

type Annotations = { readonly [key: string]: string };

export function* podAnnotations(field: string, annotations: Annotations = {}, spec: V1PodSpec): Errors {
  const mirror = own(annotations, MIRROR);
  if (mirror !== undefined && (spec.nodeName ?? '') === '') {
    yield invalid(atKey(field, MIRROR), mirror, 'must set spec.nodeName if mirror pod annotation is set');
  }
  const wanted = own(annotations, TOLERATIONS) ?? '';
  if (wanted !== '') yield* tolerations(at(field, TOLERATIONS), tolerationsIn(wanted));
  const cost = own(annotations, DELETION_COST);
  if (cost !== undefined && !isDeletionCost(cost)) {
    yield invalid(atKey(field, DELETION_COST), cost, 'must be a 32bit integer');
  }
  const pod = own(annotations, SECCOMP_POD);
  if (pod !== undefined) yield* seccompAnnotation(at(field, SECCOMP_POD), pod);
  for (const key of sortedKeys(annotations)) {
    const value = own(annotations, key) ?? '';
    if (key.startsWith(SECCOMP_CONTAINER)) yield* seccompAnnotation(at(field, key), value);
  }
  for (const key of sortedKeys(annotations)) {
    const value = own(annotations, key) ?? '';
    if (key.startsWith(APP_ARMOR)) yield* appArmorAnnotation(atKey(field, key), key, value, spec);
  }
}

function tolerationsIn(text: string): readonly V1Toleration[] {
  const value = parsed(text);
  return isArray(value) ? value.filter(isObject) : [];
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** A whole number within 32 bits, without a plus or needless zeros at its beginning. */
function isDeletionCost(text: string): boolean {
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) return false;
  const value = Number(text);
  return value >= -2147483648 && value <= 2147483647;
}

function* seccompAnnotation(field: string, profile: string): Errors {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return;
  if (profile.startsWith(LOCALHOST)) yield* descendingPath(field, profile.slice(LOCALHOST.length));
  else yield invalid(field, profile, 'must be a valid seccomp profile');
}

function* appArmorAnnotation(field: string, key: string, profile: string, spec: V1PodSpec): Errors {
  const name = key.slice(APP_ARMOR.length);
  const found = [...allContainers('', spec)].some(([container]) => container.name === name);
  if (!found) yield invalid(field, name, 'container not found');
  if (profile === '' || profile === 'runtime/default' || profile === 'unconfined') return;
  if (profile.startsWith(LOCALHOST)) return;
  yield invalid(field, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
}

/** An annotation and the field for the same must say the same. `field` is the path of the spec. */
export function* seccompAgreement(field: string, { annotations }: V1ObjectMeta, spec: V1PodSpec): Errors {
  const profile = spec.securityContext?.seccompProfile;
  yield* seccompAgrees(at(field, 'securityContext', 'seccompProfile'), own(annotations, SECCOMP_POD), profile);
  for (const [{ name, securityContext }, path] of allContainers(field, spec)) {
    const annotation = own(annotations, `${SECCOMP_CONTAINER}${name}`);
    yield* seccompAgrees(at(path, 'securityContext', 'seccompProfile'), annotation, securityContext?.seccompProfile);
  }
}

function* seccompAgrees(field: string, annotation: string | undefined, profile: V1SeccompProfile | undefined): Errors {
  if (annotation === undefined || profile === undefined) return;
  const defaults = ['runtime/default', 'docker/default'];
  yield* agrees(field, annotation, profile, defaults, 'seccomp');
}

export function* appArmorAgreement(field: string, { annotations }: V1ObjectMeta, spec: V1PodSpec): Errors {
  if (spec.os?.name === 'windows') return;
  for (const [{ name, securityContext }, path] of allContainers(field, spec)) {
    const annotation = own(annotations, `${APP_ARMOR}${name}`);
    const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    if (annotation === undefined || profile === undefined) continue;
    const here = at(path, 'securityContext', 'appArmorProfile');
    yield* agrees(here, annotation, profile, ['runtime/default'], 'apparmor');
  }
}

function* agrees(
  field: string,
  annotation: string,
  { type, localhostProfile }: V1SeccompProfile | V1AppArmorProfile,
  defaults: readonly string[],
  what: string,
): Errors {
  const otherType = forbiddenField(at(field, 'type'), `${what} type in annotation and field must match`);
  if (type === 'Unconfined' && annotation !== 'unconfined') yield otherType;
  if (type === 'RuntimeDefault' && !defaults.includes(annotation)) yield otherType;
  if (type !== 'Localhost') return;
  if (!annotation.startsWith(LOCALHOST)) yield otherType;
  else if (annotation.slice(LOCALHOST.length) !== localhostProfile) {
    yield forbiddenField(at(field, 'localhostProfile'), `${what} profile in annotation and field must match`);
  }
}

/** What may not change about these annotations once the pod is there. */
export function* podAnnotationUpdates(field: string, next: Annotations = {}, current: Annotations = {}): Errors {
  for (const key of sortedKeys(current)) {
    if (own(next, key) === own(current, key)) continue;
    if (key.startsWith(APP_ARMOR)) {
      yield forbiddenField(atKey(field, key), 'may not remove or update AppArmor annotations');
    }
    if (key === MIRROR) yield forbiddenField(atKey(field, key), 'may not remove or update mirror pod annotation');
  }
  for (const key of sortedKeys(next)) {
    if (own(current, key) !== undefined) continue;
    if (key.startsWith(APP_ARMOR)) yield forbiddenField(atKey(field, key), 'may not add AppArmor annotations');
    if (key === MIRROR) yield forbiddenField(atKey(field, key), 'may not add mirror pod annotation');
  }
}
