// One worker a pod. It does one sync at a time: a list of steps, worked through until one of them has to wait. What
// happens meanwhile asks for the next sync. A pod goes from syncing through terminating and terminated to finished, never
// back.

import type { Client } from '../client/client.ts';
import { addCauses, type Cause } from '../kube/cause.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, timeMs } from '../time/units.ts';
import { rejectionOf } from './admission.ts';
import { jittered, type Kubelet, note } from './kubeletcontext.ts';
import { lookAt, lookSoon, markChanged, wasLookedAt } from './looking.ts';
import { networkProblem } from './node/nodestatus.ts';
import { removeProbes, stopHealthProbes } from './probes.ts';
import { completeResize, retryResize } from './resize.ts';
import { isHostNetwork, isTerminal, qosClass } from './spec.ts';
import { newResult, type PodRecord, type Step } from './state.ts';
import { deadlineOf, finishStatus, generateStatus, setStatus } from './status/statuses.ts';
import { perform } from './steps.ts';
import { words } from './words.ts';

const RESYNC_MS = 60_000;
const BACKOFF_MS = 10_000;
const NETWORK_BACKOFF_MS = 1_000;
const HALF_MS = 500;

/** A pod that is new to the node is taken, or fails at once. One that is over, or on its way out, is none of these. */
export function admitPod(kubelet: Kubelet, record: PodRecord): void {
  const { pod } = record;
  if (isTerminal(pod.status?.phase) || pod.metadata?.deletionTimestamp !== undefined) return;
  if (pod.status?.startTime !== undefined) return;
  const rejection = rejectionOf(kubelet, record);
  if (rejection === undefined) return;
  const { reason, message } = rejection;
  note(kubelet, record, words.rejected(reason, message));
  record.rejected = true;
  setStatus(kubelet, record, {
    qosClass: qosClass(pod),
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
  });
}

/** Asks for a sync of a pod, now or after the one that goes on. */
export function* requestSync(
  kubelet: Kubelet,
  record: PodRecord,
  causes: readonly Cause[],
  client: Client,
): Work<void> {
  if (record.work === 'finished') return;
  // What was rejected isn't run; when it is deleted there is only its object to be removed.
  if (record.rejected) {
    if (record.removed || record.pod.metadata?.deletionTimestamp !== undefined) finish(kubelet, record);
    return;
  }
  record.pending = true;
  record.causes = addCauses(causes, record.working ? record.causes : []);
  considerTermination(record);
  yield* beginSync(kubelet, record, client);
}

/** A pod that was deleted, is over, or was evicted is stopped from now on. */
function considerTermination(record: PodRecord): void {
  const { pod } = record;
  if (record.work === 'syncing') {
    const deleted = pod.metadata?.deletionTimestamp !== undefined || record.removed;
    if (deleted) record.deleted = true;
    else if (!isTerminal(pod.status?.phase) && record.evicted === undefined) return;
    if (!record.working) record.work = 'terminating';
    else record.stopRequested = true;
  }
  record.grace = effectiveGrace(record);
}

/** Seconds: the shortest that anybody has asked for, 1 at least. */
function effectiveGrace({ pod, grace, evicted }: PodRecord): number {
  const wishes = [pod.metadata?.deletionGracePeriodSeconds, evicted?.grace].filter((wish) => wish !== undefined);
  const least = Math.min(...wishes, ...(grace === 0 ? [] : [grace]));
  const chosen = Number.isFinite(least) ? least : (pod.spec?.terminationGracePeriodSeconds ?? 1);
  return Math.max(1, chosen);
}

/** Begins the sync that is asked for, once the runtime has been looked at since the last. */
function* beginSync(kubelet: Kubelet, record: PodRecord, client: Client): Work<void> {
  if (record.working || !record.pending) return;
  if (record.syncedAt > 0 && !wasLookedAt(kubelet, record)) {
    kubelet.state().waiting.add(record.uid);
    lookSoon(kubelet);
    return;
  }
  record.working = true;
  // A look is good for one sync: what that does is seen by the next look only.
  record.seenAt = kubelet.now();
  record.pending = false;
  record.due = undefined;
  record.result = newResult();
  record.steps = stepsOf(kubelet, record);
  yield* advance(kubelet, record, client);
}

/** Works through the steps until one waits. */
export function* advance(kubelet: Kubelet, record: PodRecord, client: Client): Work<void> {
  while (record.working) {
    const [step] = record.steps;
    if (step === undefined) break;
    const waits = yield* perform(kubelet, record, step, client.because(record.causes));
    if (waits) return;
    if (record.steps[0] === step) record.steps.shift();
  }
  if (record.working) yield* complete(kubelet, record, client);
}

function stepsOf(kubelet: Kubelet, record: PodRecord): Step[] {
  switch (record.work) {
    case 'syncing':
      return syncing(kubelet, record);
    case 'terminating':
      return terminating(kubelet, record);
    case 'terminated':
      setStatus(kubelet, record, generateStatus(kubelet, record, record.seen, true));
      return [{ do: 'pause', hop: 'unmount' }, { do: 'clean' }];
    case 'finished':
      return [];
    default:
      return record.work satisfies never;
  }
}

function syncing(kubelet: Kubelet, record: PodRecord): Step[] {
  retryResize(kubelet, record);
  completeResize(kubelet, record);
  const status = generateStatus(kubelet, record, record.seen, false);
  setStatus(kubelet, record, status);
  if (isTerminal(status.phase)) {
    record.result.terminal = true;
    return [];
  }
  const problem = isHostNetwork(record.pod) ? undefined : networkProblem(kubelet);
  if (problem !== undefined) {
    note(kubelet, record, words.networkNotReady(problem));
    record.result.error = true;
    record.result.networkNotReady = true;
    return [];
  }
  const now = kubelet.now();
  return [{ do: 'volumes', since: now, tries: 0, wanted: now }, { do: 'plan' }];
}

function terminating(kubelet: Kubelet, record: PodRecord): Step[] {
  const status = generateStatus(kubelet, record, record.seen, false);
  setStatus(kubelet, record, status);
  stopHealthProbes(kubelet, record);
  return [{ do: 'kill-all' }, { do: 'await-kills' }, { do: 'stop-sandbox' }, { do: 'stopped' }];
}

/** The sync is over: what comes next, and when. */
function* complete(kubelet: Kubelet, record: PodRecord, client: Client): Work<void> {
  record.working = false;
  record.syncedAt = kubelet.now();
  record.causes = record.causes.slice(0, 4);
  const { result, work } = record;
  if (work === 'syncing' && result.acted && !result.error) yield* lookAtOnce(kubelet, record, client);
  else if (result.acted) markChanged(kubelet, record);
  if (work === 'terminated' && !result.error) return finish(kubelet, record);
  if (work === 'terminating' && !result.error) {
    record.work = 'terminated';
    record.pending = true;
  } else if (work === 'syncing' && (result.terminal || record.stopRequested)) {
    record.work = 'terminating';
    record.grace = effectiveGrace(record);
    record.pending = true;
  }
  if (!record.pending) retryLater(kubelet, record);
  yield* beginSync(kubelet, record, client);
}

/** What was started is seen at once. */
function* lookAtOnce(kubelet: Kubelet, record: PodRecord, client: Client): Work<void> {
  const changed = lookAt(kubelet, record);
  record.seenAt = timeMs(kubelet.now() + 1);
  if (changed || record.result.again) yield* requestSync(kubelet, record, record.causes, client);
}

function finish(kubelet: Kubelet, record: PodRecord): void {
  for (const { uid, resize } of kubelet.state().pods.values()) {
    if (resize?.pending !== undefined) kubelet.port.post({ do: 'sync', uid }, undefined, record.causes);
  }
  record.work = 'finished';
  finishStatus(kubelet, record);
  removeProbes(kubelet, record);
  if (record.removed || record.pod.metadata?.deletionTimestamp !== undefined) removeFromRuntime(kubelet, record);
  // The mirror of a static pod is still to be removed.
  if (record.removed && !record.isStatic) kubelet.state().pods.delete(record.uid);
}

/** Its containers and their logs are gone from the node. */
export function removeFromRuntime({ runtime, state }: Kubelet, record: PodRecord): void {
  for (const { id } of record.sandboxes) {
    if (runtime.sandbox(id) !== undefined) runtime.removeSandbox(id);
    state().owners.delete(id);
  }
  for (const { id } of record.containers) state().owners.delete(id);
  record.sandboxes = [];
  record.containers = [];
  const { name = '', namespace = '' } = record.pod.metadata ?? {};
  runtime.files().remove(`/var/log/pods/${namespace}_${name}_${record.uid}`);
}

/** The next sync comes by itself: soon after an error, within the minute otherwise. */
function retryLater(kubelet: Kubelet, record: PodRecord): void {
  const now = kubelet.now();
  const { error, backoffUntil, networkNotReady } = record.result;
  let wait: number = RESYNC_MS;
  if (networkNotReady) wait = NETWORK_BACKOFF_MS;
  else if (error) wait = Math.min(RESYNC_MS, Math.max(0, backoffUntil === undefined ? BACKOFF_MS : backoffUntil - now));
  const due = now + jittered(kubelet, wait);
  const deadline = deadlineOf(record);
  record.due = timeMs(deadline === undefined || deadline <= now ? due : Math.min(due, deadline));
  retrySoon(kubelet, record.due);
}

/** Retries happen in rounds of a second: half a second late on average. */
function retrySoon(kubelet: Kubelet, due: number): void {
  const state = kubelet.state();
  const at = Math.max(due, kubelet.now()) + HALF_MS;
  if (state.retryAt !== undefined && state.retryAt <= at) return;
  state.retryAt = timeMs(at);
  kubelet.port.post({ do: 'retry' }, durationMs(at - kubelet.now()), []);
}

/** A round of retries: all that is due is synced. */
export function* retryRound(kubelet: Kubelet, client: Client): Work<void> {
  const state = kubelet.state();
  const now = kubelet.now();
  if (state.retryAt === undefined || state.retryAt > now) return;
  state.retryAt = undefined;
  let next: number | undefined;
  for (const record of [...state.pods.values()]) {
    const { due } = record;
    if (due === undefined) continue;
    if (due <= now) {
      record.due = undefined;
      yield* requestSync(kubelet, record, [], client);
    } else next = Math.min(next ?? due, due);
  }
  if (next !== undefined) retrySoon(kubelet, next);
}

/** A round of looking at the runtime: who has changed is synced, and who has waited for it. */
export function* lookRound(kubelet: Kubelet, client: Client): Work<void> {
  const state = kubelet.state();
  state.lookAt = undefined;
  state.lookedAt = kubelet.now();
  const changed = [...state.changed];
  state.changed.clear();
  for (const uid of changed) {
    const record = state.pods.get(uid);
    if (record !== undefined && lookAt(kubelet, record)) yield* requestSync(kubelet, record, record.causes, client);
  }
  const waiting = [...state.waiting];
  state.waiting.clear();
  for (const uid of waiting) {
    const record = state.pods.get(uid);
    if (record !== undefined) yield* beginSync(kubelet, record, client);
  }
}
