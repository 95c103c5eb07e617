// Watch streams: events of a watch become lines of JSON or frames of protobuf on a channel, with bookmarks, an end, and
// a limit to what a slow reader leaves unread. All of a stream's state is plain data.

import type { KubeObject } from '../../kube/meta.ts';
import type { Target, WatchEvent } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { failure, type V1Status } from '../../kube/status.ts';
import { encodeJson } from '../../schema/encode/json.ts';
import { encodeProtobuf, watchFrame } from '../../schema/protobuf/envelope.ts';
import type { ChannelId, Channels } from '../../time/channel.ts';
import type { Loop, Work } from '../../time/loop.ts';
import { type DurationMs, minutes } from '../../time/units.ts';
import type { Registry, Served } from '../registry.ts';
import { compileSelection } from '../selection.ts';
import { fromStored } from '../versions.ts';
import { leaving, type Watches, type WatchId } from '../watches.ts';
import { kindOf } from './encode.ts';
import { type DescribeColumn, eventInForm, type Form } from './forms.ts';

type StreamId = number & { readonly unit: 'stream' };

export interface StreamsState {
  next: number;
  readonly open: Map<StreamId, Stream>;
}

interface Stream {
  readonly channel: ChannelId;
  readonly target: Target;
  readonly format: 'json' | 'protobuf';
  readonly form: Form | undefined;
  readonly bookmarks: boolean;
  readonly fieldSelector: string;
  watch: WatchId | undefined;
  /** No event was written yet: a table's columns come with the first. */
  first: boolean;
  /** A webhook converts events: those behind them wait. */
  converting: boolean;
}

export function newStreamsState(): StreamsState {
  return { next: 1, open: new Map() };
}

interface StreamRequest {
  readonly target: Target;
  readonly format: 'json' | 'protobuf';
  readonly form: Form | undefined;
  readonly bookmarks: boolean;
  readonly fieldSelector: string;
  /** What is told before the watch begins. */
  readonly initial: readonly WatchEvent[];
  readonly timeout: DurationMs;
  /** Begins the watch itself; it is told how it will be woken. Throws Expired. */
  open(wake: { readonly actor: string; readonly what: object }): WatchId;
}

export interface Streams {
  /** The channel on which the events come. */
  start(request: StreamRequest): ChannelId;
  /** A stream that says nothing but why there is none. */
  refuse(format: 'json' | 'protobuf', status: V1Status): ChannelId;
}

interface StreamsDeps {
  readonly loop: Loop;
  readonly channels: Channels;
  readonly registry: Registry;
  readonly watches: Watches;
  readonly describe: DescribeColumn;
  /** An object as a request's version has it, where a webhook converts it. */
  readonly converted: (served: Served, object: KubeObject) => Work<KubeObject>;
  /** The revision up to which a watch of this target has seen everything. */
  readonly revision: () => number;
}

type StreamTask = { readonly do: 'pump' | 'bookmark' | 'end'; readonly stream: StreamId };

const ACTOR = 'apiserver/streams';
const BOOKMARK_EVERY = minutes(1);
/** A reader that leaves more than this unread (bytes) is cut off. */
const UNREAD_MAX = 16 * 1024 * 1024;

export function createStreams(state: StreamsState, deps: StreamsDeps): Streams {
  const { loop, channels, registry, watches, describe } = deps;
  /** The text of an object, which many watchers ask for; objects never change. */
  const texts = new WeakMap<object, string>();

  const textOf = (object: KubeObject): string => {
    const known = texts.get(object);
    if (known !== undefined) return known;
    const text = encodeJson(object, kindOf(object)?.type);
    if (Object.isFrozen(object)) texts.set(object, text);
    return text;
  };

  const encode = (format: Stream['format'], type: WatchEvent['type'], object: KubeObject): string | Uint8Array => {
    if (format === 'json') return `{"type":"${type}","object":${textOf(object)}}\n`;
    const kind = kindOf(object);
    if (kind === undefined) throw new Error(`${object.kind ?? ''} has no protobuf`);
    return watchFrame(type, encodeProtobuf(object, kind));
  };

  const shown = (stream: Stream, served: Served, object: KubeObject): KubeObject => {
    const versioned = fromStored(served, object);
    if (stream.form === undefined) return versioned;
    return eventInForm(versioned, served, stream.form, { now: loop.now(), describe }, stream.first);
  };

  const finish = (id: StreamId, stream: Stream): void => {
    if (stream.watch !== undefined) watches.close(stream.watch);
    channels.close(stream.channel);
    state.open.delete(id);
  };

  const servedTo = ({ target }: Stream): Served | undefined =>
    registry.find(target.group, target.version, target.resource);

  /** False when nobody reads any more. */
  const put = (stream: Stream, type: WatchEvent['type'], object: KubeObject): boolean => {
    const served = servedTo(stream);
    if (served === undefined) return false;
    const chunk = encode(stream.format, type, isStatus(object) ? object : shown(stream, served, object));
    if (!isStatus(object)) stream.first = false;
    return channels.write(stream.channel, chunk, chunk.length) && channels.waiting(stream.channel) <= UNREAD_MAX;
  };

  const tell = (id: StreamId, stream: Stream, events: readonly WatchEvent[]): void => {
    if (!events.every(({ type, object }) => put(stream, type, object))) finish(id, stream);
  };

  /** What can't be converted ends the stream, as it ends the memory behind a real server's. */
  const tellConverted = (id: StreamId, stream: Stream, served: Served, events: readonly WatchEvent[]): void => {
    if (events.length === 0) return;
    stream.converting = true;
    loop.start(
      convertedEvents(events, (object) => deps.converted(served, object), judgeOf(served, stream.fieldSelector)),
      (outcome) => {
        stream.converting = false;
        if (state.open.get(id) !== stream) return;
        if (!outcome.ok) {
          finish(id, stream);
          return;
        }
        tell(id, stream, outcome.value);
        if (state.open.has(id)) pump(id, stream);
      },
    );
  };

  const pass = (id: StreamId, stream: Stream, events: readonly WatchEvent[]): void => {
    const served = servedTo(stream);
    if (served?.conversion?.strategy !== 'Webhook') tell(id, stream, events);
    else tellConverted(id, stream, served, events);
  };

  const pump = (id: StreamId, stream: Stream): void => {
    if (stream.watch === undefined || stream.converting) return;
    const events = watches.take(stream.watch, wakeOf(id));
    if (events === 'gone') {
      put(stream, 'ERROR', GONE);
      finish(id, stream);
      return;
    }
    pass(id, stream, events);
  };

  const bookmark = (id: StreamId, stream: Stream): void => {
    // It says that everything up to here was told.
    if (stream.converting) port.post({ do: 'bookmark', stream: id }, BOOKMARK_EVERY);
    else if (!put(stream, 'BOOKMARK', bookmarkOf(stream.target, registry, deps.revision()))) finish(id, stream);
    else port.post({ do: 'bookmark', stream: id }, BOOKMARK_EVERY);
  };

  const port = loop.actor<StreamTask>(ACTOR, (task) => {
    const stream = state.open.get(task.stream);
    if (stream === undefined) return;
    if (task.do === 'pump') pump(task.stream, stream);
    else if (task.do === 'bookmark') bookmark(task.stream, stream);
    else finish(task.stream, stream);
  });

  return {
    start({ initial, timeout, open, bookmarks, ...request }) {
      const id = state.next++ as StreamId;
      const watch = open(wakeOf(id));
      const stream: Stream = {
        ...request,
        bookmarks,
        channel: channels.create(),
        watch,
        first: true,
        converting: false,
      };
      state.open.set(id, stream);
      if (bookmarks) port.post({ do: 'bookmark', stream: id }, BOOKMARK_EVERY);
      port.post({ do: 'end', stream: id }, timeout);
      pass(id, stream, initial);
      return stream.channel;
    },
    refuse(format, status) {
      const channel = channels.create();
      const chunk = encode(format, 'ERROR', status as KubeObject);
      channels.write(channel, chunk, chunk.length);
      channels.close(channel);
      return channel;
    },
  };
}

function* convertedEvents(
  events: readonly WatchEvent[],
  convert: (object: KubeObject) => Work<KubeObject>,
  isSelected: (object: KubeObject) => boolean,
): Work<readonly WatchEvent[]> {
  const told: WatchEvent[] = [];
  for (const event of events) {
    if (event.type === 'BOOKMARK') {
      told.push(event);
      continue;
    }
    const object = yield* convert(event.object);
    const previous = event.previous === undefined ? undefined : yield* convert(event.previous);
    const seen = judged({ ...event, object, ...(previous === undefined ? {} : { previous }) }, isSelected);
    if (seen !== undefined) told.push(seen);
  }
  return told;
}

function judgeOf(served: Served, fieldSelector: string): (object: KubeObject) => boolean {
  return compileSelection(served, { prefix: '', labelSelector: '', fieldSelector }).matches;
}

/** What an event is to who selects by fields, once objects are of the version that has them. */
function judged(event: WatchEvent, isSelected: (object: KubeObject) => boolean): WatchEvent | undefined {
  const { type, object, previous, revision } = event;
  if (type === 'DELETED') return isSelected(previous ?? object) ? event : undefined;
  const before = previous !== undefined && type === 'MODIFIED' && isSelected(previous);
  if (isSelected(object)) return before || previous === undefined ? event : { ...event, type: 'ADDED' };
  return before ? { type: 'DELETED', object: leaving(previous, object), revision } : undefined;
}

function wakeOf(stream: StreamId) {
  return { actor: ACTOR, what: { do: 'pump', stream } satisfies StreamTask };
}

const GONE = goneStatus();

function goneStatus(): KubeObject {
  return failure(410, 'Expired', 'The resourceVersion for the provided watch is too old.').status as KubeObject;
}

/** An object that says nothing but how far the watch has come. */
export function bookmarkOf(target: Target, registry: Registry, revision: number): KubeObject {
  const served = registry.find(target.group, target.version, target.resource);
  const type = served?.kind.type ?? { group: target.group, version: target.version, kind: '' };
  return { kind: type.kind, apiVersion: apiVersion(type), metadata: { resourceVersion: String(revision) } };
}

function isStatus(object: KubeObject): boolean {
  const { kind, apiVersion: version } = object as KubeObject & Partial<V1Status>;
  return kind === 'Status' && version === 'v1';
}
