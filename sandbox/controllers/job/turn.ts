// What a turn of the Job controller carries along, and the small things that its parts share.

import type { Client } from '../../client/client.ts';
import { unlessGone } from '../../client/gone.ts';
import { Pods } from '../../schema/generated/resources.ts';
import type { V1Job, V1JobCondition, V1Pod } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import type { ControllerHost } from '../controller.ts';
import type { Expectations } from '../shared/expectations.ts';
import type { Written } from '../shared/readback.ts';
import type { BackoffRecord } from './backoff.ts';
import { TRACKING } from './pods.ts';
import type { Tally } from './tally.ts';

/** Plain data that dies with the component. */
export interface JobMemory {
  readonly expectations: Expectations;
  readonly backoff: Map<string, BackoffRecord>;
  readonly written: Written;
  /** By job: uids of pods whose finalizer was taken away, until the cache shows it. */
  readonly released: Map<string, Set<string>>;
}

/** What one turn works with. The fields that change make the status that is reported. */
export interface Turn {
  readonly host: ControllerHost;
  readonly memory: JobMemory;
  readonly key: string;
  readonly pods: readonly V1Pod[];
  readonly tally: Tally;
  job: V1Job;
  active: number;
  ready: number;
  terminating: number;
  /** Milliseconds until it has to be looked at again. */
  wait: number | undefined;
  conditions: readonly V1JobCondition[];
  startTime: string | undefined;
}

/** Takes the finalizer away by which a pod is kept until it is counted. */
export function* release(client: Client, { metadata }: V1Pod): Work<void> {
  const { name = '', namespace } = metadata ?? {};
  const body = { metadata: { '$deleteFromPrimitiveList/finalizers': [TRACKING] } };
  yield* unlessGone(client.patch(Pods, { name, namespace }, { type: 'strategic', body }));
}

export function note({ host, job }: Turn, type: 'Normal' | 'Warning', reason: string, message: string): void {
  host.events.note({ about: job, type, reason, message, causes: host.client.caller.origin.causes });
}
