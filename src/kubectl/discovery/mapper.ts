// From what people type (`po`, `deploy.apps`, `Pod`) and what manifests hold to the collections of the server.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { apiVersion, type GroupVersionKind, parseApiVersion } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { NoResourceMatchError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Discovery } from './cache.ts';
import { buildIndex, type Index, type Mapping } from './mapping.ts';
import { expandShortcut, type PartialResource } from './shortcuts.ts';
import type { Served } from './types.ts';

export interface Mapper {
  /** The kind that a resource's name, singular or short name stands for. Throws a NoResourceMatchError. */
  kindFor(resource: PartialResource): Blocking<GroupVersionKind>;
  /** The collection that a name stands for, in the version that is preferred. Throws a NoResourceMatchError. */
  resourceFor(resource: PartialResource): Blocking<Mapping>;
  /** The collection of a kind; in any version when none is given. Throws a NoKindMatchError. */
  mapping(kind: { readonly group: string; readonly kind: string }, version: string): Blocking<Mapping>;
  /** Resources of a category such as `all`; undefined when there is no such category. */
  category(name: string): Blocking<readonly { readonly group: string; readonly resource: string }[] | undefined>;
  served(): Blocking<Served>;
}

/** No collection of the server holds objects of a kind. */
export class NoKindMatchError extends Error {
  constructor(group: string, kind: string, version: string) {
    const where = version === '' ? `group ${quote(group)}` : `version ${quote(apiVersion({ group, version }))}`;
    super(`no matches for kind ${quote(kind)} in ${where}`);
    this.name = 'NoKindMatchError';
  }
}

export function createMapper(discovery: Discovery, log: Log, warn: (text: string) => Blocking<void>): Mapper {
  let known: Served | undefined;
  let index: Index | undefined;

  function* served(): Blocking<Served> {
    known ??= yield* discovery.served();
    return known;
  }

  function* indexed(): Blocking<Index> {
    index ??= buildIndex(yield* served());
    return index;
  }

  /** What was cached may be out of date: a search without result is tried again with what the server says now. */
  function* search<T>(find: (index: Index) => T | undefined): Blocking<T | undefined> {
    const found = find(yield* indexed());
    if (found !== undefined || discovery.fresh()) return found;
    yield* log.info(5, 'discovery.go:214', 'Invalidating discovery information');
    discovery.invalidate();
    known = undefined;
    index = undefined;
    return yield* search(find);
  }

  function* expanded(resource: PartialResource): Blocking<PartialResource> {
    const all = yield* attempt(served);
    if (all === undefined) return resource;
    const { expansion, warnings } = expandShortcut(all, resource);
    for (const warning of warnings) yield* warn(warning);
    return expansion;
  }

  function* find(resource: PartialResource): Blocking<Mapping> {
    const first = yield* expanded(resource);
    if (first.resource === '') {
      throw new Error(`a resource must be present, got: ${first.group}/${first.version}, Resource=`);
    }
    const found = (yield* search((index) => index.byResource(first))) ?? (yield* searchAgain(resource));
    if (found === undefined) throw noResourceMatch(first);
    return found;
  }

  /** A short name may have become known in the meantime. */
  function* searchAgain(resource: PartialResource): Blocking<Mapping | undefined> {
    const second = yield* expanded(resource);
    return yield* search((index) => index.byResource(second));
  }

  return {
    *kindFor(resource) {
      const { group, version, kind } = yield* find(resource);
      return { group, version, kind };
    },
    resourceFor: find,
    *mapping({ group, kind }, version) {
      const found = yield* search((index) => index.byKind(group, kind, version));
      if (found === undefined) throw new NoKindMatchError(group, kind, version);
      return found;
    },
    *category(name) {
      const { resources } = (yield* attempt(served)) ?? { resources: [] };
      const members = resources.flatMap((list) => {
        const { group } = parseApiVersion(list.groupVersion);
        const inCategory = list.resources.filter((resource) => resource.categories?.includes(name));
        return inCategory.map((resource) => ({ group, resource: resource.name }));
      });
      return members.length === 0 ? undefined : members;
    },
    served,
  };
}

function* attempt<T>(what: () => Blocking<T>): Blocking<T | undefined> {
  try {
    return yield* what();
  } catch {
    return undefined;
  }
}

function noResourceMatch({ group, version, resource }: PartialResource): NoResourceMatchError {
  const places = [
    ...(group === '' ? [] : [`in group ${quote(group)}`]),
    ...(version === '' ? [] : [`${group === '' ? 'in' : 'and'} version ${quote(version)}`]),
  ];
  const where = places.length === 0 ? '' : ` ${places.join(' ')}`;
  return new NoResourceMatchError(`the server doesn't have a resource type ${quote(resource)}${where}`);
}
