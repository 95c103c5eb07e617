// Discovery with a memory: what the server said lies in files under ~/.kube/cache/discovery for six hours.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { lazyFor } from '../../../sandbox/kube/lazy.ts';
import { type Blocking, type Bytes, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { decodeText, FileError, makeFolders, readFile, writeFile } from '../files.ts';
import { parseJson } from '../text/json.ts';
import { directoryOf, joinPath } from '../text/path.ts';
import { decodeGroups, decodeResources, encodeGroups, encodeResources } from './decode.ts';
import type { LiveDiscovery } from './live.ts';
import type { ApiGroup, ApiResourceList, Served } from './types.ts';

export interface Discovery {
  groups(): Blocking<readonly ApiGroup[]>;
  resources(groupVersion: string): Blocking<ApiResourceList>;
  /** All that is served. Throws when the groups can't be told. */
  served(): Blocking<Served>;
  /** Whether everything that was used came from the server by this process. */
  fresh(): boolean;
  /** From now on only what the server says anew counts. */
  invalidate(): void;
}

const TTL_MS = 6 * 3600 * 1000;

export function createDiscovery(sys: Sys, live: LiveDiscovery, folder: string): Discovery {
  const ours = new Set<string>();
  let invalidated = false;
  let fresh = true;

  function* cached<T>(
    path: string,
    decode: (bytes: Bytes) => { readonly value: T | undefined },
  ): Blocking<T | undefined> {
    if (invalidated && !ours.has(path)) return undefined;
    try {
      if (sys.now() > sys.stat(path).modified + TTL_MS) return undefined;
      const { value } = decode(yield* readFile(sys, path));
      fresh = fresh && ours.has(path);
      return value;
    } catch (error) {
      if (error instanceof SysError || error instanceof FileError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  function* groups(): Blocking<readonly ApiGroup[]> {
    const path = joinPath(folder, 'servergroups.json');
    const known = yield* cached(path, groupsIn);
    if (known !== undefined) return known;
    const found = yield* live.groups();
    if (found.length > 0) yield* store(sys, path, encodeGroups(found), ours);
    return found;
  }

  function* resources(groupVersion: string): Blocking<ApiResourceList> {
    const path = joinPath(folder, groupVersion, 'serverresources.json');
    const known = yield* cached(path, resourcesIn);
    if (known !== undefined) return known;
    const found = yield* live.resources(groupVersion);
    if (found.resources.length > 0) yield* store(sys, path, encodeResources(found), ours);
    return found;
  }

  return {
    groups,
    resources,
    *served() {
      const found = yield* groups();
      const lists: ApiResourceList[] = [];
      const failed = new Map<string, Error>();
      for (const { groupVersion } of found.flatMap((group) => group.versions)) {
        try {
          lists.push(yield* resources(groupVersion));
        } catch (error) {
          failed.set(groupVersion, asError(error));
        }
      }
      return { groups: found, resources: lists, failed };
    },
    fresh: () => fresh,
    invalidate() {
      ours.clear();
      fresh = true;
      invalidated = true;
      live.forget();
    },
  };
}

/** The folder for one server: its address without the scheme, with anything unusual as an underscore. */
export function discoveryFolder(cacheFolder: string, host: string): string {
  const schemeless = host.replace('https://', '').replace('http://', '');
  return joinPath(cacheFolder, 'discovery', schemeless.replaceAll(/[^(\w/.)]/g, '_'));
}

/** Every command reads all files; as long as nobody writes them anew, they are the same bytes, and mean the same. */
const groupsIn = lazyFor((bytes: Bytes) => decoded(bytes, decodeGroups));
const resourcesIn = lazyFor((bytes: Bytes) => decoded(bytes, decodeResources));

function decoded<T>(bytes: Bytes, decode: (document: JsonObject) => T): { readonly value: T | undefined } {
  const document = parseJson(decodeText(bytes));
  return { value: isObject(document) ? decode(document) : undefined };
}

/** A cache that can't be written is no reason to fail. */
function* store(sys: Sys, path: string, content: string, ours: Set<string>): Blocking<void> {
  const temporary = `${path}.${sys.random(2 ** 31)}`;
  try {
    makeFolders(sys, directoryOf(path), 0o750);
    yield* writeFile(sys, temporary, content, 0o660);
    sys.chmod(temporary, 0o660);
    sys.rename(temporary, path);
    ours.add(path);
  } catch (error) {
    if (!(error instanceof SysError) && !(error instanceof FileError)) throw error;
  }
}
