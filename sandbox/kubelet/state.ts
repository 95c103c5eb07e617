// What a kubelet remembers while it runs: of each pod what its worker is at, what the runtime was last seen to have, and
// the status that was last decided. Plain data; all of it can be found again in the API and in the runtime.

import type { Cause } from '../kube/cause.ts';
import type { RegistryLogin } from '../machine/images/registry.ts';
import type { ContainerStatus } from '../machine/runtime.ts';
import type { V1Pod, V1PodStatus, V1ResourceRequirements } from '../schema/generated/types.ts';
import type { ChannelId } from '../time/channel.ts';
import type { Hop } from '../time/latency.ts';
import type { Task } from '../time/loop.ts';
import { type TimeMs, timeMs } from '../time/units.ts';
import type { Durations } from './door/durations.ts';

export interface KubeletState {
  readonly startedAt: TimeMs;
  /** Pods by uid. */
  readonly pods: Map<string, PodRecord>;
  /** The pod of each container and of each sandbox, by id. */
  readonly owners: Map<string, string>;
  /** Pods whose containers have changed since the runtime was last looked at. */
  readonly changed: Set<string>;
  /** Workers that wait until the runtime has been looked at again. */
  readonly waiting: Set<string>;
  /** Pods whose status has to be written. */
  readonly unwritten: Set<string>;
  /** Tasks on their way: the next look at the runtime, the next round of retries, the next writing of statuses. */
  lookAt: TimeMs | undefined;
  lookedAt: TimeMs;
  retryAt: TimeMs | undefined;
  writing: boolean;
  writtenAt: TimeMs;
  /** Numbers draws, waits and probes. */
  next: number;
  /** Pulls in the order in which they were asked for: one goes on at a time. */
  readonly pulls: Pull[];
  /** Images that came by a login, by digest: the logins for which they are there. */
  readonly pulledBy: Map<string, readonly RegistryLogin[]>;
  /** Manifests of static pods by file name. */
  readonly manifests: Map<string, { readonly text: string; readonly stamp: string; readonly uid: string }>;
  /** What clients far away have open here. */
  readonly sessions: Map<number, OpenSession>;
  readonly node: NodeMemory;
}

/** A command, or something attached to a container: whose client may send more. */
export interface OpenSession {
  readonly container: string;
  /** Undefined for what is only attached. */
  readonly exec: number | undefined;
  readonly argv: readonly string[];
  readonly result: ChannelId;
  stdin: ChannelId | undefined;
  resize: ChannelId | undefined;
}

export interface Pull {
  readonly uid: string;
  readonly wait: number;
  readonly image: string;
  readonly logins: readonly RegistryLogin[];
  readonly askedAt: TimeMs;
  begun: boolean;
}

interface NodeMemory {
  registered: boolean;
  /** The node's status as it was last written, as JSON, and when. */
  written: string;
  writtenAt: TimeMs | undefined;
  podCIDRs: readonly string[];
  /** Signals of pressure that are met, with the moment of their last sight. */
  readonly pressure: Map<string, TimeMs>;
}

/** syncing: it is to run. terminating: its containers are being stopped. terminated: what is left is cleaned up. */
type WorkType = 'syncing' | 'terminating' | 'terminated' | 'finished';

export interface PodRecord {
  readonly uid: string;
  /** The uid of its object in the API, which for a static pod is a mirror. */
  apiUid: string;
  /** `namespace/name` */
  readonly key: string;
  /** As the API has it; for a static pod, as its file says. */
  pod: V1Pod;
  /** As the API says, with resources that may not have been granted. */
  asked: V1Pod;
  /** What of that is not done yet, by the generation that asked for it. */
  resize:
    | {
        readonly pending: { readonly message: string; readonly generation: number } | undefined;
        readonly inProgress: number | undefined;
      }
    | undefined;
  readonly isStatic: boolean;

  work: WorkType;
  /** A sync is going on; another one is asked for. */
  working: boolean;
  pending: boolean;
  /** Why; what asked for the sync that goes on, or for the next. */
  causes: readonly Cause[];
  /** When it last came to an end, and when to try again. */
  syncedAt: TimeMs;
  due: TimeMs | undefined;
  /** What is left to do in this sync, in order; the first of them may be waiting. */
  steps: Step[];
  /** The wait that may wake it; everything older is stale. */
  wait: number;
  /** What has come of what the first step waited for. */
  answer: Answer | undefined;
  result: SyncResult;
  killed: Map<string, Kill>;
  deleted: boolean;
  /** It is to be stopped once the sync that goes on is over. */
  stopRequested: boolean;
  /** The node didn't take it. */
  rejected: boolean;
  evicted: Eviction | undefined;
  /** Seconds; 0 until termination was asked for. */
  grace: number;
  /** The API doesn't know it any more. */
  removed: boolean;

  /** The runtime's view at the last look, and when that was. */
  seen: RuntimePod;
  seenAt: TimeMs;
  /** Sandboxes by id, the newest last. */
  sandboxes: SandboxRecord[];
  /** The newest last. */
  containers: ContainerRecord[];

  /** Undefined until one was decided. */
  status: V1PodStatus | undefined;
  /** Nothing will change it any more. */
  finished: boolean;
  /** Why containers weren't started, by name. */
  readonly reasons: Map<string, { readonly reason: string; readonly message: string }>;
  readonly restarts: Map<string, Backoff>;
  readonly pulls: Map<string, Backoff>;
  /** What the last failed pull said, by image. */
  readonly pullErrors: Map<string, string>;
  /** By `container/type`. */
  readonly probes: Map<string, ProbeRecord>;
  /** By `id/type`. */
  readonly results: Map<string, ProbeResult>;
  volumes: VolumesRecord;
  probing: boolean;
}

interface Eviction {
  readonly reason: string;
  readonly message: string;
  /** Seconds. */
  readonly grace: number;
  /** It goes for the node's sake, and its conditions say so. */
  readonly disruption: boolean;
}

export interface Backoff {
  /** Milliseconds. */
  delay: number;
  last: TimeMs;
}

interface SandboxRecord {
  readonly id: string;
  readonly attempt: number;
}

export interface ContainerRecord {
  readonly id: string;
  readonly name: string;
  readonly restartCount: number;
  /** What of its spec is compared to see that it was changed. */
  readonly image: string;
  readonly messagePath: string;
  readonly messagePolicy: string;
  /** How its image is reported, once that was found out. */
  reported: ReportedImage | undefined;
  /** What it was given. */
  resources: V1ResourceRequirements;
}

/** `docker.io/library/nginx:1.27`, and with its digest. */
export interface ReportedImage {
  readonly image: string;
  readonly imageID: string;
}

/** A pod as the runtime has it. */
export interface RuntimePod {
  readonly ips: readonly string[];
  /** The newest; undefined before there is one. */
  readonly sandbox: { readonly id: string; readonly ready: boolean; readonly attempt: number } | undefined;
  /** The newest first. */
  readonly containers: readonly SeenContainer[];
}

export interface SeenContainer {
  readonly name: string;
  readonly restartCount: number;
  readonly status: ContainerStatus;
  /** What it left behind as its last words. */
  readonly message: string;
}

export const NOTHING_SEEN: RuntimePod = { ips: [], sandbox: undefined, containers: [] };

/** What a sync has come to: errors in the order of their starts. */
export interface SyncResult {
  /** It did something to containers. */
  acted: boolean;
  error: boolean;
  /** When the shortest back-off among the errors ends. */
  backoffUntil: TimeMs | undefined;
  networkNotReady: boolean;
  terminal: boolean;
  /** Something was done that no container's state shows. */
  again: boolean;
}

export interface Answer {
  readonly ok: boolean;
  readonly text: string;
  /** For an image: how long its pull took, its bytes, and the logins it was asked for with. */
  readonly took?: number;
  readonly size?: number;
  readonly waited?: number;
  readonly logins?: readonly RegistryLogin[];
}

export type ContainerType = 'init' | 'regular' | 'ephemeral';

export type Step =
  /** `wanted`: the moment of the next try to set up what is missing; `tries` so far. */
  | {
      readonly do: 'volumes';
      readonly since: TimeMs;
      tries: number;
      wanted: TimeMs;
      ready?: boolean;
      failed?: readonly string[];
    }
  | { readonly do: 'pause'; readonly hop: Hop }
  | { readonly do: 'plan' }
  | { readonly do: 'kill'; readonly id: string; readonly message: string; readonly reason: KillReason }
  | { readonly do: 'await-kills' }
  | { readonly do: 'kill-all' }
  | { readonly do: 'stop-sandbox' }
  | { readonly do: 'sandbox-stopped' }
  | { readonly do: 'resize'; readonly id: string; readonly container: string }
  | { readonly do: 'sandbox'; readonly attempt: number }
  | { readonly do: 'start'; readonly container: string; readonly type: ContainerType }
  /** `before`: it is for a volume of the container, whose own image comes afterwards. */
  | {
      readonly do: 'pull';
      readonly container: string;
      readonly type: ContainerType;
      readonly image: string;
      readonly before: boolean;
    }
  | { readonly do: 'create'; readonly container: string; readonly type: ContainerType }
  | { readonly do: 'launch'; readonly container: string; readonly type: ContainerType; readonly id: string }
  | { readonly do: 'post-start'; readonly container: string; readonly type: ContainerType; readonly id: string }
  | { readonly do: 'fail'; readonly container: string; readonly reason: string; readonly message: string }
  | { readonly do: 'stopped' }
  | { readonly do: 'clean' };

export type KillReason = 'liveness' | 'startup' | 'hook' | 'unknown';

export interface Kill {
  /** The container's id and name. */
  readonly container: string;
  readonly name: string;
  /** Sidecars wait for the others. */
  readonly inOrder: boolean;
  readonly since: TimeMs;
  /** Seconds. */
  readonly grace: number;
  /** pre-stop: its hook runs. turn: others end before it. stopping: it was asked to end. */
  phase: 'pre-stop' | 'turn' | 'stopping' | 'ended';
  /** When it will be killed. */
  readonly deadline: TimeMs;
}

export type ProbeType = 'startup' | 'readiness' | 'liveness';
export type ProbeResult = 'success' | 'failure' | 'unknown';

export interface ProbeRecord {
  readonly container: string;
  readonly type: ProbeType;
  /** Id of the container it is about; empty before there is one. */
  id: string;
  last: 'success' | 'failure' | undefined;
  run: number;
  onHold: boolean;
  /** A probe is under way. */
  busy: boolean;
  /** Its next moment came meanwhile. */
  late: boolean;
  tick: Task | undefined;
  /** What may still come in is of this one. */
  number: number;
  tries: number;
  /** How often it came to what, since the container is probed. */
  readonly counted: { success: number; failure: number };
  /** When the one that is under way began. */
  beganAt: TimeMs;
  /** How long those took that succeeded: their sum, and how many fell into each bucket of `PROBE_BUCKETS_S`. */
  took: Durations;
}

interface VolumesRecord {
  mounted: boolean;
  /** When the volumes that carry objects were last filled. */
  filledAt: TimeMs | undefined;
  readonly made: Map<string, MadeVolume>;
  readonly tokens: Map<string, { readonly token: string; readonly renewAt: TimeMs }>;
}

/** What a volume of a pod has become on the node. */
export type MadeVolume =
  | { readonly kind: 'volume'; readonly volume: string; readonly own: boolean; readonly readOnly: boolean }
  | { readonly kind: 'host'; readonly path: string }
  | { readonly kind: 'image'; readonly image: string };

export function newKubeletState(startedAt: TimeMs): KubeletState {
  return {
    startedAt,
    pods: new Map(),
    owners: new Map(),
    changed: new Set(),
    waiting: new Set(),
    unwritten: new Set(),
    lookAt: undefined,
    lookedAt: startedAt,
    retryAt: undefined,
    writing: false,
    writtenAt: timeMs(0),
    next: 0,
    pulls: [],
    pulledBy: new Map(),
    manifests: new Map(),
    sessions: new Map(),
    node: { registered: false, written: '', writtenAt: undefined, podCIDRs: [], pressure: new Map() },
  };
}

export function newPodRecord(pod: V1Pod, isStatic: boolean): PodRecord {
  const { uid = '', namespace = '', name = '' } = pod.metadata ?? {};
  return {
    uid,
    apiUid: uid,
    key: `${namespace}/${name}`,
    pod,
    asked: pod,
    resize: undefined,
    isStatic,
    work: 'syncing',
    working: false,
    pending: false,
    causes: [],
    syncedAt: 0 as TimeMs,
    due: undefined,
    steps: [],
    wait: 0,
    answer: undefined,
    result: newResult(),
    killed: new Map(),
    deleted: false,
    stopRequested: false,
    rejected: false,
    evicted: undefined,
    grace: 0,
    removed: false,
    seen: NOTHING_SEEN,
    seenAt: 0 as TimeMs,
    sandboxes: [],
    containers: [],
    status: undefined,
    finished: false,
    reasons: new Map(),
    restarts: new Map(),
    pulls: new Map(),
    pullErrors: new Map(),
    probes: new Map(),
    results: new Map(),
    volumes: { mounted: false, filledAt: undefined, made: new Map(), tokens: new Map() },
    probing: false,
  };
}

export function newResult(): SyncResult {
  return { acted: false, error: false, backoffUntil: undefined, networkNotReady: false, terminal: false, again: false };
}
