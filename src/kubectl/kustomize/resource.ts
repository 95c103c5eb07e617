// Resources while a kustomization is built: the object, and what it was called on the way.

import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { textAt } from './paths.ts';

export interface Resource {
  readonly object: JsonObject;
  /** All names that it had before, the first one first. References to any of them mean it. */
  readonly names: readonly string[];
  /** Its name ends in a hash of what it holds. */
  readonly hashed: boolean;
  /** Names of the variables that mean it. */
  readonly variables?: readonly string[];
}

export function kindOf({ object }: Resource): string {
  return textAt(object, 'kind');
}

export function nameOf({ object }: Resource): string {
  return textAt(object, 'metadata/name');
}

export function isCalled(resource: Resource, name: string): boolean {
  return nameOf(resource) === name || resource.names.includes(name);
}

export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function gvkOf({ object }: Resource): Gvk {
  const words = textAt(object, 'apiVersion').split('/');
  const [group = '', version = ''] = words.length > 1 ? words : ['', ...words];
  return { group, version, kind: textAt(object, 'kind') };
}

interface ResourceId extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

/** `Deployment.v1.apps/web.[noNs]` */
export function idText(resource: Resource): string {
  const name = nameOf(resource);
  const id = idOf({ ...gvkOf(resource), name, namespace: textAt(resource.object, 'metadata/namespace') });
  return kindOf(resource) === '' ? id.replace('[noKind]', '') : id;
}

export function idOf({ group, version, kind, name, namespace }: ResourceId): string {
  const type = [kind || '[noKind]', version || '[noVer]', group || '[noGrp]'].join('.');
  return `${type}/${name || '[noName]'}.${namespace || '[noNs]'}`;
}

export function withObject(resource: Resource, object: JsonObject): Resource {
  const before = nameOf(resource);
  const names = textAt(object, 'metadata/name') === before ? resource.names : [...resource.names, before];
  return { ...resource, object, names };
}
