// Where collections and objects lie below the server's address.

import { pathSegmentProblem } from '../rest/url.ts';

/** A collection as far as its place needs it. */
export interface Collection {
  readonly group: string;
  readonly version: string;
  /** The plural. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** `/api/v1/namespaces/default/pods`; without a namespace all of them. */
export function collectionPath(mapping: Collection, namespace: string): string {
  const { group, version, resource } = mapping;
  const root = ['', ...(group === '' ? ['api'] : ['apis', group]), ...(version === '' ? [] : [version])].join('/');
  const scope = mapping.namespaced && namespace !== '' ? `/namespaces/${checked(namespace)}` : '';
  return `${root}${scope}/${resource}`;
}

/** One object, or a subresource of it. Throws when the name can't be part of a path. */
export function objectPath(mapping: Collection, namespace: string, name: string, subresource = ''): string {
  if (mapping.namespaced && namespace === '') {
    throw new Error('an empty namespace may not be set when a resource name is provided');
  }
  const path = `${collectionPath(mapping, namespace)}/${checked(name)}`;
  return subresource === '' ? path : `${path}/${subresource}`;
}

/** `apps/v1, Resource=deployments`, as messages of client-go have it. */
export function resourceText({ group, version, resource }: Collection): string {
  return `${group}/${version}, Resource=${resource}`;
}

function checked(name: string): string {
  const problem = pathSegmentProblem(name);
  if (problem !== undefined) throw new Error(problem);
  return name;
}
