// Which handler a request gets: the paths and methods of each resource, as its verbs make them.

import type { Subresource as SchemaSubresource } from '../../schema/schema.ts';
import type { Registry, Served } from '../registry.ts';
import type { ResourceAddress } from './address.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What a request leads to: an endpoint, or what is wrong with its path or its method. */
export type Route =
  | {
      readonly kind: 'endpoint';
      readonly served: Served;
      readonly verb: Verb;
      readonly subresource: SchemaSubresource | undefined;
    }
  | { readonly kind: 'not found' | 'method not allowed' | 'not watchable' };

const NOT_FOUND: Route = { kind: 'not found' };
const NOT_ALLOWED: Route = { kind: 'method not allowed' };
const NOT_WATCHABLE: Route = { kind: 'not watchable' };

/** What each method does with a collection and with an object. */
const COLLECTION: ReadonlyMap<string, Verb> = new Map([
  ['GET', 'list'],
  ['POST', 'create'],
  ['DELETE', 'deletecollection'],
]);
const OBJECT: ReadonlyMap<string, Verb> = new Map([
  ['GET', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);
const SUBRESOURCE: ReadonlyMap<string, Verb> = new Map([...OBJECT, ['POST', 'create']]);

export function routeOf(method: string, address: ResourceAddress, registry: Registry): Route {
  const { target, verb } = address;
  const served = registry.find(target.group, target.version, target.resource);
  if (served === undefined) return NOT_FOUND;
  if (served.kind.answers !== undefined) return method === 'GET' ? listOf(served) : NOT_ALLOWED;
  const { namespaced } = served.type;
  const inNamespace = target.namespace !== undefined && target.resource !== 'namespaces';
  if (inNamespace && !namespaced) return NOT_FOUND;
  const everywhere = namespaced && !inNamespace;
  if (address.watchPath) return watchRoute(method, address, served, everywhere);
  if (target.name === undefined) {
    const methods = everywhere ? EVERYWHERE : COLLECTION;
    return endpoint(method, methods, served.names.verbs, served, undefined, verb === 'watch');
  }
  if (everywhere || target.name === '') return NOT_FOUND;
  if (target.subresource === undefined) return endpoint(method, OBJECT, served.names.verbs, served, undefined, false);
  const subresource = served.subresources.find(({ name }) => name === target.subresource);
  if (subresource === undefined || (address.rest !== '' && subresource.name !== 'proxy')) return NOT_FOUND;
  return endpoint(method, SUBRESOURCE, subresource.verbs, served, subresource, false);
}

function listOf(served: Served): Route {
  return { kind: 'endpoint', served, verb: 'list', subresource: undefined };
}

/** Collections over all namespaces can only be read. */
const EVERYWHERE: ReadonlyMap<string, Verb> = new Map([['GET', 'list']]);

function watchRoute(method: string, { target }: ResourceAddress, served: Served, everywhere: boolean): Route {
  if (!served.names.verbs.includes('watch') || target.subresource !== undefined) return NOT_FOUND;
  if (everywhere && target.name !== undefined) return NOT_FOUND;
  return method === 'GET' ? { kind: 'endpoint', served, verb: 'watch', subresource: undefined } : NOT_ALLOWED;
}

function endpoint(
  method: string,
  methods: ReadonlyMap<string, Verb>,
  verbs: readonly string[],
  served: Served,
  subresource: SchemaSubresource | undefined,
  watch: boolean,
): Route {
  const possible = [...methods.values()].filter((verb) => verbs.includes(verb));
  if (possible.length === 0) return NOT_FOUND;
  const verb = methods.get(method);
  if (verb === undefined || !possible.includes(verb)) return NOT_ALLOWED;
  if (watch && !verbs.includes('watch')) return NOT_WATCHABLE;
  return { kind: 'endpoint', served, verb: watch ? 'watch' : verb, subresource };
}
