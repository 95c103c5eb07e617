// A cluster for tests of operators and tools: made in milliseconds, on virtual time, with a client that speaks promises.

import type { AuditEvent } from './apiserver/audit/log.ts';
import type { Client, ObjectRef, Patch } from './client/client.ts';
import {
  type Cluster,
  type ClusterSpec,
  type ClusterState,
  clusterOf,
  type Extras,
  newCluster,
  usualSpec,
} from './cluster.ts';
import { parseDurationMs } from './kube/duration.ts';
import type { KubeList, KubeObject } from './kube/meta.ts';
import type { DeleteOptions, ListOptions, UserInfo, WriteOptions } from './kube/operation.ts';
import type { ResourceType } from './kube/resource.ts';
import type { V1Status } from './kube/status.ts';
import { type Outlet, openOutlet } from './outlet.ts';
import type { Loop, Outcome, Work } from './time/loop.ts';
import { after, type DurationMs, durationMs, EPOCH, type TimeMs, timeMs } from './time/units.ts';
import type { AllowedHosts, HostCalls } from './wire/hostcalls.ts';
import { builtDocumentation } from './wire/texts.ts';

export interface SandboxOptions {
  /** Where all chance begins: names, uids, latencies. 1 unless given. */
  readonly seed?: number;
  /** Workers beside the control plane; 2 unless given. */
  readonly workers?: number;
  /** RFC 3339; 2026-01-01T00:00:00Z unless given. */
  readonly startTime?: string;
  /** All nodes in detail, instead of `workers`. */
  readonly spec?: ClusterSpec;
  /** A secret: tokens of service accounts are signed with it. Without one, `serve` takes no tokens. */
  readonly tokenKey?: string;
  /**
   * Webhooks by URL are called in truth, over TLS: `true` for those on this machine (127.0.0.1, localhost), or the names
   * of the hosts. Without it, nobody is there. The cluster's time stands still until they answer.
   */
  readonly webhooks?: AllowedHosts;
}

/** A client whose calls are promises. Objects are plain JSON in wire shape; times are RFC 3339 texts. */
export interface SandboxClient {
  get<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef): Promise<T>;
  /** Undefined when it isn't there. */
  find<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef): Promise<T | undefined>;
  list<T extends KubeObject>(type: ResourceType<T>, namespace?: string, options?: ListOptions): Promise<KubeList<T>>;
  create<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Promise<T>;
  update<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Promise<T>;
  updateStatus<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, patch: Patch): Promise<T>;
  delete<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, options?: DeleteOptions): Promise<T | V1Status>;
}

export interface Sandbox {
  /** As an administrator, or as somebody else. */
  client(user?: UserInfo): SandboxClient;
  /** RFC 3339. */
  now(): string;
  /** Lets virtual time pass: `'30s'`, `'1h30m'`, or milliseconds. */
  advance(duration: string | number): Promise<void>;
  /** Runs whatever is ready at this instant. */
  settle(): Promise<void>;
  /** Lets time pass until it holds, looking after every change; rejects after `within` of cluster time ('5m' unless given). */
  until(holds: () => boolean | Promise<boolean>, within?: string | number): Promise<void>;
  /** Stops a component (`kube-scheduler`, `kube-controller-manager`, `kubelet/worker-1`) or starts it again. */
  component(name: string): { stop(): void; start(): void; cutOff(yes: boolean): void };
  components(): readonly string[];
  /** Everything at this moment; a cluster can be made of it as often as one likes. */
  snapshot(): Snapshot;
  /** Another cluster that goes on from the same moment. */
  fork(): Sandbox;
  /**
   * Opens a socket on 127.0.0.1 for programs in other processes; `kubeconfig` of what it answers leads there. Until it is
   * closed, time passes by itself.
   */
  serve(options?: { readonly port?: number; readonly speed?: number }): Promise<Outlet>;
  /** What was asked of the API server, the oldest first, as far as `spec.auditPolicy` wants it kept; nothing without one. */
  audit(): readonly AuditEvent[];
  /** What it is made of: for `whyObject` and for what has no face here yet. */
  readonly cluster: Cluster;
}

/** A moment of a cluster. */
export interface Snapshot {
  readonly state: ClusterState;
}

/** A fresh cluster, its nodes ready. */
export async function createCluster(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed = 1, workers = 2, startTime, spec = usualSpec(workers), tokenKey, webhooks } = options;
  const at = startTime === undefined ? EPOCH : timeMs(Date.parse(startTime));
  if (Number.isNaN(at)) throw new RangeError(`startTime is to be RFC 3339, as 2026-01-01T00:00:00Z, not ${startTime}`);
  const wiring: Wiring = {
    extras: { documentation: builtDocumentation, ...(tokenKey === undefined ? {} : { tokenKey }) },
    ...(webhooks === undefined ? {} : { callsOf: await hostCalls(webhooks) }),
  };
  return sandboxWith(wiring, (extras) => newCluster({ seed, spec, startTime: at }, extras));
}

/** What a cluster and its forks are wired to. */
interface Wiring {
  readonly extras: Extras;
  /** Each has calls of its own. */
  readonly callsOf?: (loop: () => Loop) => HostCalls;
}

async function hostCalls(allowed: AllowedHosts): Promise<(loop: () => Loop) => HostCalls> {
  const { createHostCalls } = await import('./wire/hostcalls.ts');
  return (loop) => createHostCalls(loop, allowed);
}

function sandboxWith(wiring: Wiring, make: (extras: Extras) => Cluster): Sandbox {
  const calls = wiring.callsOf?.(() => cluster.loop);
  const outside = calls === undefined ? {} : { outside: calls.outgoing };
  const cluster: Cluster = make({ ...wiring.extras, ...outside });
  return sandboxOf(cluster, wiring, calls);
}

/** The cluster of a snapshot; the snapshot stays as it is. */
export function restore({ state }: Snapshot): Sandbox {
  return sandboxWith({ extras: {} }, () => clusterOf(clusterOf(state).snapshot()));
}

function sandboxOf(cluster: Cluster, wiring: Wiring, calls: HostCalls | undefined): Sandbox {
  const { loop } = cluster;
  const { extras } = wiring;
  /** Runs up to a moment, waiting for the host where it must. */
  const runTo = async (end: TimeMs, over: () => boolean): Promise<void> => {
    while (!loop.runUntil(end, over) && !over()) await calls?.answered();
  };
  const sandbox: Sandbox = {
    cluster,
    client: (user) => clientOf(cluster.client(user), (work) => finished(loop, work, runTo)),
    now: () => new Date(loop.now()).toISOString(),
    advance: (duration) => runTo(after(loop.now(), lengthOf(duration)), never),
    settle: () => runTo(loop.now(), never),
    async until(holds, within = '5m') {
      const end = loop.now() + lengthOf(within);
      for (;;) {
        await runTo(loop.now(), never);
        if (await holds()) return;
        const next = loop.next();
        if (next === undefined || next > end) throw new Error(`it did not hold within ${within} of cluster time`);
        const revision = cluster.store.revision();
        await runTo(timeMs(end), () => cluster.store.revision() !== revision);
      }
    },
    component(name) {
      const found = cluster.components.get(name);
      if (found === undefined)
        throw new RangeError(`no component is called ${name}; there are ${sandbox.components()}`);
      return found;
    },
    components: () => [...cluster.components.keys()],
    audit: () => [...cluster.state.apiserver.audit.events],
    snapshot: () => ({ state: cluster.snapshot() }),
    fork: () => sandboxWith(wiring, (own) => clusterOf(cluster.snapshot(), own)),
    serve: (options = {}) => openOutlet(cluster, { ...options, tokens: extras.tokenKey !== undefined }, calls),
  };
  return sandbox;
}

function lengthOf(duration: string | number): DurationMs {
  if (typeof duration === 'number') return durationMs(duration);
  return durationMs(parseDurationMs(duration));
}

function never(): boolean {
  return false;
}

type Run = <T>(work: Work<T>) => Promise<T>;

function clientOf(client: Client, run: Run): SandboxClient {
  return {
    get: (type, ref) => run(client.get(type, ref)),
    find: (type, ref) => run(client.find(type, ref)),
    list: (type, namespace, options) => run(client.list(type, namespace, options)),
    create: (type, object, options) => run(client.create(type, object, options)),
    update: (type, object, options) => run(client.update(type, object, options)),
    updateStatus: (type, object, options) => run(client.updateStatus(type, object, options)),
    patch: (type, ref, patch) => run(client.patch(type, ref, patch)),
    delete: (type, ref, options) => run(client.delete(type, ref, options)),
  };
}

/** What waits for something of the cluster gets it as virtual time passes. */
async function finished<T>(
  loop: Loop,
  work: Work<T>,
  runTo: (end: TimeMs, over: () => boolean) => Promise<void>,
): Promise<T> {
  let outcome: Outcome<T> | undefined;
  loop.start(work, (found) => {
    outcome = found;
  });
  const over = (): boolean => outcome !== undefined;
  while (!over()) {
    // Nothing is due, but the host may have something to say.
    await runTo(loop.next() ?? loop.now(), over);
    if (!over() && loop.next() === undefined) break;
  }
  return resultOf(outcome);
}

function resultOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome === undefined) throw new Error('this waits for something that will never come');
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}
