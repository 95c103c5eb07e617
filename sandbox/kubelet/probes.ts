// Probes: each container's are asked in their periods, and their results decide what is restarted, and what gets traffic.

import type { V1Container, V1ContainerStatus, V1PodStatus, V1Probe } from '../schema/generated/types.ts';
import type { TaskData } from '../time/loop.ts';
import { between, durationMs, parseTime, seconds } from '../time/units.ts';
import { expand } from './containers/expansion.ts';
import { NO_DURATIONS, withDuration } from './door/durations.ts';
import { type Kubelet, note } from './kubeletcontext.ts';
import { httpTarget, portOf } from './probetargets.ts';
import { containersOf, findContainer, isSidecar, isTerminal, shouldRestart, sidecarsOf } from './spec.ts';
import type { PodRecord, ProbeRecord, ProbeResult, ProbeType } from './state.ts';
import { words } from './words.ts';

const TYPES = ['startup', 'readiness', 'liveness'] as const;
const FIRST: Readonly<Record<ProbeType, ProbeResult>> = {
  startup: 'unknown',
  readiness: 'failure',
  liveness: 'success',
};
const NAMES: Readonly<Record<ProbeType, string>> = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' };
/** A probe that can't be made is tried so often before that counts. */
const TRIES = 3;

/** Once a pod is being stopped, nothing is run in its containers any more but their hooks. */
const CANCELED: ProbeOutcome = {
  result: 'errored',
  output: 'rpc error: code = Canceled desc = context canceled',
};

/** By what a probe's outcome is known again. */
export interface ProbeKey {
  readonly use: 'probe';
  readonly uid: string;
  readonly probe: string;
  readonly number: number;
}

function specOf(container: V1Container, type: ProbeType): V1Probe | undefined {
  return { startup: container.startupProbe, readiness: container.readinessProbe, liveness: container.livenessProbe }[
    type
  ];
}

/** Begins to probe what has probes, unless that goes on already. */
export function addProbes(kubelet: Kubelet, record: PodRecord): void {
  for (const container of [...containersOf(record.pod, 'regular'), ...sidecarsOf(record.pod)]) {
    for (const type of TYPES) {
      const key = `${container.name}/${type}`;
      if (specOf(container, type) === undefined || record.probes.has(key)) continue;
      const probe: ProbeRecord = {
        container: container.name,
        type,
        id: '',
        last: undefined,
        run: 0,
        onHold: false,
        busy: false,
        late: false,
        tick: undefined,
        number: 0,
        tries: 0,
        counted: { success: 0, failure: 0 },
        beganAt: kubelet.now(),
        took: NO_DURATIONS,
      };
      record.probes.set(key, probe);
      schedule(kubelet, record, key, probe, 0);
    }
  }
}

function schedule(kubelet: Kubelet, record: PodRecord, key: string, probe: ProbeRecord, delay: number): void {
  kubelet.kernel.loop.cancel(probe.tick);
  probe.number = ++kubelet.state().next;
  const task = { do: 'probe', uid: record.uid, probe: key, number: probe.number } as const;
  probe.tick = kubelet.port.post(task, durationMs(delay), record.causes);
}

function remove(kubelet: Kubelet, record: PodRecord, key: string, probe: ProbeRecord): void {
  kubelet.kernel.loop.cancel(probe.tick);
  record.probes.delete(key);
  if (probe.id !== '') record.results.delete(`${probe.id}/${probe.type}`);
}

/** A pod that is being stopped is asked only whether it is ready. */
export function stopHealthProbes(kubelet: Kubelet, record: PodRecord): void {
  const names = new Set(containersOf(record.pod, 'regular').map(({ name }) => name));
  for (const probe of record.probes.values()) {
    if (probe.type !== 'readiness' && names.has(probe.container)) stopped(kubelet, probe);
  }
}

function stopped(kubelet: Kubelet, probe: ProbeRecord): void {
  kubelet.kernel.loop.cancel(probe.tick);
  probe.tick = undefined;
  probe.number = 0;
  probe.onHold = true;
}

export function removeProbes(kubelet: Kubelet, record: PodRecord): void {
  for (const [key, probe] of [...record.probes]) remove(kubelet, record, key, probe);
}

/** Containers that only wait for being ready are asked at once, and from then on in their period. */
export function triggerReadiness(kubelet: Kubelet, record: PodRecord, status: V1PodStatus): void {
  if (record.probes.size === 0) return;
  for (const one of [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]) {
    const key = `${one.name}/readiness`;
    const probe = record.probes.get(key);
    if (probe === undefined || one.started !== true || one.ready || one.state?.running === undefined) continue;
    if (probe.busy) probe.late = true;
    else schedule(kubelet, record, key, probe, 0);
  }
}

/** A probe's moment has come. */
export function probeTick(kubelet: Kubelet, record: PodRecord, key: string, number: number): void {
  const probe = record.probes.get(key);
  if (probe === undefined || probe.number !== number) return;
  const container = findContainer(record.pod, probe.container)?.container;
  const spec = container && specOf(container, probe.type);
  if (container === undefined || spec === undefined) return;
  if (probe.busy) probe.late = true;
  else if (!ask(kubelet, record, key, probe, container, spec)) {
    remove(kubelet, record, key, probe);
    return;
  }
  const task = { do: 'probe', uid: record.uid, probe: key, number } as const;
  probe.tick = kubelet.port.post(task, seconds(spec.periodSeconds ?? 10), record.causes);
}

/** False when there will be nothing to ask any more. */
function ask(
  kubelet: Kubelet,
  record: PodRecord,
  key: string,
  probe: ProbeRecord,
  container: V1Container,
  spec: V1Probe,
): boolean {
  const { status, pod } = record;
  if (status === undefined) return true;
  if (isTerminal(status.phase)) return false;
  const current = statusOf(status, container.name);
  const id = current?.containerID?.slice('containerd://'.length) ?? '';
  if (current === undefined || id === '') return true;
  if (probe.id !== id) meet(kubelet, record, probe, id);
  if (probe.onHold) return true;
  const { running, terminated } = current.state ?? {};
  if (running === undefined) {
    setResult(kubelet, record, probe, 'failure');
    return terminated === undefined || isSidecar(container) || shouldRestart(container, pod.spec, terminated.exitCode);
  }
  if (pod.metadata?.deletionTimestamp !== undefined && probe.type !== 'readiness') {
    setResult(kubelet, record, probe, 'success');
    return false;
  }
  const started = parseTime(running.startedAt ?? undefined) ?? kubelet.now();
  if (Math.floor((kubelet.now() - started) / 1000) < (spec.initialDelaySeconds ?? 0)) return true;
  if ((current.started === true) === (probe.type === 'startup')) return true;
  if (spec.exec !== undefined && record.work !== 'syncing') {
    report(kubelet, record, probe, CANCELED);
    return true;
  }
  probe.tries = 0;
  probe.beganAt = kubelet.now();
  start(kubelet, record, key, probe, container, spec);
  return true;
}

function statusOf(status: V1PodStatus, name: string): V1ContainerStatus | undefined {
  const of = (list: readonly V1ContainerStatus[] | undefined) => list?.find((one) => one.name === name);
  const regular = of(status.containerStatuses);
  return regular?.containerID === undefined ? of(status.initContainerStatuses) : regular;
}

/** Another container runs under this name: nothing is known of it yet. */
function meet(kubelet: Kubelet, record: PodRecord, probe: ProbeRecord, id: string): void {
  if (probe.id !== '') record.results.delete(`${probe.id}/${probe.type}`);
  probe.id = id;
  probe.onHold = false;
  setResult(kubelet, record, probe, FIRST[probe.type]);
}

function start(
  kubelet: Kubelet,
  record: PodRecord,
  key: string,
  probe: ProbeRecord,
  container: V1Container,
  spec: V1Probe,
): void {
  probe.busy = true;
  const { runtime, actor } = kubelet;
  const outcome: ProbeKey = { use: 'probe', uid: record.uid, probe: key, number: probe.number };
  const notify = { actor, key: outcome as TaskData };
  const timeout = seconds(spec.timeoutSeconds ?? 1);
  const address = record.status?.podIP ?? '';
  if (spec.exec !== undefined) {
    const env = new Map((container.env ?? []).map(({ name, value = '' }) => [name, value]));
    const argv = (spec.exec.command ?? []).map((word) => expand(word, (name) => env.get(name)));
    runtime.execSync(probe.id, argv, timeout, notify);
  } else if (spec.httpGet !== undefined) {
    runtime.probe(httpTarget(spec.httpGet, container, address, 'probe'), timeout, notify);
  } else if (spec.tcpSocket !== undefined) {
    const { host = '', port } = spec.tcpSocket;
    runtime.probe({ kind: 'tcp', host: host === '' ? address : host, port: portOf(port, container) }, timeout, notify);
  } else if (spec.grpc !== undefined) {
    const { port, service = '' } = spec.grpc;
    runtime.probe({ kind: 'grpc', host: address, port, service: service ?? '' }, timeout, notify);
  } else probe.busy = false;
}

/** What a probe has come to; `errored`: it could not be made at all. */
export interface ProbeOutcome {
  readonly result: 'success' | 'warning' | 'failure' | 'errored';
  readonly output: string;
}

export function probeEnded(kubelet: Kubelet, record: PodRecord, key: ProbeKey, outcome: ProbeOutcome): void {
  const probe = record.probes.get(key.probe);
  if (probe === undefined || !probe.busy) return;
  const container = findContainer(record.pod, probe.container)?.container;
  const spec = container && specOf(container, probe.type);
  if (container === undefined || spec === undefined) return;
  if (outcome.result === 'errored' && ++probe.tries < TRIES) {
    start(kubelet, record, key.probe, probe, container, spec);
    return;
  }
  probe.busy = false;
  report(kubelet, record, probe, outcome);
  if (outcome.result !== 'errored') {
    const result = outcome.result === 'failure' ? 'failure' : 'success';
    probe.counted[result]++;
    if (result === 'success') probe.took = withDuration(probe.took, between(probe.beganAt, kubelet.now()));
    count(kubelet, record, probe, spec, result);
  }
  if (!probe.late) return;
  probe.late = false;
  if (probe.tick !== undefined) schedule(kubelet, record, key.probe, probe, 0);
}

function report(
  kubelet: Kubelet,
  record: PodRecord,
  { type, container }: ProbeRecord,
  { result, output }: ProbeOutcome,
): void {
  if (result === 'failure') note(kubelet, record, words.unhealthy(NAMES[type], output), container);
  else if (result === 'warning') note(kubelet, record, words.probeWarning(NAMES[type], output), container);
  else if (result === 'errored') note(kubelet, record, words.probeErrored(NAMES[type], 'unknown', output), container);
}

/** A result counts once it has come often enough in a row. */
function count(
  kubelet: Kubelet,
  record: PodRecord,
  probe: ProbeRecord,
  { failureThreshold = 3, successThreshold = 1 }: V1Probe,
  result: 'success' | 'failure',
): void {
  if (probe.last === result) probe.run++;
  else {
    probe.last = result;
    probe.run = 1;
  }
  if (probe.run < (result === 'failure' ? failureThreshold : successThreshold)) return;
  setResult(kubelet, record, probe, result);
  if ((probe.type === 'liveness' && result === 'failure') || probe.type === 'startup') {
    probe.onHold = true;
    probe.run = 0;
  }
}

/** A result that differs from the last one asks for a sync; readiness is told at once. */
function setResult(kubelet: Kubelet, record: PodRecord, { id, type }: ProbeRecord, result: ProbeResult): void {
  const key = `${id}/${type}`;
  if (record.results.get(key) === result) return;
  record.results.set(key, result);
  if (type === 'liveness' && result !== 'failure') return;
  const what = { kind: 'probe-result', uid: record.uid, type, id, result };
  kubelet.port.post({ do: 'told', what }, undefined, record.causes);
}
