// What the parts of one kubelet share: its node, its runtime, its caches of the API, and the right to post to itself.

import type { Component } from '../client/component.ts';
import type { EventRecorder } from '../client/events.ts';
import type { Informer } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import type { Kernel } from '../machine/context.ts';
import type { PodNetwork } from '../machine/podnetwork.ts';
import type { Files } from '../machine/runtime/walk.ts';
import type { ContainerRuntime } from '../machine/runtime.ts';
import type { Host } from '../machine/state.ts';
import type { V1Node, V1Pod, V1Service } from '../schema/generated/types.ts';
import { draws } from '../time/chance.ts';
import { type Hop, type Latency, latency } from '../time/latency.ts';
import type { Port, Task } from '../time/loop.ts';
import { type DurationMs, durationMs, type TimeMs } from '../time/units.ts';
import { fieldPath } from './spec.ts';
import type { KubeletState, PodRecord } from './state.ts';
import type { Words } from './words.ts';

/** A node as it is made: its hardware, and what its kubelet says about it from the beginning. */
export interface KubeletNode {
  readonly name: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes. */
  readonly disk: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly address: string;
  /** The range of its pods, where nobody in the cluster hands out ranges. */
  readonly podCIDR?: string;
  readonly providerID?: string;
}

/** What a kubelet does at some moment. Plain data: it waits in the loop. */
export type KubeletTask =
  | { readonly do: 'look' }
  | { readonly do: 'retry' }
  | { readonly do: 'write' }
  | { readonly do: 'resume'; readonly uid: string; readonly wait: number }
  | { readonly do: 'sync'; readonly uid: string }
  | { readonly do: 'told'; readonly what: object }
  | { readonly do: 'kill'; readonly uid: string; readonly container: string }
  | { readonly do: 'probe'; readonly uid: string; readonly probe: string; readonly number: number }
  | { readonly do: 'register' }
  | { readonly do: 'heartbeat' }
  | { readonly do: 'report' }
  | { readonly do: 'manifests' }
  | { readonly do: 'pressure' }
  | { readonly do: 'rewrite'; readonly uid: string }
  | { readonly do: 'mirror'; readonly uid: string; readonly gone: boolean }
  | { readonly do: 'lease' };

export interface Kubelet {
  readonly node: KubeletNode;
  readonly component: Component;
  readonly kernel: Kernel;
  readonly host: Host;
  readonly runtime: ContainerRuntime;
  readonly network: PodNetwork;
  readonly events: EventRecorder;
  readonly pods: Informer<V1Pod>;
  readonly services: Informer<V1Service>;
  readonly nodes: Informer<V1Node>;
  readonly port: Port<KubeletTask>;
  /** Whom the machine tells what has become of a probe. */
  readonly actor: string;
  /** Files of a volume, by its name in the machine room. */
  volumeFiles(volume: string): Files;
  state(): KubeletState;
  now(): TimeMs;
}

/** Hops draw from a stream of their own node. */
export function hop({ component, node, state }: Kubelet, name: Hop): DurationMs {
  return streamOf(component.seed, name, node.name).at(state().next++);
}

function streamOf(seed: number, name: Hop, node: string): Latency {
  return latency(seed, name, node);
}

/**
 * What is added to a wait, as parts of it. A real kubelet draws evenly from nothing to a half (JitterFactor 0.5 in its pod
 * workers); here it is the middle of that, give or take a little, so that what a learner meets is what is usual.
 */
const JITTER = { least: 0.23, most: 0.27 } as const;

/** A wait with something added, so that not everybody comes at once. */
export function jittered({ component, node, state }: Kubelet, wait: number): DurationMs {
  const fraction = draws(component.seed, 'jitter', node.name).fraction(state().next++);
  return durationMs(wait * (1 + JITTER.least + (JITTER.most - JITTER.least) * fraction));
}

/** An event about a pod, or about one of its containers. */
export function note(kubelet: Kubelet, record: PodRecord, { type, reason, message }: Words, container?: string): void {
  const { pod, causes } = record;
  const about = { apiVersion: 'v1', kind: 'Pod', ...pod };
  const path = container === undefined ? {} : { fieldPath: fieldPath(pod, container) };
  kubelet.events.note({ about, type, reason, message, causes, ...path });
}

/** Something is waited for: the worker goes on when this is resumed, unless it waits for something else by then. */
export function waitFor(kubelet: Kubelet, record: PodRecord, delay?: DurationMs): Task | undefined {
  record.wait = ++kubelet.state().next;
  if (delay === undefined) return undefined;
  return kubelet.port.post({ do: 'resume', uid: record.uid, wait: record.wait }, delay, record.causes);
}

/** A process did something. */
export function processCause(what: string, because: readonly Cause[]): readonly Cause[] {
  return [{ kind: 'process', what, because: because.slice(0, 2) }];
}
