// Events: what a component wants to have noticed about an object. The recorder does what client-go's does before it
// writes: equal events are counted on one object, many similar ones are combined, and a flood is cut off.

import type { Cause } from '../kube/cause.ts';
import type { KubeObject } from '../kube/meta.ts';
import { reasonOf } from '../kube/status.ts';
import { CoreEvents } from '../schema/generated/resources.ts';
import type { CoreV1Event, V1ObjectReference } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { rfc3339, type TimeMs } from '../time/units.ts';
import type { Client } from './client.ts';
import type { Component } from './component.ts';

export type EventType = 'Normal' | 'Warning';

/** Where events of one component are said to come from. */
export interface EventSource {
  readonly component: string;
  readonly host?: string;
}

/** What is said about an object. */
export interface Noted {
  readonly about: KubeObject;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  /** A part of the object: `spec.containers{main}`. */
  readonly fieldPath?: string;
  readonly causes: readonly Cause[];
}

export interface EventRecorder {
  note(event: Noted): void;
}

/** Plain data: what was noted lately, so that repetitions are recognised. */
interface Correlation {
  /** Number of the last event's name. */
  names: number;
  readonly known: Map<string, { name: string; readonly namespace: string; count: number; readonly first: string }>;
  readonly similar: Map<string, { readonly messages: Set<string>; last: number }>;
  readonly buckets: Map<string, { tokens: number; last: number }>;
}

const SIMILAR_MAX = 10;
const SIMILAR_WINDOW_MS = 600_000;
const BURST = 25;
const REFILL_MS = 300_000;
const REMEMBERED_MAX = 4096;
/** Names that are taken: so many others are tried, this many nanoseconds later each. */
const NAME_TRIES = 5;
const NAME_STEP = 1000;

export function createEventRecorder(component: Component, source: EventSource): EventRecorder {
  const memory = component.memory<Correlation>(`events of ${source.component}`, () => ({
    names: 0,
    known: new Map(),
    similar: new Map(),
    buckets: new Map(),
  }));
  const port = component.timer<{ readonly event: CoreV1Event; readonly known: string }>(
    `write events of ${source.component}`,
    function* (data, turn): Work<void> {
      const known = memory().known.get(data.known);
      const { name = '', namespace = '' } = data.event.metadata ?? {};
      if (known !== undefined && known.name === name && (data.event.count ?? 1) > 1) {
        const body = {
          count: known.count,
          lastTimestamp: data.event.lastTimestamp ?? null,
          message: data.event.message ?? '',
        };
        yield* turn.client.patch(CoreEvents, { name, namespace }, { type: 'strategic', body });
      } else {
        const made = yield* createNamed(turn.client, data.event);
        if (known !== undefined && known.name === name) known.name = made;
      }
    },
  );

  return {
    note(noted) {
      const state = memory();
      const now = component.now();
      const about = referenceTo(noted.about, noted.fieldPath);
      if (!hasToken(state, floodKey(source, about), now)) return;
      const { message, key } = combined(state, source, about, noted, now);
      const event = countUp(state, key, { ...noted, message }, about, source, now);
      forgetOldest(state);
      port.post({ event, known: key }, undefined, noted.causes);
    },
  };
}

/** The reference that an event carries to what it is about. */
export function referenceTo(object: KubeObject, fieldPath?: string): V1ObjectReference {
  const { apiVersion, kind, metadata = {} } = object;
  const { namespace, name, uid, resourceVersion } = metadata;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}

/** `web-x.18e9de0a178f9291`: the object's name and the time in nanoseconds, which `n` makes unique. */
export function eventName(about: string, now: TimeMs, n: number): string {
  return `${about}.${(BigInt(now) * 1_000_000n + BigInt(n % 1_000_000)).toString(16)}`;
}

/** Answers the name that it got: another source may have told of the same object at the same moment. */
function* createNamed(client: Client, event: CoreV1Event): Work<string> {
  const { name = '' } = event.metadata ?? {};
  const [about, time] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
  for (let tries = 0; ; tries++) {
    const other = tries === 0 ? name : `${about}.${(BigInt(`0x${time}`) + BigInt(tries * NAME_STEP)).toString(16)}`;
    try {
      yield* client.create(CoreEvents, { ...event, metadata: { ...event.metadata, name: other } });
      return other;
    } catch (error) {
      if (reasonOf(error) !== 'AlreadyExists' || tries === NAME_TRIES) throw error;
    }
  }
}

/** One token a question, 25 at first and one more each five minutes: the noise of one object is bounded. */
function hasToken(state: Correlation, key: string, now: TimeMs): boolean {
  const bucket = state.buckets.get(key) ?? { tokens: BURST, last: now };
  state.buckets.set(key, bucket);
  bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.last) / REFILL_MS);
  bucket.last = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}

function floodKey(source: EventSource, { kind, namespace, name, uid, apiVersion }: V1ObjectReference): string {
  return JSON.stringify([source, kind, namespace, name, uid, apiVersion]);
}

/** From the eleventh different message about the same thing on, they are told as one, with the last of the messages. */
function combined(
  state: Correlation,
  source: EventSource,
  about: V1ObjectReference,
  { type, reason, message }: Noted,
  now: TimeMs,
): { readonly message: string; readonly key: string } {
  const key = JSON.stringify([
    source,
    about.kind,
    about.namespace,
    about.name,
    about.uid,
    about.apiVersion,
    type,
    reason,
  ]);
  const known = state.similar.get(key);
  const fresh = known === undefined || now - known.last > SIMILAR_WINDOW_MS;
  const entry = fresh ? { messages: new Set<string>(), last: now } : known;
  entry.messages.add(message);
  entry.last = now;
  state.similar.set(key, entry);
  const { resourceVersion: _, ...object } = about;
  if (entry.messages.size < SIMILAR_MAX)
    return { message, key: JSON.stringify([source, object, type, reason, message]) };
  entry.messages.delete(entry.messages.values().next().value ?? message);
  return { message: `(combined from similar events): ${message}`, key };
}

function countUp(
  state: Correlation,
  key: string,
  noted: Noted,
  about: V1ObjectReference,
  source: EventSource,
  now: TimeMs,
): CoreV1Event {
  const time = rfc3339(now);
  const known = state.known.get(key);
  const namespace = about.namespace ?? 'default';
  const entry = known ?? { name: eventName(about.name ?? '', now, state.names++), namespace, count: 0, first: time };
  entry.count++;
  state.known.delete(key);
  state.known.set(key, entry);
  return {
    metadata: { name: entry.name, namespace: entry.namespace },
    involvedObject: about,
    reason: noted.reason,
    message: noted.message,
    source: { component: source.component, ...(source.host === undefined ? {} : { host: source.host }) },
    firstTimestamp: entry.first,
    lastTimestamp: time,
    count: entry.count,
    type: noted.type,
    reportingComponent: source.component,
    ...(source.host === undefined ? {} : { reportingInstance: source.host }),
  };
}

function forgetOldest({ known, similar, buckets }: Correlation): void {
  for (const map of [known, similar, buckets]) {
    if (map.size <= REMEMBERED_MAX) continue;
    const oldest = map.keys().next();
    if (oldest.done !== true) map.delete(oldest.value);
  }
}
