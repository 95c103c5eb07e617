// One try after the other: takes the next pod of the queue and finds it a node, makes room for it, or says why not.

import type { Turn } from '../client/component.ts';
import type { Cause } from '../kube/cause.ts';
import { Pods } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import { type Draws, draws } from '../time/chance.ts';
import type { Work } from '../time/loop.ts';
import { remember } from './attempts.ts';
import { type Attempt, findNode, type Result } from './cycle.ts';
import type { Desk } from './desk.ts';
import { explanation, NO_NODES } from './diagnosis.ts';
import { nodeNameOf } from './intake.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { PodInfo } from './podinfo.ts';
import { type Candidate, preempt } from './preemption.ts';
import type { Profile } from './profiles.ts';
import { drop, pop, putBack, type Queued } from './queue.ts';
import { failureStatus } from './status.ts';

/** What follows a try and takes its own time. */
export interface FollowUps {
  bind(entry: Queued, node: NodeInfo, pod: PodInfo): void;
  evict(entry: Queued, candidate: Candidate): void;
}

/** A pod on its way to a node. */
export interface Trying {
  readonly entry: Queued;
  readonly pod: V1Pod;
  readonly profile: Profile;
}

export function tieBreaker({ component }: Desk): Draws {
  return draws(component.seed, component.name, 'ties');
}

export function* tryNext(desk: Desk, ties: Draws, next: FollowUps, turn: Turn): Work<void> {
  const { memory, books } = desk;
  const state = memory();
  const entry = pop(state.queue);
  const trying = entry === undefined ? undefined : toTry(desk, entry);
  if (entry === undefined || trying === undefined) return;
  const client = turn.client.because(entry.causes);
  const snapshot = books().snapshot();
  const number = state.tries++;
  if (snapshot.nodes.length === 0) {
    putBack(state.queue, entry, [], desk.component.now());
    yield* fail(desk, { ...turn, client }, trying, { reason: 'Unschedulable', message: NO_NODES, nominate: '' });
    return;
  }
  const attempt: Attempt = {
    profile: trying.profile,
    pod: books().infoOf(trying.pod),
    snapshot,
    start: state.start,
    nominated: (name) => nominatedOn(desk, name),
    pick: (equals) => ties.below(number, equals),
  };
  const result = findNode(attempt);
  state.start = (state.start + result.looked) % snapshot.nodes.length;
  remember(state.trials, entry.key, desk.component.now(), result);
  const { node } = result.choice;
  if (node === undefined) {
    yield* fail(desk, { ...turn, client }, trying, refused(desk, attempt, result, entry, next));
    return;
  }
  state.assumed.set(entry.key, { uid: entry.uid, node: node.name });
  state.nominated.delete(entry.key);
  drop(state.queue, entry.key);
  books().place(entry.key, attempt.pod, node.name);
  next.bind(entry, node, attempt.pod);
}

/** The pod of an entry; undefined when there is nothing to try any more. */
function toTry(desk: Desk, entry: Queued): Trying | undefined {
  const { pods, profileOf, memory, note } = desk;
  const pod = pods.get(entry.key);
  const profile = pod === undefined ? undefined : profileOf(pod);
  const { queue, assumed } = memory();
  if (pod === undefined || profile === undefined || pod.metadata?.uid !== entry.uid || assumed.has(entry.key)) {
    drop(queue, entry.key);
    return undefined;
  }
  if (pod.metadata.deletionTimestamp === undefined) return { entry, pod, profile };
  drop(queue, entry.key);
  note(profile, { ...COMPLAINT, about: pod, note: `skip schedule deleting pod: ${entry.key}`, causes: entry.causes });
  return undefined;
}

function nominatedOn({ memory, pods, books }: Desk, name: string): readonly PodInfo[] {
  const { nominated } = memory();
  if (nominated.size === 0) return NONE;
  return [...nominated].flatMap(([key, node]) => {
    const pod = node === name ? pods.get(key) : undefined;
    return pod === undefined || nodeNameOf(pod) !== '' ? [] : [books().infoOf(pod)];
  });
}

const NONE: readonly never[] = [];

/** Why a pod has no node. `nominate`: the node that room is made on; empty: there is none any more. */
export interface Failure {
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  readonly nominate?: string;
}

/** No node will do: room is made on one if that can be, and the pod goes back into the queue. */
function refused(desk: Desk, attempt: Attempt, { choice, diagnosis }: Result, entry: Queued, next: FollowUps): Failure {
  const state = desk.memory();
  const now = desk.component.now();
  const filters = choice.node === undefined ? choice.filters : undefined;
  let nominate: string | undefined;
  if (filters === undefined && diagnosis.others?.code !== 'Unschedulable') diagnosis.after = 'not found';
  else {
    const outcome = preempt({ attempt, filters, diagnosis, now });
    if (outcome.candidate === undefined) {
      diagnosis.after = `no new claims to deallocate, preemption: ${outcome.why}`;
      if (outcome.forgets) nominate = '';
    } else {
      nominate = outcome.candidate.node;
      next.evict(entry, outcome.candidate);
    }
  }
  putBack(state.queue, entry, [...diagnosis.plugins], now);
  if (nominate === '') state.nominated.delete(entry.key);
  else if (nominate !== undefined) state.nominated.set(entry.key, nominate);
  const message = explanation(diagnosis);
  return { reason: 'Unschedulable', message, ...(nominate === undefined ? {} : { nominate }) };
}

const COMPLAINT = { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling' } as const;

/** Says in an event and in the pod's status why it has no node. */
export function* fail(desk: Desk, turn: Turn, { entry, pod, profile }: Trying, failure: Failure): Work<void> {
  const causes: readonly Cause[] = entry.causes;
  desk.note(profile, { ...COMPLAINT, about: pod, note: failure.message, causes });
  const status = failureStatus(pod, failure, desk.component.now());
  if (status === undefined) return;
  const { namespace, name = '' } = pod.metadata ?? {};
  yield* turn.client.patch(Pods, { namespace, name }, { type: 'strategic', body: { status }, subresource: 'status' });
}
