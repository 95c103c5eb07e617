// Jobs that ended longer ago than they say they want to be kept are deleted, with their pods.
//
// observe: jobs.
// diff:    `expiresIn` says how long one still has.
// act:     delete it, if the server says the same of it.

import type { Client } from '../client/client.ts';
import type { Requeue } from '../client/component.ts';
import { unlessGone } from '../client/gone.ts';
import { keyOf, splitKey } from '../client/informer.ts';
import { Jobs } from '../schema/generated/resources.ts';
import type { V1Job } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, parseTime, type TimeMs } from '../time/units.ts';
import type { Controller } from './controller.ts';
import { trueCondition } from './job/tally.ts';

export const ttlAfterFinishedController: Controller = {
  name: 'ttl-after-finished-controller',
  setup({ component, client }) {
    const jobs = component.informer(Jobs);
    const queue = component.queue(
      'finished jobs',
      (key, turn) => expire(turn.client, key, jobs.get(key), turn.now()),
      client,
    );
    jobs.on(({ type, object, causes }) => {
      if (type !== 'deleted' && expiresIn(object, 0 as TimeMs) !== undefined) queue.add(keyOf(object), causes);
    });
  },
};

/** Milliseconds that a finished job still has; undefined when it stays. */
function expiresIn(job: V1Job, now: TimeMs): number | undefined {
  const ttl = job.spec?.ttlSecondsAfterFinished;
  const end = trueCondition(job, 'Complete') ?? trueCondition(job, 'Failed');
  const finished = parseTime(end?.lastTransitionTime ?? undefined);
  if (ttl === undefined || finished === undefined || job.metadata?.deletionTimestamp !== undefined) return undefined;
  return finished + ttl * 1000 - now;
}

function* expire(client: Client, key: string, cached: V1Job | undefined, now: TimeMs): Work<Requeue> {
  const left = cached === undefined ? undefined : expiresIn(cached, now);
  if (left === undefined) return undefined;
  if (left > 0) return { after: durationMs(left) };
  const fresh = yield* client.find(Jobs, splitKey(key));
  const really = fresh === undefined ? undefined : expiresIn(fresh, now);
  if (really === undefined || fresh === undefined) return undefined;
  if (really > 0) return { after: durationMs(really) };
  const preconditions = { uid: fresh.metadata?.uid ?? '', resourceVersion: fresh.metadata?.resourceVersion ?? '' };
  yield* unlessGone(client.delete(Jobs, splitKey(key), { propagationPolicy: 'Foreground', preconditions }));
  return undefined;
}
