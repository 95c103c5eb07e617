// Where pod specs lie in objects of built-in kinds, and how they and their containers are changed.

import { isArray, isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { type Info, kindOf, objectOf } from '../../resource/info.ts';

const TEMPLATE = ['spec', 'template', 'spec'];

const PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', ['spec']],
  ['CronJob.batch', ['spec', 'jobTemplate', ...TEMPLATE]],
  ...[
    'ReplicationController',
    'Deployment.apps',
    'DaemonSet.apps',
    'ReplicaSet.apps',
    'StatefulSet.apps',
    'Job.batch',
  ].map((kind) => [kind, TEMPLATE] as const),
]);

export type Change = (spec: JsonObject) => JsonObject;

export function hasPodSpec(info: Info): boolean {
  return pathOf(info) !== undefined;
}

function pathOf(info: Info): readonly string[] | undefined {
  const { group, kind } = kindOf(info);
  return PATHS.get(group === '' ? kind : `${kind}.${group}`);
}

/** The object with its pod spec changed. Throws for one that has none. */
export function withPodSpec(info: Info, change: Change): JsonObject {
  const { version, kind } = kindOf(info);
  const path = pathOf(info);
  if (path === undefined) {
    throw new Error(`the object is not a pod or does not have a pod template: *${version}.${kind}`);
  }
  return changedAt(objectOf(info), path, change);
}

function changedAt(object: JsonObject, [key, ...rest]: readonly string[], change: Change): JsonObject {
  if (key === undefined) return change(object);
  const child = object[key];
  return { ...object, [key]: changedAt(isObject(child) ? child : {}, rest, change) };
}

/** The names of a pod spec's containers; those that begin first are named last. */
export function containersIn(spec: JsonObject): readonly JsonObject[] {
  return [...listOf(spec, 'containers'), ...listOf(spec, 'initContainers')];
}

function listOf(spec: JsonObject, field: string): readonly JsonObject[] {
  const value = spec[field];
  return isArray(value) ? value.filter(isObject) : [];
}

/** Changes those containers, also the ones that begin first, that are wanted. */
export function withContainers(
  spec: JsonObject,
  wanted: (container: JsonObject) => boolean,
  change: (container: JsonObject) => JsonObject,
): JsonObject {
  const changed = (field: string): JsonObject => {
    const containers = listOf(spec, field);
    if (containers.length === 0) return {};
    return { [field]: containers.map((container) => (wanted(container) ? change(container) : container)) };
  };
  return { ...spec, ...changed('initContainers'), ...changed('containers') };
}

/** Whether a name is meant by a word that may have stars in it. */
export function matchesName(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.includes('*')) return name === pattern;
  const parts = pattern.split('*');
  let at = 0;
  return parts.every((part, i) => {
    if (part === '') return true;
    const next = name.slice(at).indexOf(part);
    if (next < at || (i === 0 && at !== 0)) return false;
    if (i === parts.length - 1 && name.length !== part.length + next) return false;
    at = next;
    return true;
  });
}
