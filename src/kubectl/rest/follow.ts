// Following objects until something is so, as client-go's reflectors do: what is there first, then every change, and a
// new watch whenever one ends.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { StatusError } from '../../../sandbox/kube/status.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { durationMs, type TimeMs } from '../../../sandbox/time/units.ts';
import { ConnectionError } from '../errors.ts';
import { metaText } from '../resource/info.ts';
import { type Collection, collectionPath } from '../resource/paths.ts';
import { ACCEPT_TYPED, type RestClient, type RestRequest } from './client.ts';
import type { Query } from './url.ts';
import { type WatchEnd, type WatchEvent, watchEvents } from './watch.ts';

export interface Followed {
  readonly collection: Collection;
  readonly namespace: string;
  /** As a field selector; empty for all objects. */
  readonly fieldSelector: string;
  /** As typed clients do: in protobuf, and with an end that they wait for themselves. */
  readonly typed?: boolean;
}

export interface Follower {
  /** What there is when following begins. True: no more is needed. */
  synced(objects: readonly JsonObject[]): Blocking<boolean>;
  /** Each change; what was there in the beginning counts as added. True: no more is needed. */
  changed(event: WatchEvent): Blocking<boolean>;
}

const MIN_WATCH_SECONDS = 300;
const RETRY_MS = 1000;

/** Follows until the follower needs no more, or it is `deadline`. Answers whether it came so far. */
export function* follow(
  sys: Sys,
  client: RestClient,
  followed: Followed,
  follower: Follower,
  deadline?: TimeMs,
): Blocking<boolean> {
  let version: string | undefined;
  let synced = false;
  const initial: WatchEvent[] = [];

  function* onEvent(event: WatchEvent): Blocking<boolean> {
    if (event.type === 'ERROR') return yield* failed(event);
    version = metaText(event.object, 'resourceVersion');
    if (event.type !== 'BOOKMARK') {
      if (synced) return yield* follower.changed(event);
      initial.push(event);
      return false;
    }
    if (synced || !endsInitial(event.object)) return false;
    synced = true;
    if (yield* follower.synced(initial.map(({ object }) => object))) return true;
    for (const each of initial) if (yield* follower.changed(each)) return true;
    return false;
  }

  /** A watch that can't go on where it ended begins anew. */
  function* failed(event: WatchEvent): Blocking<boolean> {
    if (event.object['code'] === 410 || event.object['reason'] === 'Expired') version = undefined;
    return synced ? yield* follower.changed(event) : false;
  }

  for (;;) {
    const ended = yield* watchOnce(sys, client, requestFor(sys, followed, version), onEvent, deadline);
    if (ended !== 'ended') return ended === 'done';
  }
}

/** A server that can't be reached for a while is tried again. */
function* watchOnce(
  sys: Sys,
  client: RestClient,
  request: RestRequest,
  each: (event: WatchEvent) => Blocking<boolean>,
  deadline: TimeMs | undefined,
): Blocking<WatchEnd> {
  try {
    return yield* watchEvents(sys, client, request, each, deadline);
  } catch (error) {
    const again = error instanceof ConnectionError || (error instanceof StatusError && error.status.code === 429);
    if (!again) throw error;
  }
  if (deadline !== undefined && sys.now() >= deadline) return 'late';
  yield* sys.sleep(durationMs(RETRY_MS));
  return 'ended';
}

function requestFor(
  sys: Sys,
  { collection, namespace, fieldSelector, typed = false }: Followed,
  version: string | undefined,
): RestRequest {
  const start: Query =
    version === undefined
      ? [
          ['resourceVersionMatch', 'NotOlderThan'],
          ['sendInitialEvents', 'true'],
        ]
      : [['resourceVersion', version]];
  const seconds = MIN_WATCH_SECONDS + sys.random(MIN_WATCH_SECONDS);
  return {
    method: 'GET',
    path: collectionPath(collection, namespace),
    query: [
      ['allowWatchBookmarks', 'true'],
      ...(fieldSelector === '' ? [] : [['fieldSelector', fieldSelector] as const]),
      ...start,
      ['timeoutSeconds', String(seconds)],
      ['watch', 'true'],
    ],
    ...(typed ? { source: 'type.go:201', accept: ACCEPT_TYPED, timeout: seconds * 1000 } : { source: 'simple.go:270' }),
    subject: { group: collection.group, resource: collection.resource, name: '' },
  };
}

function endsInitial(bookmark: JsonObject): boolean {
  const { metadata } = bookmark;
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  return isObject(annotations) && annotations['k8s.io/initial-events-end'] === 'true';
}
