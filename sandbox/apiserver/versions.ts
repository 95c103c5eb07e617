// Conversion between the version that a request speaks and the one that is stored.

import type { KubeObject } from '../kube/meta.ts';
import { apiVersion } from '../kube/resource.ts';
import type { Served } from './registry.ts';

/** An object in the version that the request addressed. */
export function fromStored({ version, type, custom, conversion }: Served, object: KubeObject): KubeObject {
  if (version === undefined) return custom && conversion === undefined ? named(object, type) : object;
  return { ...version.fromStored(object), apiVersion: apiVersion(type), kind: type.kind };
}

/** An object in the version that is stored. */
export function toStored({ version, kind }: Served, object: KubeObject): KubeObject {
  if (version === undefined) return object;
  const defaulted = version.defaults === undefined ? object : version.defaults(object);
  return { ...version.toStored(defaulted), apiVersion: apiVersion(kind.type), kind: kind.type.kind };
}

/** An object of a request in the stored version, with defaults. `current`: what is stored already. */
export function defaulted(served: Served, object: KubeObject, current?: KubeObject): KubeObject {
  const stored = toStored(served, object);
  return served.kind.strategy.defaults?.(stored, current) ?? stored;
}

/** What was stored when another version was the one that is stored. */
function named(object: KubeObject, type: Served['type']): KubeObject {
  const version = apiVersion(type);
  return object.apiVersion === version ? object : { ...object, apiVersion: version };
}
