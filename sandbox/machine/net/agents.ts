// What uses the network without being a process: probes, fetches of the house, forwarded ports. Each is a record that
// takes a step whenever it is woken, which is far cheaper than a process.

import type { ChannelId } from '../../time/channel.ts';
import type { Task, TaskData } from '../../time/loop.ts';
import type { DurationMs, TimeMs } from '../../time/units.ts';
import { type Kernel, MACHINE } from '../context.ts';
import { kernelWalker } from '../files/tree.ts';
import type { ChannelSource } from '../streams/outside.ts';
import type { HttpBody } from './body.ts';
import type { HttpCall } from './client.ts';
import type { ConnectCall } from './connect.ts';
import type { Endpoint, NetworkNamespace } from './namespace.ts';
import type { Caller } from './resolver.ts';

interface Common {
  readonly number: number;
  readonly network: NetworkNamespace;
  /** Whose names for addresses count. */
  readonly host: string;
  /** Who is told of what comes of it, and by what it knows this one. */
  readonly actor: string;
  readonly key: TaskData;
  timer: Task | undefined;
  queued: boolean;
}

export interface ProbeAgent extends Common {
  readonly kind: 'probe';
  readonly probe: NetworkProbe;
  readonly timeout: DurationMs;
  readonly deadline: TimeMs;
  /** Somebody has accepted the connection. */
  connected: boolean;
  http: HttpCall | undefined;
  connect: ConnectCall | undefined;
  redirects: number;
}

export type NetworkProbe =
  | { readonly kind: 'http'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'grpc'; readonly host: string; readonly port: number; readonly service: string };

export interface FetchAgent extends Common {
  readonly kind: 'fetch';
  readonly http: HttpCall;
  /** Once the head has come: its body is moved to a channel. */
  pump: { readonly body: HttpBody; readonly to: ChannelId } | undefined;
}

export interface ForwardAgent extends Common {
  readonly kind: 'forward';
  readonly connect: ConnectCall;
  endpoint: Endpoint | undefined;
  readonly from: ChannelSource;
  readonly to: ChannelId;
  /** Of what has come from outside: bytes that the connection hasn't taken yet. */
  held: Uint8Array;
}

export interface ExecAgent extends Common {
  readonly kind: 'exec';
  readonly exec: number;
  readonly source: ChannelSource;
  readonly parts: Uint8Array[];
  size: number;
  readonly deadline: TimeMs | undefined;
  status: number | undefined;
}

export type Agent = ProbeAgent | FetchAgent | ForwardAgent | ExecAgent;

/** A task of the kernel's: an agent takes its next step. */
export interface AgentTask {
  readonly kind: 'agent';
  readonly agent: number;
}

export function addAgent(kernel: Kernel, agent: Agent): void {
  kernel.state.agents.set(agent.number, agent);
  wakeAgent(kernel, agent);
}

export function wakeAgent(kernel: Kernel, agent: Agent): void {
  if (agent.queued) return;
  agent.queued = true;
  const what: AgentTask = { kind: 'agent', agent: agent.number };
  kernel.loop.wake({ actor: MACHINE, what });
}

/** It has done what it was for. */
export function removeAgent(kernel: Kernel, agent: Agent): void {
  kernel.loop.cancel(agent.timer);
  kernel.state.agents.delete(agent.number);
}

/** Tells whoever asked for it. */
export function tellActor(kernel: Kernel, { actor, key }: Agent, what: object): void {
  kernel.loop.wake({ actor, what: { ...what, key } });
}

export function agentCaller(kernel: Kernel, agent: Agent): Caller {
  const root = kernel.state.hosts.get(agent.host)?.root;
  if (root === undefined) throw new Error(`there is no host ${agent.host}`);
  return { id: agent.number, network: agent.network, files: kernelWalker({ mount: root, inode: root.root }) };
}
