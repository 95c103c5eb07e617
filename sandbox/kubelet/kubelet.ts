// The kubelet of one node: it runs the pods that are bound to it. This file wires the parts together; what happens when
// stands in `worker.ts`, and what has to be done in `actions.ts`.

import type { Client } from '../client/client.ts';
import { type Component, Unreachable } from '../client/component.ts';
import { createEventRecorder } from '../client/events.ts';
import type { InformerEvent } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import { type JsonObject, sameJson } from '../kube/json.ts';
import type { UserInfo } from '../kube/operation.ts';
import type { Kernel } from '../machine/context.ts';
import type { PodNetwork } from '../machine/podnetwork.ts';
import { createRuntime } from '../machine/runtime/binding.ts';
import { addHost } from '../machine/runtime/hosts.ts';
import { volumeFiles } from '../machine/runtime/volumes.ts';
import { filesOf } from '../machine/runtime/walk.ts';
import type { Host } from '../machine/state.ts';
import { Nodes, Pods, Services } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, seconds } from '../time/units.ts';
import { killDue } from './containers/killing.ts';
import { hop, type Kubelet, type KubeletNode, type KubeletTask, processCause } from './kubeletcontext.ts';
import { registerCsiNode } from './node/csinode.ts';
import { EVICTION_PERIOD, watchPressure } from './node/eviction.ts';
import {
  isReadinessStale,
  LEASE_PERIOD,
  noteNode,
  registerNode,
  renewLease,
  reportNode,
  STATUS_PERIOD,
} from './node/nodestatus.ts';
import { probeTick } from './probes.ts';
import { recoverPods } from './recovery.ts';
import { takePod } from './resize.ts';
import { newKubeletState, newPodRecord, type PodRecord } from './state.ts';
import {
  deleteMirror,
  MANIFESTS,
  MIRROR,
  mirroredBy,
  PRESENT,
  restoreMirror,
  scanManifests,
  staticUids,
} from './staticpods.ts';
import { writeOldest, writeSoon } from './status/statuses.ts';
import { handleTold, type Told, tellProbe } from './told.ts';
import { admitPod, advance, lookRound, removeFromRuntime, requestSync, retryRound } from './worker.ts';

/** What kubelets need of those who put a cluster together. */
interface KubeletDeps {
  readonly kernel: Kernel;
  readonly network: PodNetwork;
}

/** `kubelet/worker-1`: a component's name. */
export function kubeletName(node: string): string {
  return `kubelet/${node}`;
}

export function kubeletUser(node: string): UserInfo {
  return { name: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] };
}

/** Wires the kubelet of a node to its component; the node's machine is made when it isn't there yet. Answers its door. */
export function setUpKubelet(component: Component, node: KubeletNode, deps: KubeletDeps): Kubelet {
  const { kernel, network } = deps;
  const actor = `node/${node.name}`;
  const host = kernel.state.hosts.get(node.name) ?? newMachine(kernel, node, actor);
  const state = component.memory('kubelet', () => newKubeletState(component.now()));
  const port = component.timer<KubeletTask>('kubelet', (task, turn) => run(kubelet, task, turn.client));
  const kubelet: Kubelet = {
    node,
    component,
    kernel,
    host,
    runtime: createRuntime(kernel, host),
    network,
    events: createEventRecorder(component, { component: 'kubelet', host: node.name }),
    pods: component.informer(Pods, { fieldSelector: `spec.nodeName=${node.name}` }),
    services: component.informer(Services),
    nodes: component.informer(Nodes, { fieldSelector: `metadata.name=${node.name}` }),
    port,
    actor,
    volumeFiles: (volume) => volumeFiles(kernel, volume),
    state,
    now: component.now,
  };
  kernel.loop.actor<object>(actor, (what) => {
    if (!component.running() || tellProbe(kubelet, what as Told)) return;
    port.post({ do: 'told', what }, undefined, processCause(toldText(what), []));
  });
  kubelet.pods.on((event) => podChanged(kubelet, event));
  kubelet.nodes.on(({ type, causes }) => {
    if (type !== 'deleted' && isReadinessStale(kubelet)) port.post({ do: 'report' }, FAST_REPORT, causes);
  });
  component.onStart(() => begin(kubelet));
  return kubelet;
}

function newMachine(kernel: Kernel, { name, cores, memory, disk, address }: KubeletNode, events: string): Host {
  const host = addHost(kernel, { name, cores, memory, disk, addresses: [address], events });
  const files = filesOf(kernel, host.root);
  files.makeFolder(MANIFESTS);
  files.makeFolder('/tmp', { mode: 0o1777 });
  files.write('/etc/hostname', `${name}\n`);
  files.write('/etc/hosts', `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${address}\t${name}\n`);
  files.write('/etc/resolv.conf', 'nameserver 172.18.0.1\noptions ndots:0\n');
  files.write('/etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n');
  return host;
}

/** While the API can't be reached. */
const REGISTER_AGAIN = seconds(1);
/** How soon a node says that it has become ready. */
const FAST_REPORT = durationMs(100);

function toldText(what: object): string {
  return 'kind' in what ? String(what.kind) : 'event';
}

/** A kubelet that starts finds its pods in the runtime again, then makes itself known. */
function begin(kubelet: Kubelet): void {
  recoverPods(kubelet, staticUids(kubelet));
  kubelet.port.post({ do: 'register' }, undefined, []);
  kubelet.port.post({ do: 'manifests' }, PRESENT, []);
}

function podChanged(kubelet: Kubelet, { type, object, causes }: InformerEvent<V1Pod>): void {
  const uid = object.metadata?.uid ?? '';
  if (object.metadata?.annotations?.[MIRROR] !== undefined) {
    mirrorChanged(kubelet, type, object, causes);
    return;
  }
  const state = kubelet.state();
  const known = state.pods.get(uid);
  if (type === 'deleted') {
    if (known !== undefined) podRemoved(kubelet, known, object, causes);
    return;
  }
  const record = known ?? newPodRecord(object, false);
  if (known === undefined) {
    state.pods.set(uid, record);
    admitPod(kubelet, record);
  }
  const worth = known === undefined || isWorthASync(known.asked, object);
  takePod(kubelet, record, object);
  if (worth) kubelet.port.post({ do: 'sync', uid }, hop(kubelet, 'kubelet'), causes);
}

/** Mirrors are the API's picture of something else: nothing is run for them. */
function mirrorChanged(kubelet: Kubelet, type: string, mirror: V1Pod, causes: readonly Cause[]): void {
  const record = mirroredBy(kubelet, mirror.metadata?.uid ?? '');
  if (record === undefined) return;
  const going = mirror.metadata?.deletionTimestamp !== undefined;
  if (type === 'deleted')
    kubelet.port.post({ do: 'mirror', uid: record.uid, gone: true }, hop(kubelet, 'kubelet'), causes);
  else if (going) kubelet.port.post({ do: 'mirror', uid: record.uid, gone: false }, hop(kubelet, 'kubelet'), causes);
}

/** The kubelet's own writes come back to it; they ask for nothing. */
function isWorthASync(before: V1Pod, after: V1Pod): boolean {
  if (before.metadata?.deletionTimestamp !== after.metadata?.deletionTimestamp) return true;
  if (before.metadata?.deletionGracePeriodSeconds !== after.metadata?.deletionGracePeriodSeconds) return true;
  const gates = after.spec?.readinessGates ?? [];
  if (gates.length > 0 && before.status?.conditions !== after.status?.conditions) return true;
  if (
    before.status?.phase !== after.status?.phase &&
    (after.status?.phase === 'Failed' || after.status?.phase === 'Succeeded')
  )
    return true;
  return !sameJson(askedFor(before), askedFor(after));
}

/** What others may change of a pod that runs. */
function askedFor({ metadata, spec }: V1Pod): JsonObject {
  return { labels: metadata?.labels, annotations: metadata?.annotations, spec };
}

function podRemoved(kubelet: Kubelet, record: PodRecord, last: V1Pod, causes: readonly Cause[]): void {
  record.pod = last;
  record.removed = true;
  if (record.work === 'finished') {
    removeFromRuntime(kubelet, record);
    kubelet.state().pods.delete(record.uid);
  } else kubelet.port.post({ do: 'sync', uid: record.uid }, hop(kubelet, 'kubelet'), causes);
}

/** One task of the kubelet's. */
function* run(kubelet: Kubelet, task: KubeletTask, client: Client): Work<void> {
  const record = 'uid' in task ? kubelet.state().pods.get(task.uid) : undefined;
  switch (task.do) {
    case 'sync':
      if (record !== undefined) yield* requestSync(kubelet, record, client.caller.origin.causes, client);
      return;
    case 'resume':
      if (record?.working === true && record.wait === task.wait) yield* advance(kubelet, record, client);
      return;
    case 'kill':
      if (record !== undefined) killDue(kubelet, record, task.container);
      return;
    case 'probe':
      if (record !== undefined) probeTick(kubelet, record, task.probe, task.number);
      return;
    case 'told':
      yield* handleTold(kubelet, task.what as Told, client);
      return;
    case 'look':
      yield* lookRound(kubelet, client);
      return;
    case 'retry':
      yield* retryRound(kubelet, client);
      return;
    case 'write':
      yield* writeOldest(kubelet, client);
      return;
    case 'register':
      yield* register(kubelet, client);
      return;
    case 'heartbeat':
      kubelet.port.post({ do: 'heartbeat' }, STATUS_PERIOD, []);
      yield* reportNode(kubelet, client);
      return;
    case 'pressure':
      kubelet.port.post({ do: 'pressure' }, EVICTION_PERIOD, []);
      yield* watchPressure(kubelet, client);
      return;
    case 'manifests':
      yield* scanManifests(kubelet, client);
      return;
    case 'rewrite':
      if (record !== undefined) writeSoon(kubelet, record);
      return;
    case 'mirror':
      if (record !== undefined)
        yield* task.gone ? restoreMirror(kubelet, record, client) : deleteMirror(record, client);
      return;
    case 'report':
      yield* reportNode(kubelet, client);
      return;
    case 'lease':
      kubelet.port.post({ do: 'lease' }, LEASE_PERIOD, []);
      yield* renewLease(kubelet, client);
      return;
    default:
      task satisfies never;
  }
}

function* register(kubelet: Kubelet, client: Client): Work<void> {
  try {
    yield* registerNode(kubelet, client);
    yield* registerCsiNode(client, kubelet.node.name);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    kubelet.port.post({ do: 'register' }, REGISTER_AGAIN, []);
    return;
  }
  kubelet.port.post({ do: 'heartbeat' }, STATUS_PERIOD, []);
  kubelet.port.post({ do: 'lease' }, undefined, []);
  kubelet.port.post({ do: 'pressure' }, EVICTION_PERIOD, []);
  noteNode(kubelet, 'Starting', 'Starting kubelet.');
  for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'])
    noteNode(kubelet, reason);
  noteNode(kubelet, 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
}
