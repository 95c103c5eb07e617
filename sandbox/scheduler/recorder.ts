// Events of the newer kind (events.k8s.io), as the scheduler writes them: with an action, and without counts until one
// repeats, which makes it a series.

import type { Component } from '../client/component.ts';
import { eventName, referenceTo } from '../client/events.ts';
import type { Cause } from '../kube/cause.ts';
import type { KubeObject } from '../kube/meta.ts';
import { Events } from '../schema/generated/resources.ts';
import type { EventsV1Event } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { rfc3339Micro } from '../time/units.ts';

/** What is said about an object. */
export interface Noted {
  readonly about: KubeObject;
  readonly related?: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly causes: readonly Cause[];
}

export interface Recorder {
  note(event: Noted): void;
}

interface Memory {
  names: number;
  /** Events of the last six minutes by what they are about, its version included; a repetition makes one a series. */
  readonly known: Map<string, { readonly name: string; readonly namespace: string; count: number; last: number }>;
}

const SERIES_MS = 6 * 60_000;
const KNOWN_MAX = 4096;
const NOTE_MAX = 1024;
const CUT = ' ...';

export function createRecorder(component: Component, controller: string, instance: string): Recorder {
  const memory = component.memory<Memory>(`events.k8s.io of ${controller}`, () => ({ names: 0, known: new Map() }));
  const write = component.timer<{ readonly event: EventsV1Event }>(
    `write events.k8s.io of ${controller}`,
    function* ({ event }, turn): Work<void> {
      const { name = '', namespace = '' } = event.metadata ?? {};
      if (event.series === undefined) yield* turn.client.create(Events, event);
      else {
        const body = { series: { ...event.series } };
        yield* turn.client.patch(Events, { name, namespace }, { type: 'strategic', body });
      }
    },
  );
  return {
    note(noted) {
      const now = component.now();
      const { known } = memory();
      const regarding = referenceTo(noted.about);
      const note = shortened(noted.note);
      const related = noted.related === undefined ? undefined : referenceTo(noted.related);
      const key = JSON.stringify([regarding, noted.type, noted.reason, noted.action, related]);
      const earlier = known.get(key);
      const repeats = earlier !== undefined && now - earlier.last < SERIES_MS ? earlier : undefined;
      const namespace = regarding.namespace ?? 'default';
      const entry = repeats ?? {
        name: eventName(regarding.name ?? '', now, memory().names++),
        namespace,
        count: 0,
        last: now,
      };
      entry.count++;
      entry.last = now;
      known.delete(key);
      known.set(key, entry);
      forgetOldest(known);
      // A series is written when it begins; what comes after is only counted.
      if (entry.count > 2) return;
      const event: EventsV1Event = {
        metadata: { name: entry.name, namespace },
        eventTime: rfc3339Micro(now),
        ...(repeats === undefined ? {} : { series: { count: entry.count, lastObservedTime: rfc3339Micro(now) } }),
        reportingController: controller,
        reportingInstance: instance,
        action: noted.action,
        reason: noted.reason,
        regarding,
        ...(related === undefined ? {} : { related }),
        note,
        type: noted.type,
      };
      write.post({ event }, undefined, noted.causes);
    },
  };
}

function shortened(note: string): string {
  return note.length <= NOTE_MAX ? note : note.slice(0, NOTE_MAX - CUT.length) + CUT;
}

function forgetOldest(known: Memory['known']): void {
  if (known.size <= KNOWN_MAX) return;
  const oldest = known.keys().next();
  if (oldest.done !== true) known.delete(oldest.value);
}
