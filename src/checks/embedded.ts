// The embedded cluster as the teacher sees it. Looking leaves no trace in it: nothing here writes to the state but what
// runs on a copy.

import type { Attempt } from '../../sandbox/apiserver/http/attempts.ts';
import { tableOf } from '../../sandbox/apiserver/registry.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { parseApiVersion, type ResourceType } from '../../sandbox/kube/resource.ts';
import { readLogs } from '../../sandbox/machine/runtime/logs.ts';
import type { Written } from '../../sandbox/machine/streams/outside.ts';
import type { V1Pod } from '../../sandbox/schema/generated/types.ts';
import { asRevision } from '../../sandbox/store/store.ts';
import { after, durationMs, type TimeMs } from '../../sandbox/time/units.ts';
import { whyObject } from '../../sandbox/why.ts';
import { CHECKER } from '../session/checker.ts';
import { trialClusterOf } from '../session/cluster.ts';
import { clusterNames, type LearnerCluster, simulatorOf } from '../session/clusters.ts';
import { startCommand, writtenText } from '../session/command.ts';
import { perform, startScript } from '../session/deeds.ts';
import { readHomeFile } from '../session/home.ts';
import { LEARNER_HOME } from '../workstation/workstation.ts';
import type { Ended, LogRef, ObjectChange, TeacherSession } from './session.ts';

/** `cluster` is asked for each time: undo puts another one in its place. `at`: which of several is looked at. */
export function embeddedSession(cluster: () => LearnerCluster, at?: string): TeacherSession {
  const simulator = () => simulatorOf(cluster(), at);
  const names = clusterNames(cluster());
  return {
    others: names.filter((name, n) => (at === undefined ? n > 0 : name !== at)),
    at: (name) => (names.includes(name) ? embeddedSession(cluster, name) : undefined),
    now: () => simulator().loop.now(),
    revision: () => simulator().store.revision(),
    client: (user) => simulator().client(user),
    run: (work) => simulator().run(work),
    resolve: (apiVersion, kind) => resolve(simulator(), apiVersion, kind),
    changesAfter: (type, revision) => changesAfter(simulator(), type, revision),
    changedSince: (revision) => changedSince(simulator(), revision),
    revisionAt: (time) => revisionAt(simulator(), time),
    listAt: (type, revision) => listAt(simulator(), type, revision),
    why: (type, { namespace, name }) => whyObject(simulator(), type, namespace, name),
    attempts: () => attempts(simulator()),
    log: (ref) => logOf(simulator(), ref),
    file: (path) => readHomeFile(cluster(), path),
    fork() {
      simulator().settle();
      if (simulator().loop.waiting() > 0) return undefined;
      const copy = trialClusterOf(cluster().simulator.snapshot());
      return embeddedSession(() => copy, at);
    },
    advance: (ms) => simulator().advance(durationMs(ms)),
    settle: () => simulator().settle(),
    exec: (script, timeoutMs) => exec(cluster(), script, timeoutMs, at),
    start: (script) => startCommand(cluster(), ['bash', '-c', script], { home: LEARNER_HOME }),
    startBeside(script) {
      startScript(cluster(), script, { at, isCopy: true });
    },
    perform: (deed) => perform(cluster(), { deed, ...(at === undefined ? {} : { cluster: at }) }),
  };
}

type Simulator = LearnerCluster['simulator'];

function resolve({ api }: Simulator, apiVersion: string | undefined, kind: string): ResourceType | undefined {
  if (apiVersion === undefined) return api.registry.all().find(({ type }) => type.kind === kind)?.type;
  const { group, version } = parseApiVersion(apiVersion);
  return api.registry.byKind(group, version, kind)?.type;
}

/** Changes as the store logged them; objects of another version than the stored one are given as they were stored. */
function changesAfter({ store }: Simulator, type: ResourceType, revision: number): readonly ObjectChange[] | 'gone' {
  const changes = store.changesAfter(tableOf(type), asRevision(revision));
  if ('gone' in changes) return 'gone';
  return changes.map((change) => ({
    key: change.key,
    time: change.time,
    object: change.type === 'deleted' ? undefined : withType(change.object, type),
  }));
}

/** Tables that are written all the time without meaning anything for a lesson. */
const NOISE: ReadonlySet<string> = new Set(['leases.coordination.k8s.io', 'events', 'events.events.k8s.io']);

function changedSince({ state }: Simulator, revision: number): boolean {
  const { log, compacted } = state.store;
  if (compacted > revision) return true;
  for (let i = log.length - 1; i >= 0; i--) {
    const change = log[i];
    if (change === undefined || change.revision <= revision) return false;
    if (!NOISE.has(change.table)) return true;
  }
  return false;
}

function revisionAt({ state, store }: Simulator, time: TimeMs): number {
  const next = state.store.log.find((change) => change.time > time);
  if (next === undefined) return store.revision();
  return Math.max(next.revision - 1, store.compacted());
}

function listAt({ store }: Simulator, type: ResourceType, revision: number): readonly KubeObject[] | 'gone' {
  const found = store.listAt(tableOf(type), '', asRevision(revision));
  return 'gone' in found ? 'gone' : found.map(({ object }) => withType(object, type));
}

function withType(object: KubeObject, { group, version, kind }: ResourceType): KubeObject {
  return object.kind === undefined
    ? { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...object }
    : object;
}

/** Runs a script as the checker. What it leaves on the workstation goes away with the copy. */
function exec(cluster: LearnerCluster, script: string, timeoutMs: number, at: string | undefined): Ended {
  const { loop } = cluster.simulator;
  const command = startScript(cluster, script, { at, isCopy: true });
  const end = after(loop.now(), durationMs(timeoutMs));
  const written: Written[] = [];
  while (command.status() === undefined) {
    const next = loop.next();
    if (next === undefined || next > end) break;
    loop.runUntil(next, () => false);
    written.push(...command.output());
  }
  written.push(...command.output());
  if (command.status() === undefined) command.kill();
  return { status: command.status(), output: writtenText(written) };
}

/** What the learner's own commands wrote; the checker's and those of programs in Pods left out. */
function attempts({ state }: Simulator): readonly Attempt[] {
  return state.door.attempts.latest.filter(({ user, source }) => user !== CHECKER.name && !source.startsWith('10.'));
}

/** A container's log, read where it lies: nobody is asked, and nothing is written. */
function logOf(
  { kernel, run, client, api }: Simulator,
  { namespace, pod, container, previous }: LogRef,
): string | undefined {
  const type = api.registry.byKind('', 'v1', 'Pod')?.type;
  const found = type && (run(client(CHECKER).find(type, { namespace, name: pod })) as V1Pod | undefined);
  const statuses = [...(found?.status?.containerStatuses ?? []), ...(found?.status?.initContainerStatuses ?? [])];
  const status = container === undefined ? statuses[0] : statuses.find(({ name }) => name === container);
  const before = status?.lastState?.terminated?.containerID;
  const id = (previous ? before : (status?.containerID ?? before))?.replace('containerd://', '');
  const { logPath, sandbox } = kernel.state.containers.get(id ?? '') ?? {};
  if (logPath === undefined || sandbox === undefined) return undefined;
  return Buffer.from(readLogs(kernel, sandbox.host, logPath, {})).toString('utf8');
}
