// What has to be done so that the containers of a pod become what they should be. Pure: it looks, and decides.

import type { V1Container, V1Pod } from '../schema/generated/types.ts';
import { containersOf, isSidecar, shouldRestart } from './spec.ts';
import type { ContainerRecord, ContainerType, KillReason, PodRecord, RuntimePod, SeenContainer } from './state.ts';
import { isToBeStarted } from './status/containerstatus.ts';

interface Actions {
  /** Everything is stopped, the sandbox too. */
  readonly killPod: boolean;
  /** A sandbox is made, as the n-th of this pod. */
  readonly sandbox: { readonly attempt: number; readonly changed: boolean } | undefined;
  readonly kill: readonly Killing[];
  readonly start: readonly { readonly container: string; readonly type: ContainerType }[];
}

interface Killing {
  readonly id: string;
  readonly message: string;
  readonly reason: KillReason;
}

/** What of a record the decision needs beside what the runtime has. */
export type Known = Pick<PodRecord, 'results' | 'containers'>;

export function actionsFor(pod: V1Pod, seen: RuntimePod, known: Known): Actions {
  const { sandbox } = seen;
  if (sandbox === undefined || !sandbox.ready) return withNewSandbox(pod, seen);
  const plan: Plan = { kill: [], start: [], killPod: false, known };
  for (const { name } of containersOf(pod, 'ephemeral')) {
    if (runOf(seen, name) === undefined) plan.start.push({ container: name, type: 'ephemeral' });
  }
  const initialized = planInit(pod, seen, plan);
  if (!plan.killPod && initialized) planRegular(pod, seen, plan);
  return { killPod: plan.killPod, sandbox: undefined, kill: plan.kill, start: plan.start };
}

interface Plan {
  readonly kill: Killing[];
  readonly start: { readonly container: string; readonly type: ContainerType }[];
  killPod: boolean;
  readonly known: Known;
}

function runOf(seen: RuntimePod, name: string): SeenContainer | undefined {
  return seen.containers.find((run) => run.name === name);
}

/** A pod that is to run only once isn't begun again; containers that have succeeded aren't either. */
function withNewSandbox(pod: V1Pod, seen: RuntimePod): Actions {
  const attempt = seen.sandbox === undefined ? 0 : seen.sandbox.attempt + 1;
  const nothing: Actions = { killPod: true, sandbox: undefined, kill: [], start: [] };
  if (pod.spec?.restartPolicy === 'Never' && attempt !== 0 && seen.containers.length > 0) return nothing;
  const start = containersOf(pod, 'regular')
    .filter((container) => !(onlyOnFailure(pod, container) && hasSucceeded(seen, container)))
    .map(({ name }) => ({ container: name, type: 'regular' as const }));
  const begun = containersOf(pod, 'regular').some(({ name }) => runOf(seen, name) !== undefined);
  if (start.length === 0 && begun) return nothing;
  const [first] = containersOf(pod, 'init');
  const sandbox = { attempt, changed: seen.sandbox !== undefined };
  if (first === undefined) return { killPod: true, sandbox, kill: [], start };
  return { killPod: true, sandbox, kill: [], start: [{ container: first.name, type: 'init' }] };
}

function onlyOnFailure(pod: V1Pod, container: V1Container): boolean {
  return (container.restartPolicy ?? pod.spec?.restartPolicy) === 'OnFailure';
}

function hasSucceeded(seen: RuntimePod, { name }: V1Container): boolean {
  const run = runOf(seen, name)?.status;
  return run?.state === 'exited' && run.exitCode === 0;
}

/** Looks at init containers from the last to the first. True when regular containers may run. */
function planInit(pod: V1Pod, seen: RuntimePod, plan: Plan): boolean {
  const init = containersOf(pod, 'init');
  if (init.length === 0) return true;
  let initialized = containersOf(pod, 'regular').some(({ name }) => {
    const state = runOf(seen, name)?.status.state;
    return state === 'created' || state === 'running';
  });
  let beyond = initialized;
  const start: number[] = [];
  for (let i = init.length - 1; i >= 0; i--) {
    const container = init[i];
    if (container === undefined) continue;
    const run = runOf(seen, container.name);
    if (run === undefined) {
      if (beyond && isSidecar(container)) start.push(i);
      continue;
    }
    if (beyond && !isSidecar(container)) continue;
    const done = isSidecar(container)
      ? planSidecar(container, run, i, start, plan)
      : planOnce(pod, container, run, i, start, plan);
    if (plan.killPod) return false;
    if (done && i === init.length - 1) initialized = true;
    else if (done && !beyond) start.push(i + 1);
    beyond = true;
  }
  if (!beyond) start.push(0);
  for (const i of start.reverse()) plan.start.push({ container: init[i]?.name ?? '', type: 'init' });
  return initialized;
}

/** True when what comes after it may begin. */
function planSidecar(container: V1Container, run: SeenContainer, index: number, start: number[], plan: Plan): boolean {
  if (run.status.state !== 'running') {
    start.push(index);
    return false;
  }
  const kill = (message: string, reason: KillReason): void => {
    plan.kill.push({ id: run.status.id, message: `Init container ${container.name} ${message}`, reason });
    start.push(index);
  };
  if (container.startupProbe !== undefined) {
    const result = plan.known.results.get(`${run.status.id}/startup`);
    if (result === 'failure') kill('failed startup probe', 'startup');
    if (result !== 'success') return false;
  }
  if (isChanged(container, run, plan.known.containers)) kill('definition changed', 'unknown');
  else if (plan.known.results.get(`${run.status.id}/liveness`) === 'failure') kill('failed liveness probe', 'liveness');
  return true;
}

function planOnce(
  pod: V1Pod,
  container: V1Container,
  run: SeenContainer,
  index: number,
  start: number[],
  plan: Plan,
): boolean {
  const { state, exitCode } = run.status;
  if (state === 'running') return false;
  if (state === 'exited' && exitCode === 0) return true;
  if (state === 'exited' && !isToBeStarted(pod, container, run)) {
    plan.killPod = true;
    plan.start.length = 0;
  } else start.push(index);
  return false;
}

function planRegular(pod: V1Pod, seen: RuntimePod, plan: Plan): void {
  let kept = 0;
  let started = 0;
  for (const container of containersOf(pod, 'regular')) {
    const run = runOf(seen, container.name);
    const type = 'regular' as const;
    if (run?.status.state !== 'running') {
      if (!isToBeStarted(pod, container, run)) continue;
      plan.start.push({ container: container.name, type });
      started++;
      continue;
    }
    const why = reasonToKill(container, run, plan.known);
    if (why === undefined) {
      kept++;
      continue;
    }
    const restart = why.always || shouldRestart(container, pod.spec, 137);
    if (restart) {
      plan.start.push({ container: container.name, type });
      started++;
    }
    const message = `Container ${container.name} ${why.text}${restart ? ', will be restarted' : ''}`;
    plan.kill.push({ id: run.status.id, message, reason: why.reason });
  }
  if (kept === 0 && started === 0) {
    plan.killPod = true;
    plan.start.length = 0;
  }
}

function reasonToKill(
  container: V1Container,
  run: SeenContainer,
  { results, containers }: Known,
): { readonly text: string; readonly reason: KillReason; readonly always: boolean } | undefined {
  if (isChanged(container, run, containers)) return { text: 'definition changed', reason: 'unknown', always: true };
  if (results.get(`${run.status.id}/liveness`) === 'failure')
    return { text: 'failed liveness probe', reason: 'liveness', always: false };
  if (results.get(`${run.status.id}/startup`) === 'failure')
    return { text: 'failed startup probe', reason: 'startup', always: false };
  return undefined;
}

/** Of a container only its image can be changed such that it has to be made anew. */
function isChanged(container: V1Container, { status }: SeenContainer, containers: readonly ContainerRecord[]): boolean {
  const record = containers.find(({ id }) => id === status.id);
  return record !== undefined && record.image !== container.image;
}
