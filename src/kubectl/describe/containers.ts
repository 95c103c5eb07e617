// The containers of a pod or of a template for pods.

import { compareText, quote } from '../../../sandbox/kube/go/text.ts';
import { formatIntOrString } from '../../../sandbox/kube/intstr.ts';
import type {
  V1Container,
  V1ContainerPort,
  V1ContainerState,
  V1ContainerStatus,
  V1EnvFromSource,
  V1EnvVar,
  V1Pod,
  V1Probe,
  V1ResourceRequirements,
} from '../../../sandbox/schema/generated/types.ts';
import { environmentOf } from './environment.ts';
import type { Page } from './page.ts';
import { fullTime, goList, orNone, titledBool } from './parts.ts';

/** Containers of one sort. `space` stands before them within a template, where nothing is known of their state. */
export function containers(
  page: Page,
  title: string,
  list: readonly V1Container[],
  statuses: readonly V1ContainerStatus[] | undefined,
  pod: V1Pod | undefined,
  space = '',
): void {
  page.line(0, `${space}${title}:${list.length === 0 ? ' <none>' : ''}`);
  for (const container of list) {
    const status = statuses?.find(({ name }) => name === container.name);
    basics(page, container, status, space);
    command(page, 'Command', container.command);
    command(page, 'Args', container.args);
    if (status !== undefined) state(page, status);
    requirements(page, container.resources, 2);
    probes(page, container);
    if (container.envFrom && container.envFrom.length > 0) sourcesOfEnvironment(page, container.envFrom);
    environment(page, container, pod);
    mounts(page, container);
  }
}

function basics(page: Page, container: V1Container, status: V1ContainerStatus | undefined, space: string): void {
  page.line(1, `${space === '' ? '' : ' '}${container.name}:`);
  if (status !== undefined) page.line(2, `Container ID:\t${status.containerID ?? ''}`);
  page.line(2, `Image:\t${container.image ?? ''}`);
  if (status !== undefined) page.line(2, `Image ID:\t${status.imageID}`);
  const list = container.ports ?? [];
  const several = list.length > 1 ? 's' : '';
  page.line(2, `Port${several}:\t${orNone(portsText(list, ({ containerPort }) => containerPort))}`);
  page.line(2, `Host Port${several}:\t${orNone(portsText(list, ({ hostPort }) => hostPort ?? 0))}`);
  const seccomp = container.securityContext?.seccompProfile;
  if (seccomp === undefined) return;
  page.line(2, `SeccompProfile:\t${seccomp.type}`);
  if (seccomp.type === 'Localhost') page.line(3, `LocalhostProfile:\t${seccomp.localhostProfile ?? ''}`);
}

function portsText(list: readonly V1ContainerPort[], number: (port: V1ContainerPort) => number): string {
  return list.map((port) => `${number(port)}/${port.protocol ?? ''}${port.name ? ` (${port.name})` : ''}`).join(', ');
}

function command(page: Page, title: string, words: readonly string[] | undefined): void {
  if (words === undefined || words.length === 0) return;
  page.line(2, `${title}:`);
  for (const part of words.flatMap((word) => word.split('\n'))) page.line(3, part);
}

/** Limits, then requests, each by name. */
export function requirements(page: Page, resources: V1ResourceRequirements | undefined, level: number): void {
  for (const [title, amounts] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const names = Object.keys(amounts ?? {}).sort(compareText);
    if (names.length > 0) page.line(level, `${title}:`);
    for (const name of names) page.line(level + 1, `${name}:\t${amounts?.[name]}`);
  }
}

function state(page: Page, status: V1ContainerStatus): void {
  stateLines(page, 'State', status.state ?? {});
  if (status.lastState?.terminated !== undefined) stateLines(page, 'Last State', status.lastState);
  page.line(2, `Ready:\t${titledBool(status.ready)}`);
  page.line(2, `Restart Count:\t${status.restartCount}`);
}

function stateLines(page: Page, title: string, { running, waiting, terminated }: V1ContainerState): void {
  if (running !== undefined) {
    page.line(2, `${title}:\tRunning`);
    page.line(3, `Started:\t${fullTime(running.startedAt)}`);
  } else if (waiting !== undefined || terminated === undefined) {
    page.line(2, `${title}:\tWaiting`);
    if (waiting?.reason) page.line(3, `Reason:\t${waiting.reason}`);
  } else {
    page.line(2, `${title}:\tTerminated`);
    if (terminated.reason) page.line(3, `Reason:\t${terminated.reason}`);
    if (terminated.message) page.line(3, `Message:\t${terminated.message}`);
    page.line(3, `Exit Code:\t${terminated.exitCode}`);
    if ((terminated.signal ?? 0) > 0) page.line(3, `Signal:\t${terminated.signal}`);
    page.line(3, `Started:\t${fullTime(terminated.startedAt)}`);
    page.line(3, `Finished:\t${fullTime(terminated.finishedAt)}`);
  }
}

function probes(page: Page, { livenessProbe, readinessProbe, startupProbe }: V1Container): void {
  if (livenessProbe !== undefined) page.line(2, `Liveness:\t${probeText(livenessProbe)}`);
  if (readinessProbe !== undefined) page.line(2, `Readiness:\t${probeText(readinessProbe)}`);
  if (startupProbe !== undefined) page.line(2, `Startup:\t${probeText(startupProbe)}`);
}

/** `http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3` */
function probeText(probe: V1Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0, successThreshold = 0 } = probe;
  const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`;
  return `${probeTarget(probe)} ${times} #success=${successThreshold} #failure=${probe.failureThreshold ?? 0}`;
}

function probeTarget({ exec, httpGet, tcpSocket, grpc }: V1Probe): string {
  if (exec !== undefined) return `exec ${goList(exec.command)}`;
  if (httpGet !== undefined) {
    const { host = '', path = '', port, scheme = '' } = httpGet;
    const address = `${host.includes(':') ? `[${host}]` : host}:${formatIntOrString(port)}`;
    return `http-get ${scheme.toLowerCase()}://${address}${path === '' || path.startsWith('/') ? path : `/${path}`}`;
  }
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${formatIntOrString(tcpSocket.port)}`;
  return grpc === undefined ? 'unknown' : `grpc <pod>:${grpc.port} ${grpc.service ?? ''}`;
}

function sourcesOfEnvironment(page: Page, list: readonly V1EnvFromSource[]): void {
  page.line(2, 'Environment Variables from:');
  for (const { configMapRef, secretRef, prefix } of list) {
    const reference = configMapRef ?? secretRef;
    const from = configMapRef !== undefined ? 'ConfigMap' : secretRef !== undefined ? 'Secret' : '';
    const withPrefix = prefix ? ` with prefix '${prefix}'` : '';
    page.line(3, `${reference?.name ?? ''}\t${from}${withPrefix}\tOptional: ${reference?.optional ?? false}`);
  }
}

function environment(page: Page, container: V1Container, pod: V1Pod | undefined): void {
  const list = container.env ?? [];
  page.line(2, `Environment:${list.length === 0 ? '\t<none>' : ''}`);
  for (const variable of list) variableLines(page, variable, container, pod);
}

function variableLines(page: Page, variable: V1EnvVar, container: V1Container, pod: V1Pod | undefined): void {
  const { name, value = '', valueFrom } = variable;
  if (valueFrom === undefined) {
    const [first = '', ...others] = value.split('\n');
    page.line(3, `${name}:\t${first}`);
    for (const line of others) page.line(3, `\t${line}`);
    return;
  }
  const text = environmentOf(valueFrom, container, pod);
  if (text !== undefined) page.line(3, `${name}:\t${text}`);
}

function mounts(page: Page, { volumeMounts = [], volumeDevices = [] }: V1Container): void {
  const none = volumeMounts.length === 0 ? '\t<none>' : '';
  page.line(2, `Mounts:${none}`);
  for (const { mountPath, name, readOnly, subPath } of sortedBy(volumeMounts, (mount) => mount.mountPath)) {
    const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path=${quote(subPath)}`] : [])];
    page.line(3, `${mountPath} from ${name} (${flags.join(',')})`);
  }
  if (volumeDevices.length === 0) return;
  page.line(2, `Devices:${none}`);
  for (const { devicePath, name } of sortedBy(volumeDevices, (device) => device.devicePath)) {
    page.line(3, `${devicePath} from ${name}`);
  }
}

function sortedBy<T>(list: readonly T[], key: (item: T) => string): readonly T[] {
  return [...list].sort((a, b) => compareText(key(a), key(b)));
}
