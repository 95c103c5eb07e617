// Waiting until objects are gone.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { durationMs, type TimeMs } from '../../../sandbox/time/units.ts';
import type { RestClient } from '../rest/client.ts';
import { follow } from '../rest/follow.ts';
import { isNotFound } from '../rest/status.ts';
import { type Info, mappingOf, metaText, objectName } from './info.ts';
import { getObject, nameSelector } from './requests.ts';

export interface GoneOptions {
  /** When to give up. */
  readonly deadline: TimeMs;
  /** Whether an object that is there is only looked at, not waited for. */
  readonly once: boolean;
  /** Of the object that was deleted: another one of its name doesn't count. */
  readonly uid: string | undefined;
}

/** Throws when the object is still there at the deadline. Answers the object as it was last. */
export function* waitUntilGone(
  sys: Sys,
  client: RestClient,
  info: Info,
  { deadline, once, uid }: GoneOptions,
): Blocking<JsonObject | undefined> {
  if (info.name === '') throw new Error('resource name must be provided');
  const found = yield* lookAt(client, info);
  const isGone = (object: JsonObject | undefined): boolean =>
    object === undefined || (uid !== undefined && metaText(object, 'uid') !== uid);
  if (isGone(found)) return found ?? info.object;
  if (once) throw new Error(`condition not met for ${objectName(info)}`);
  if (deadline < sys.now()) throw timedOut(info);
  const followed = {
    collection: mappingOf(info),
    namespace: info.namespace,
    fieldSelector: nameSelector(info.name),
  };
  const gone = yield* follow(
    sys,
    client,
    followed,
    {
      *synced(objects) {
        return isGone(objects.find((object) => metaText(object, 'name') === info.name));
      },
      *changed({ type, object }) {
        if (type === 'ERROR') yield* sys.write(2, waitingFailed(object));
        return type === 'DELETED';
      },
    },
    deadline,
  );
  if (!gone) throw timedOut(info);
  return found;
}

const PAUSE_MS = 1000;

/** Looks again and again until nothing is found any more. Throws what `look` throws for any other reason. */
export function* untilNotFound(sys: Sys, look: () => Blocking<unknown>, deadline: number): Blocking<void> {
  for (;;) {
    try {
      yield* look();
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    if (sys.now() >= deadline) throw new Error('context deadline exceeded');
    yield* sys.sleep(durationMs(Math.min(PAUSE_MS, deadline - sys.now())));
  }
}

function* lookAt(client: RestClient, info: Info): Blocking<JsonObject | undefined> {
  try {
    return yield* getObject(client, mappingOf(info), info.namespace, info.name, { getSource: 'simple.go:242' });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function timedOut(info: Info): Error {
  return new Error(`timed out waiting for the condition on ${objectName(info)}`);
}

function waitingFailed(status: JsonObject): string {
  const message = isObject(status) ? String(status['message'] ?? '') : '';
  return `error: An error occurred while waiting for the object to be deleted: ${message}`;
}
