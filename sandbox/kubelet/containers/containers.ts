// Starting a container, step by step: back-off, image, configuration, creation, start, and what is to run right after.

import type { Client } from '../../client/client.ts';
import type { ContainerSpec } from '../../machine/runtime.ts';
import type { Work } from '../../time/loop.ts';
import { after, durationMs } from '../../time/units.ts';
import { type Kubelet, note, waitFor } from '../kubeletcontext.ts';
import { markChanged } from '../looking.ts';
import { findContainer, isSidecar, podText } from '../spec.ts';
import type { ContainerRecord, ContainerType, PodRecord, Step } from '../state.ts';
import { words } from '../words.ts';
import { configOf } from './containerconfig.ts';
import { ConfigError } from './env.ts';
import { runHook } from './hooks.ts';
import { creation, imageFor, isBackingOff, missingVolumeImage, nextBackoff } from './images.ts';
import { isBarred } from './pullsecrets.ts';

type Of<K extends Step['do']> = Extract<Step, { do: K }>;

/** Container, or its pod's initialization: what follows depends on it. */
function giveUp(record: PodRecord, container: string, type: ContainerType, reason: string, message: string): boolean {
  record.reasons.set(container, { reason, message });
  record.result.error = true;
  const found = findContainer(record.pod, container);
  if (type === 'init' && found !== undefined && !isSidecar(found.container)) record.steps = [];
  else record.steps.shift();
  return false;
}

export function* startStep(kubelet: Kubelet, record: PodRecord, step: Of<'start'>, client: Client): Work<boolean> {
  const { container: name, type } = step;
  const found = findContainer(record.pod, name);
  if (found === undefined) return giveUp(record, name, type, 'CreateContainerConfigError', 'no such container');
  const waiting = crashLoop(kubelet, record, name, found.container.image ?? '');
  if (waiting !== undefined) return giveUp(record, name, type, 'CrashLoopBackOff', waiting);
  const volume = missingVolumeImage(kubelet, record, found.container);
  const wanted = volume?.image ?? found.container.image ?? '';
  const barred = yield* isBarred(kubelet, record, wanted, client);
  const image = imageFor(kubelet, record, volume ?? found.container, barred);
  if (image.kind === 'refused') {
    for (const event of image.events) note(kubelet, record, event, name);
    note(kubelet, record, words.failed(image.reason), name);
    return giveUp(record, name, type, image.reason, image.message);
  }
  record.steps.shift();
  if (image.kind === 'pull') {
    record.answer = undefined;
    record.steps.unshift({ do: 'pull', container: name, type, image: wanted, before: volume !== undefined });
  } else {
    note(kubelet, record, words.present(found.container.image ?? ''), name);
    record.steps.unshift(...creation(name, type));
  }
  return false;
}

/** The message while a container that has ended must wait; the delay counts from its end. */
function crashLoop(kubelet: Kubelet, record: PodRecord, name: string, image: string): string | undefined {
  const ended = record.seen.containers.find((run) => run.name === name && run.status.state === 'exited');
  const finishedAt = ended?.status.finishedAt;
  if (finishedAt === undefined) return undefined;
  const key = `${name}/${image}`;
  const backoff = record.restarts.get(key);
  const now = kubelet.now();
  if (backoff === undefined || !isBackingOff(backoff, finishedAt, now)) {
    record.restarts.set(key, nextBackoff(backoff, finishedAt, now));
    return undefined;
  }
  note(kubelet, record, words.backOff(name, podText(record.pod)), name);
  const until = after(finishedAt, durationMs(backoff.delay));
  const known = record.result.backoffUntil;
  if (known === undefined || until < known) record.result.backoffUntil = until;
  return `back-off ${delayText(backoff.delay)} restarting failed container=${name} pod=${podText(record.pod)}`;
}

function delayText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1000);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}

/** Makes the container, without starting it. */
export function* createStep(kubelet: Kubelet, record: PodRecord, step: Of<'create'>, client: Client): Work<boolean> {
  const { container: name, type } = step;
  const refuse = (reason: string, message: string): boolean => {
    note(kubelet, record, words.failed(message), name);
    return giveUp(record, name, type, reason, message);
  };
  const sandbox = record.sandboxes.at(-1);
  const restartCount = nextRestartCount(record, name);
  let config: { readonly spec: ContainerSpec; readonly messagePath: string };
  try {
    config = yield* configOf(kubelet, record, step, { sandbox: sandbox?.id ?? '', restartCount }, client);
  } catch (error) {
    if (error instanceof ConfigError) return refuse('CreateContainerConfigError', error.message);
    throw error;
  }
  const created = kubelet.runtime.createContainer(config.spec);
  if (!created.ok) return refuse('CreateContainerError', created.message);
  forgetOlder(kubelet, record, name);
  record.containers.push(recordOf(record, created.id, name, restartCount, config));
  kubelet.state().owners.set(created.id, record.uid);
  note(kubelet, record, words.created, name);
  record.steps.shift();
  record.steps.unshift({ do: 'pause', hop: 'start' }, { do: 'launch', container: name, type, id: created.id });
  return false;
}

function nextRestartCount(record: PodRecord, name: string): number {
  const last = record.containers.findLast((one) => one.name === name);
  if (last !== undefined) return last.restartCount + 1;
  const { containerStatuses = [], initContainerStatuses = [] } = record.status ?? {};
  const known = [...containerStatuses, ...initContainerStatuses].find((one) => one.name === name);
  return known?.containerID === undefined ? 0 : known.restartCount + 1;
}

function recordOf(
  { pod }: PodRecord,
  id: string,
  name: string,
  restartCount: number,
  { messagePath }: { readonly messagePath: string },
): ContainerRecord {
  const container = findContainer(pod, name)?.container;
  return {
    id,
    name,
    restartCount,
    image: container?.image ?? '',
    messagePath,
    messagePolicy: container?.terminationMessagePolicy ?? 'File',
    reported: undefined,
    resources: container?.resources ?? {},
  };
}

/** Of each container the runtime keeps the last run beside the present one. */
function forgetOlder({ runtime, state }: Kubelet, record: PodRecord, name: string): void {
  const runs = record.containers.filter((one) => one.name === name);
  const old = new Set(runs.slice(0, -1).map(({ id }) => id));
  if (old.size === 0) return;
  for (const id of old) {
    if (runtime.container(id) !== undefined) runtime.removeContainer(id);
    state().owners.delete(id);
    for (const type of ['startup', 'readiness', 'liveness']) record.results.delete(`${id}/${type}`);
  }
  record.containers = record.containers.filter(({ id }) => !old.has(id));
}

export function launchStep(kubelet: Kubelet, record: PodRecord, step: Of<'launch'>): boolean {
  const { container: name, type, id } = step;
  markChanged(kubelet, record);
  const started = kubelet.runtime.startContainer(id);
  if (!started.ok) {
    note(kubelet, record, words.failed(started.message), name);
    return giveUp(record, name, type, 'RunContainerError', started.message);
  }
  note(kubelet, record, words.started, name);
  const hook = findContainer(record.pod, name)?.container.lifecycle?.postStart;
  record.steps.shift();
  if (hook === undefined) record.reasons.delete(name);
  else {
    record.answer = undefined;
    record.steps.unshift({ do: 'post-start', container: name, type, id });
  }
  return false;
}

/** Nothing else is started in the pod until this hook is over; one that fails costs the container its life. */
export function postStartStep(kubelet: Kubelet, record: PodRecord, step: Of<'post-start'>): boolean {
  const { container: name, type, id } = step;
  const { answer } = record;
  const container = findContainer(record.pod, name)?.container;
  const hook = container?.lifecycle?.postStart;
  if (answer === undefined && container !== undefined && hook !== undefined) {
    waitFor(kubelet, record);
    runHook(kubelet, record, { id, container, hook }, { use: 'step', uid: record.uid, wait: record.wait });
    return true;
  }
  record.answer = undefined;
  if (answer === undefined || answer.ok) {
    record.reasons.delete(name);
    return false;
  }
  note(kubelet, record, words.postStartFailed, name);
  const rest = record.steps.slice(1);
  record.steps = [
    { do: 'kill', id, message: 'FailedPostStartHook', reason: 'hook' },
    { do: 'await-kills' },
    { do: 'fail', container: name, reason: 'PostStartHookError', message: answer.text },
    ...(type === 'init' ? [] : rest),
  ];
  return false;
}
