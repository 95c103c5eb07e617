// kube-scheduler: gives each pod without a node the best one there is, or says why there is none.
//
// observe: nodes, pods and what plug-ins look at (intake.ts); changes that may help a pod bring it back into the queue.
// decide:  one pod at a time: `findNode` (cycle.ts), `preempt` (preemption.ts).
// act:     bind the pod, make others go (followups.ts), or write the reason into its status and an event (tries.ts).

import type { Component } from '../client/component.ts';
import type { UserInfo } from '../kube/operation.ts';
import { latency } from '../time/latency.ts';
import type { Trial } from './attempts.ts';
import { createDesk, type Desk, memoryOf, until } from './desk.ts';
import { followUps } from './followups.ts';
import { watchNodes, watchPods } from './intake.ts';
import { DEFAULT_PROFILE, type Profile } from './profiles.ts';
import { endBackoffs, requeue, UNSCHEDULABLE_MAX_MS } from './queue.ts';
import { tieBreaker, tryNext } from './tries.ts';

export interface SchedulerOptions {
  /** One for each `schedulerName`; the default one unless given. */
  readonly profiles?: readonly Profile[];
  /** The host that it runs on; a part of its events. */
  readonly host?: string;
}

const NAME = 'kube-scheduler';
const USER: UserInfo = { name: `system:${NAME}`, groups: ['system:authenticated'] };

/** The component, to be put into a cluster. */
export function kubeScheduler({ profiles = [DEFAULT_PROFILE], host = 'kind-control-plane' }: SchedulerOptions = {}) {
  return {
    name: NAME,
    user: USER,
    setup(component: Component) {
      const desk = createDesk(component, profiles, host);
      watchNodes(desk);
      watchPods(desk);
      takeTurns(desk);
    },
  };
}

/** How the last try of a pod (`namespace/name`) went: what each node was turned down for, or how it was scored. */
export function explain(component: Pick<Component, 'memory'>, key: string): Trial | undefined {
  return memoryOf(component)().trials.get(key);
}

/** Tries pods one after the other, and looks through the queue when something in it is due. */
function takeTurns(desk: Desk): void {
  const { component, memory } = desk;
  const ties = tieBreaker(desk);
  const next = followUps(desk);
  const delay = latency(component.seed, 'queue', component.name);
  const attempts = component.timer<object>('try', function* (_, turn) {
    const state = memory();
    try {
      yield* tryNext(desk, ties, next, turn);
    } finally {
      state.trying = false;
      if (component.running() && memory() === state) desk.kick();
    }
  });
  const flushes = component.timer<{ readonly at: number }>('flush', function* ({ at }) {
    if (memory().flushAt === at) flush(desk);
  });
  desk.wakes.attempt = (tries) => {
    attempts.post({}, delay.at(tries));
  };
  desk.wakes.flush = (at) => {
    flushes.post({ at }, until(component, at));
  };
}

function flush({ component, memory, kick }: Desk): void {
  const state = memory();
  const now = component.now();
  state.flushAt = Number.POSITIVE_INFINITY;
  endBackoffs(state.queue, now);
  for (const entry of [...state.queue.unschedulable.values()])
    if (now - entry.since > UNSCHEDULABLE_MAX_MS) requeue(state.queue, entry, [], now);
  kick();
}
