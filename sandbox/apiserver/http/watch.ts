// Requests that watch: from which version, what is told at first, and how long.

import type { KubeObject } from '../../kube/meta.ts';
import type { WatchEvent } from '../../kube/operation.ts';
import { StatusError, type V1Status } from '../../kube/status.ts';
import { draws } from '../../time/chance.ts';
import type { ChannelId } from '../../time/channel.ts';
import { type DurationMs, durationMs, seconds } from '../../time/units.ts';
import { MIN_WATCH_MS } from '../kind.ts';
import { MEDIA_TYPES, negotiate, notAcceptable, notAcceptableStream } from './accept.ts';
import { commonHeaders, offerOf } from './exchange.ts';
import { formOf } from './forms.ts';
import type { HttpResponse } from './message.ts';
import { checkListOptions, type ListParameters, readListOptions, withListDefaults } from './parameters.ts';
import type { ResourceRequest } from './resources.ts';
import { bookmarkOf, type Streams } from './streams.ts';

export function serveWatch(request: ResourceRequest, streams: Streams, seed: number): HttpResponse {
  const { exchange, endpoint, server } = request;
  const media = negotiate(exchange.request.headers, exchange.query, offerOf(endpoint.served));
  if (media === undefined) throw notAcceptable();
  const given = readListOptions(exchange.query);
  const options = withListDefaults({ ...given, watch: true });
  checkListOptions(options);
  const form = formOf(media.convert, exchange.query);
  const { format } = media;
  if (format === 'yaml') throw notAcceptableStream();
  const { name, ...collection } = request.target;
  const selected = name === undefined ? options : { ...options, fieldSelector: `metadata.name=${name}` };
  const begin = beginning(request, selected);
  const from = { ...selected, resourceVersion: begin.resourceVersion };
  const open = (): ChannelId =>
    streams.start({
      target: collection,
      format,
      form,
      bookmarks: options.allowWatchBookmarks === true,
      fieldSelector: selected.fieldSelector ?? '',
      initial: begin.initial,
      timeout: timeoutOf(options, seed, exchange.age),
      open: (wake) => server.watchFrom(collection, from, exchange.caller, wake),
    });
  const type = format === 'json' ? MEDIA_TYPES.json : `${MEDIA_TYPES.protobuf};stream=watch`;
  return {
    status: 200,
    headers: { ...commonHeaders(exchange.warnings), 'content-type': [type] },
    body: { channel: orRefusal(open, (status) => streams.refuse(format, status)) },
  };
}

/** That a version is too old is told in the stream; everything else before it. */
function orRefusal(open: () => ChannelId, refuse: (status: V1Status) => ChannelId): ChannelId {
  try {
    return open();
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 410) return refuse(error.status);
    throw error;
  }
}

/** What is there at first, and from where the changes are told. */
function beginning(
  { target, server }: ResourceRequest,
  options: ListParameters,
): { readonly initial: readonly WatchEvent[]; readonly resourceVersion: string } {
  const { resourceVersion = '', sendInitialEvents, labelSelector, fieldSelector } = options;
  if (sendInitialEvents !== true) return { initial: [], resourceVersion };
  const selectors = {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
  const { name: _, ...collection } = target;
  const listed = server.listNow(collection, selectors);
  const revision = listed.metadata?.resourceVersion ?? '';
  const initial = listed.items.map((object): WatchEvent => ({ type: 'ADDED', object, revision: 0 }));
  if (options.allowWatchBookmarks !== true) return { initial, resourceVersion: revision };
  const end = endOfInitial(bookmarkOf(collection, server.registry, Number(revision)));
  return { initial: [...initial, { type: 'BOOKMARK', object: end, revision: 0 }], resourceVersion: revision };
}

function endOfInitial(bookmark: KubeObject): KubeObject {
  return {
    ...bookmark,
    metadata: { ...bookmark.metadata, annotations: { 'k8s.io/initial-events-end': 'true' } },
  };
}

/** Without a timeout of its own a watch ends after a random time, so that not all come back at once. */
function timeoutOf({ timeoutSeconds = 0 }: ListParameters, seed: number, age: DurationMs): DurationMs {
  if (timeoutSeconds > 0) return seconds(timeoutSeconds);
  return durationMs(MIN_WATCH_MS * (1 + draws(seed, 'watch timeout', String(age)).fraction(0)));
}
