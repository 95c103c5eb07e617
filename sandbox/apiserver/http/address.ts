// What a request is about, read from its path and method alone: a part of the API, or some other path of the server.
// Authorization judges by this, whether or not there is such a resource.

import type { Target } from '../../kube/operation.ts';
import { firstOf, type Query } from './query.ts';

export interface ResourceAddress {
  readonly kind: 'resource';
  /** As authorization names it: `get`, `list`, `watch`, `create`, ...; empty for methods that nobody knows. */
  readonly verb: string;
  readonly target: Target;
  /** The path was `.../watch/...`, the old way to watch. */
  readonly watchPath: boolean;
  /** What stands behind the subresource, with its slash: the path within a proxy. */
  readonly rest: string;
  /** How many parts stand behind the version; more than a resource can have means that there is no such thing. */
  readonly parts: readonly string[];
}

export type Address =
  | ResourceAddress
  | { readonly kind: 'path'; readonly verb: string }
  /** It begins as the path of a resource and ends in nothing. */
  | { readonly kind: 'broken' };

const METHOD_VERBS: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);

/** What stands behind a namespace's name and is a part of the namespace itself. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

export function addressOf(method: string, path: string, query: Query): Address {
  const parts = partsOf(path);
  const found = groupVersionAt(parts);
  if (found === undefined) return { kind: 'path', verb: method.toLowerCase() };
  const [first, ...others] = found.rest;
  if (first !== 'watch') return resourceAddress(found, METHOD_VERBS.get(method) ?? '', found.rest, path, query);
  if (others.length === 0) return { kind: 'broken' };
  return { ...resourceAddress(found, 'watch', others, path, query), verb: 'watch', watchPath: true };
}

/** The parts of a path; those between two slashes may be empty. */
export function partsOf(path: string): readonly string[] {
  const trimmed = path.replace(/^\/+/, '').replace(/\/+$/, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
  /** At least one part. */
  readonly rest: readonly string[];
}

function groupVersionAt(parts: readonly string[]): GroupVersion | undefined {
  const [prefix, ...behind] = parts;
  if (prefix === 'api' && behind.length > 1) return { group: '', version: behind[0] ?? '', rest: behind.slice(1) };
  if (prefix === 'apis' && behind.length > 2) {
    return { group: behind[0] ?? '', version: behind[1] ?? '', rest: behind.slice(2) };
  }
  return undefined;
}

function resourceAddress(
  { group, version }: GroupVersion,
  verb: string,
  parts: readonly string[],
  path: string,
  query: Query,
): ResourceAddress {
  const [first, namespace, third] = parts;
  const inNamespace = first === 'namespaces' && third !== undefined && !NAMESPACE_SUBRESOURCES.has(third);
  const [resource = '', name, subresource, ...rest] = inNamespace ? parts.slice(2) : parts;
  const space = first === 'namespaces' ? namespace : undefined;
  const slash = rest.length > 0 && path.endsWith('/') ? '/' : '';
  return {
    kind: 'resource',
    verb: collectionVerb(verb, name, query),
    target: {
      group,
      version,
      resource,
      ...(space === undefined ? {} : { namespace: space }),
      ...(name === undefined ? {} : { name }),
      ...(subresource === undefined ? {} : { subresource }),
    },
    watchPath: false,
    rest: rest.length > 0 ? `/${rest.join('/')}${slash}` : subresource !== undefined && path.endsWith('/') ? '/' : '',
    parts,
  };
}

function collectionVerb(verb: string, name: string | undefined, query: Query): string {
  if (name !== undefined && name !== '') return verb;
  if (verb === 'delete') return 'deletecollection';
  if (verb !== 'get') return verb;
  const watch = firstOf(query, 'watch');
  return watch === undefined || watch === '0' || watch.toLowerCase() === 'false' ? 'list' : 'watch';
}
