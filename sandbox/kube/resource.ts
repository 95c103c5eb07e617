// How things of the API are named: group, version, kind; group, version, resource.

import type { KubeObject } from './meta.ts';

/** A kind with its group and version; the core group is the empty string. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A collection of the API as a client needs to know it. The type parameter is the shape of its objects. */
export interface ResourceType<T extends KubeObject = KubeObject> extends GroupVersionKind {
  /** The plural in paths: `pods`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Never set: it carries the type only. */
  readonly shape?: T;
}

/** `v1`, `apps/v1`. */
export function apiVersion({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Splits `apps/v1` or `v1`. */
export function parseApiVersion(text: string): { readonly group: string; readonly version: string } {
  const slash = text.indexOf('/');
  return slash < 0 ? { group: '', version: text } : { group: text.slice(0, slash), version: text.slice(slash + 1) };
}

/** `deployments.apps`, `pods`: a collection without its version, as messages and RBAC write it. */
export function groupResource({ group, resource }: { readonly group: string; readonly resource: string }): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** `Deployment.apps`, `Pod`: a kind without its version, as messages write it. */
export function groupKind({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}
