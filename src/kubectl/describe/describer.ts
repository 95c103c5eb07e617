// What describing an object needs: the cluster, the time, and the events about it.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { CoreEvents } from '../../../sandbox/schema/generated/resources.ts';
import type { CoreV1Event } from '../../../sandbox/schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../../sandbox/time/units.ts';
import { getTyped, listTyped } from '../resource/typed.ts';
import type { RestClient } from '../rest/client.ts';
import { type Page, pageText } from './page.ts';
import { metaOf, since } from './parts.ts';

export interface Scope {
  readonly client: RestClient;
  readonly now: TimeMs;
  readonly showEvents: boolean;
  /** Objects in one page of a list. */
  readonly chunkSize: number;
}

/** The description of one object. */
export type Describe = (scope: Scope, namespace: string, name: string) => Blocking<string>;

/** Events about an object; undefined when they aren't wanted or can't be had. */
export type FoundEvents = readonly CoreV1Event[] | undefined;

/** For kinds of which the object itself and its events say everything. */
export function described<T extends KubeObject>(
  type: ResourceType<T>,
  fill: (page: Page, object: T, now: TimeMs) => void,
): Describe {
  return function* (scope, namespace, name) {
    const object = yield* getTyped(scope.client, type, namespace, name);
    const events = yield* eventsAbout(scope, type.kind, object);
    return pageText((page) => {
      fill(page, object, scope.now);
      eventsPart(page, events, scope.now);
    });
  };
}

/** For kinds whose events are not shown. */
export function describedAlone<T extends KubeObject>(
  type: ResourceType<T>,
  fill: (page: Page, object: T, now: TimeMs) => void,
): Describe {
  return function* ({ client, now }, namespace, name) {
    const object = yield* getTyped(client, type, namespace, name);
    return pageText((page) => fill(page, object, now));
  };
}

/** Events whose object it is; of any kind when the kind is empty. */
export function* eventsAbout(scope: Scope, kind: string, object: KubeObject, uid?: string): Blocking<FoundEvents> {
  const { name = '', namespace = '', uid: ownUid = '' } = metaOf(object);
  const terms = [
    ['involvedObject.name', name],
    ['involvedObject.namespace', namespace],
    ...(kind === '' ? [] : [['involvedObject.kind', kind]]),
    ...((uid ?? ownUid) === '' ? [] : [['involvedObject.uid', uid ?? ownUid]]),
  ];
  return yield* eventsMatching(scope, namespace, terms.map(([field, value]) => `${field}=${value}`).join(','));
}

function* eventsMatching(scope: Scope, namespace: string, fieldSelector: string): Blocking<FoundEvents> {
  if (!scope.showEvents) return undefined;
  try {
    return yield* listTyped(scope.client, CoreEvents, namespace, { fieldSelector, chunkSize: scope.chunkSize });
  } catch {
    return undefined;
  }
}

/** The last part of a description. */
export function eventsPart(page: Page, events: FoundEvents, now: TimeMs): void {
  if (events === undefined) return;
  if (events.length === 0) {
    page.line(0, 'Events:\t<none>');
    return;
  }
  page.flush();
  page.line(0, 'Events:');
  page.line(1, 'Type\tReason\tAge\tFrom\tMessage');
  page.line(1, '----\t------\t----\t----\t-------');
  const inOrder = [...events].sort((a, b) => lastSeen(a) - lastSeen(b));
  for (const event of inOrder) {
    const { type = '', reason = '', source, reportingComponent = '', message = '', involvedObject } = event;
    const from = source?.component || reportingComponent;
    const path = involvedObject.fieldPath ? `${involvedObject.fieldPath}: ` : '';
    page.line(1, `${type}\t${reason}\t${eventAge(event, now)}\t${from}\t${path}${message.trim()}`);
  }
}

function lastSeen({ lastTimestamp }: CoreV1Event): number {
  return parseTime(lastTimestamp ?? undefined) ?? Number.NEGATIVE_INFINITY;
}

/** `5m`, or `2s (x4 over 5m)` for what happened again and again. */
export function eventAge(event: CoreV1Event, now: TimeMs): string {
  const { eventTime, firstTimestamp, lastTimestamp, series, count = 0 } = event;
  const first = since(eventTime ?? firstTimestamp, now);
  if (series !== undefined) return `${since(series.lastObservedTime, now)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${since(lastTimestamp, now)} (x${count} over ${first})` : first;
}
