// Resources while a kustomization is built: the object, and what it was called on the way.

import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { textAt } from './paths.ts';

export interface Resource {
  readonly object: JsonObject;
  /** All names that it had before, the first one first. References to any of them mean it. */
  readonly names: readonly string[];
  /** Its name ends in a hash of what it holds. */
  readonly hashed: boolean;
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

/** `Deployment.v1.apps/web.[noNs]` */
export function idText(resource: Resource): string {
  const { group, version, kind } = gvkOf(resource);
  const type = [kind, version || '[noVer]', group || '[noGrp]'].join('.');
  const name = nameOf(resource) || '[noName]';
  return `${type}/${name}.${textAt(resource.object, 'metadata/namespace') || '[noNs]'}`;
}

export function withObject(resource: Resource, object: JsonObject): Resource {
  const before = nameOf(resource);
  const names = textAt(object, 'metadata/name') === before ? resource.names : [...resource.names, before];
  return { ...resource, object, names };
}
