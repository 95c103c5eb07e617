// Asking the server what it serves, at most once until somebody says that the answer is out of date.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { type Log, logPair } from '../log.ts';
import type { RestClient } from '../rest/client.ts';
import { isNotFound } from '../rest/status.ts';
import { parseJson } from '../text/json.ts';
import { decodeAggregated, decodeGroups, decodeLegacyCore, decodeResources } from './decode.ts';
import type { ApiGroup, ApiResource, ApiResourceList } from './types.ts';

export interface LiveDiscovery {
  groups(): Blocking<readonly ApiGroup[]>;
  resources(groupVersion: string): Blocking<ApiResourceList>;
  forget(): void;
}

interface Known {
  readonly groups: readonly ApiGroup[];
  readonly resources: Map<string, readonly ApiResource[] | Error>;
}

interface Download {
  readonly groups: readonly ApiGroup[];
  /** Undefined when the server does not aggregate. */
  readonly resources: ReadonlyMap<string, readonly ApiResource[] | Error> | undefined;
}

const AGGREGATED = ['v2', 'v2beta1'].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
);
const ACCEPT = [...AGGREGATED, 'application/json'].join(',');

/** How long discovery waits for an answer unless --request-timeout says otherwise. */
const DISCOVERY_TIMEOUT = 32_000;

interface LiveOptions {
  /** Holds where the configuration has none; 0 for none at all. */
  readonly timeout?: number;
  /** Failures are the caller's to tell. */
  readonly silent?: boolean;
}

export function createLiveDiscovery(
  client: RestClient,
  log: Log,
  { timeout = DISCOVERY_TIMEOUT, silent = false }: LiveOptions = {},
): LiveDiscovery {
  let known: Known | undefined;

  function* refresh(): Blocking<Known> {
    if (known !== undefined) return known;
    let found: Download;
    try {
      found = yield* download(client, timeout);
    } catch (error) {
      if (!silent) yield* handle(log, `couldn't get current server API group list: ${asError(error).message}`);
      throw error;
    }
    const resources = new Map(found.resources ?? (yield* downloadEach(client, log, found.groups, timeout)));
    known = { groups: found.groups, resources };
    return known;
  }

  return {
    *groups() {
      return (yield* refresh()).groups;
    },
    *resources(groupVersion) {
      const { resources } = yield* refresh();
      const found = resources.get(groupVersion);
      if (found === undefined) throw new Error('not found');
      if (found instanceof Error) throw found;
      return { groupVersion, resources: found };
    },
    forget() {
      known = undefined;
    },
  };
}

/** Core first, then the other groups. Resources count only when both answers have them. */
function* download(client: RestClient, timeout: number): Blocking<Download> {
  const core = yield* downloadCore(client, timeout);
  const others = yield* downloadFrom(client, '/apis', timeout, decodeGroups, 'discovery_client.go:318');
  const both = core.resources !== undefined && others.resources !== undefined;
  return {
    groups: [...core.groups, ...others.groups],
    resources: both ? new Map([...(core.resources ?? []), ...(others.resources ?? [])]) : undefined,
  };
}

/** An aggregated API server has no core group. */
function* downloadCore(client: RestClient, timeout: number): Blocking<Download> {
  try {
    return yield* downloadFrom(client, '/api', timeout, decodeLegacyCore, 'discovery_client.go:255');
  } catch (error) {
    if (isNotFound(error)) return { groups: [], resources: new Map() };
    throw error;
  }
}

function* downloadFrom(
  client: RestClient,
  path: string,
  timeout: number,
  legacy: (document: JsonObject) => readonly ApiGroup[],
  source: string,
): Blocking<Download> {
  const reply = yield* client.sendRaw({ ...discoveryRequest(client, path, timeout), accept: ACCEPT, source });
  const document = parseJson(reply.body);
  if (!isObject(document)) throw new Error('the server answered something that is no object');
  if (!/as=APIGroupDiscoveryList/.test(reply.contentType)) return { groups: legacy(document), resources: undefined };
  return decodeAggregated(document);
}

function* downloadEach(
  client: RestClient,
  log: Log,
  groups: readonly ApiGroup[],
  timeout: number,
): Blocking<ReadonlyMap<string, readonly ApiResource[] | Error>> {
  const found = new Map<string, readonly ApiResource[] | Error>();
  for (const { groupVersion } of groups.flatMap((group) => group.versions)) {
    const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
    try {
      const list = decodeResources(yield* client.object(discoveryRequest(client, path, timeout)));
      found.set(groupVersion, list.resources);
      if (list.resources.length === 0) {
        found.set(groupVersion, new Error(`received empty response for: ${groupVersion}`));
      }
    } catch (error) {
      found.set(groupVersion, asError(error));
      yield* handle(log, `couldn't get resource list for ${groupVersion}: ${asError(error).message}`);
    }
  }
  return found;
}

export function discoveryRequest(
  client: RestClient,
  path: string,
  timeout = DISCOVERY_TIMEOUT,
): { readonly method: string; readonly path: string; readonly timeout: number } {
  return { method: 'GET', path, timeout: client.config.timeout || timeout };
}

function* handle(log: Log, message: string): Blocking<void> {
  yield* log.error('memcache.go:265', `"Unhandled Error" ${logPair('err', message)}`);
}
