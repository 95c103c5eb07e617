// The steps of a sync: each does one thing, or waits for it. What a step leads to is put before what is left.

import type { Client } from '../client/client.ts';
import type { Work } from '../time/loop.ts';
import { after, durationMs, minutes, seconds } from '../time/units.ts';
import { actionsFor } from './actions.ts';
import { createStep, launchStep, postStartStep, startStep } from './containers/containers.ts';
import { pullStep } from './containers/images.ts';
import { beginKill, killAll } from './containers/killing.ts';
import { sandboxStep, stopSandbox } from './containers/sandboxes.ts';
import { hop, type Kubelet, note, waitFor } from './kubeletcontext.ts';
import { markChanged, seenNow } from './looking.ts';
import { addProbes, removeProbes } from './probes.ts';
import { needsRestart, resizeContainer, unresized } from './resize.ts';
import { findContainer, isSidecar } from './spec.ts';
import type { PodRecord, Step } from './state.ts';
import { generateStatus, setStatus } from './status/statuses.ts';
import { setUpVolumes, tearDownVolumes } from './volumes/volumes.ts';
import { words } from './words.ts';

/** True when it waits: then it stays the first, and is performed again when it is resumed. */
export function* perform(kubelet: Kubelet, record: PodRecord, step: Step, client: Client): Work<boolean> {
  switch (step.do) {
    case 'pause':
      record.steps.shift();
      waitFor(kubelet, record, hop(kubelet, step.hop));
      return true;
    case 'volumes':
      return yield* volumesStep(kubelet, record, step, client);
    case 'plan':
      plan(kubelet, record);
      return false;
    case 'kill':
      beginKill(kubelet, record, step.id, step);
      return false;
    case 'kill-all':
      killAll(kubelet, record);
      return false;
    case 'await-kills':
      return awaitKills(kubelet, record);
    case 'stop-sandbox':
      return stopSandboxes(record, step);
    case 'sandbox-stopped':
      stopSandbox(kubelet, record);
      return false;
    case 'resize':
      resize(kubelet, record, step.id, step.container);
      return false;
    case 'sandbox':
      return yield* sandboxStep(kubelet, record, step.attempt, client);
    case 'start':
      return yield* startStep(kubelet, record, step, client);
    case 'pull':
      return yield* pullStep(kubelet, record, step, client);
    case 'create':
      return yield* createStep(kubelet, record, step, client);
    case 'launch':
      return launchStep(kubelet, record, step);
    case 'post-start':
      return postStartStep(kubelet, record, step);
    case 'fail':
      fail(record, step.container, step.reason, step.message);
      return false;
    case 'stopped':
      stopped(kubelet, record);
      return false;
    case 'clean':
      tearDownVolumes(kubelet, record);
      return false;
    default:
      return step satisfies never;
  }
}

/** Puts steps in the place of the first. */
function replaceStep(record: PodRecord, ...steps: readonly Step[]): void {
  record.steps.splice(0, 1, ...steps);
}

/** A container wasn't started; without one that others wait for, these aren't either. */
function fail(record: PodRecord, container: string, reason: string, message: string): void {
  record.reasons.set(container, { reason, message });
  record.result.error = true;
  const found = findContainer(record.pod, container);
  if (found?.type === 'init' && !isSidecar(found.container)) record.steps = [];
}

const POLL = durationMs(300);
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 122_000;
const PATIENCE = minutes(2) + seconds(3);

/** Volumes are looked at each 300 ms until all are there; what fails is tried again after ever longer times. */
function* volumesStep(
  kubelet: Kubelet,
  record: PodRecord,
  step: Extract<Step, { do: 'volumes' }>,
  client: Client,
): Work<boolean> {
  const now = kubelet.now();
  if (record.volumes.mounted && step.tries === 0) {
    const failures = yield* setUpVolumes(kubelet, record, client);
    if (failures.length === 0) return false;
    for (const { volume, message } of failures) noteFailure(kubelet, record, volume, message);
    return false;
  }
  if (step.ready === true) {
    record.volumes.mounted = true;
    return false;
  }
  if (record.stopRequested || now >= step.since + PATIENCE) return giveUp(kubelet, record, now < step.since + PATIENCE);
  if (now >= step.wanted) {
    const failures = yield* setUpVolumes(kubelet, record, client);
    for (const { volume, message } of failures) noteFailure(kubelet, record, volume, message);
    step.failed = failures.map(({ volume }) => volume);
    if (failures.length === 0) step.ready = true;
    else step.wanted = after(now, durationMs(Math.min(FIRST_RETRY_MS * 2 ** step.tries, LONGEST_RETRY_MS)));
    step.tries++;
  }
  waitFor(kubelet, record, step.ready === true ? POLL : nextPoll(step, now));
  return true;
}

function nextPoll(step: Extract<Step, { do: 'volumes' }>, now: number) {
  const until = Math.min(step.wanted, step.since + PATIENCE);
  return durationMs(Math.max(1, Math.min(until - now, seconds(10))));
}

function noteFailure(kubelet: Kubelet, record: PodRecord, volume: string, message: string | undefined): void {
  if (message === undefined) return;
  note(kubelet, record, words.mountFailed(`MountVolume.SetUp failed for volume "${volume}" : ${message}`));
}

function giveUp(kubelet: Kubelet, record: PodRecord, cancelled: boolean): boolean {
  const [step] = record.steps;
  const failed = step?.do === 'volumes' ? (step.failed ?? []) : [];
  const names = failed.join(' ');
  if (!cancelled) {
    const text = `Unable to attach or mount volumes: unmounted volumes=[${names}], unattached volumes=[], failed to process volumes=[]: context deadline exceeded`;
    note(kubelet, record, words.mountFailed(text));
  }
  record.result.error = true;
  record.steps = [];
  return false;
}

/** What the runtime has against what should be: everything that follows is put into steps. */
function plan(kubelet: Kubelet, record: PodRecord): void {
  addProbes(kubelet, record);
  const actions = actionsFor(record.pod, record.seen, record);
  const steps: Step[] = [];
  if (actions.sandbox?.changed === true) note(kubelet, record, words.sandboxChanged);
  if (actions.killPod && record.seen.sandbox !== undefined)
    steps.push({ do: 'kill-all' }, { do: 'await-kills' }, { do: 'stop-sandbox' });
  for (const { id, message, reason } of actions.kill)
    steps.push({ do: 'kill', id, message, reason }, { do: 'await-kills' });
  if (actions.sandbox !== undefined)
    steps.push({ do: 'pause', hop: 'sandbox' }, { do: 'sandbox', attempt: actions.sandbox.attempt });
  const begun = new Set(actions.start.map(({ container }) => container));
  for (const { id, container } of unresized(record)) {
    const { name } = container;
    if (begun.has(name)) continue;
    if (needsRestart(record, id, container)) {
      steps.push({ do: 'kill', id, message: `Container ${name} resize requires restart`, reason: 'unknown' });
      steps.push({ do: 'await-kills' }, { do: 'start', container: name, type: 'regular' });
    } else steps.push({ do: 'pause', hop: 'create' }, { do: 'resize', id, container: name });
  }
  for (const { container, type } of actions.start) steps.push({ do: 'start', container, type });
  if (steps.length > 0) record.result.acted = true;
  replaceStep(record, ...steps);
}

function resize(kubelet: Kubelet, record: PodRecord, id: string, name: string): void {
  const container = findContainer(record.pod, name)?.container;
  if (container !== undefined) resizeContainer(kubelet, record, id, container);
  record.result.again = true;
}

function awaitKills(kubelet: Kubelet, record: PodRecord): boolean {
  for (const { phase } of record.killed.values()) {
    if (phase === 'ended') continue;
    waitFor(kubelet, record);
    return true;
  }
  record.killed.clear();
  return false;
}

function stopSandboxes(record: PodRecord, step: Step): boolean {
  if (record.seen.sandbox?.ready === true) {
    replaceStep(record, { do: 'pause', hop: 'stopsandbox' }, { do: 'sandbox-stopped' });
  } else if (record.steps[0] === step) record.steps.shift();
  return false;
}

/** All has ended: what the runtime says now is what is told. */
function stopped(kubelet: Kubelet, record: PodRecord): void {
  removeProbes(kubelet, record);
  const before = record.seen;
  const now = seenNow(kubelet, record);
  const seen = { ...now, ips: now.ips.length > 0 ? now.ips : before.ips };
  setStatus(kubelet, record, generateStatus(kubelet, record, seen, true));
  record.seen = seen;
  record.result.acted = true;
  markChanged(kubelet, record);
}
