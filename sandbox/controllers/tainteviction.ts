// The taint eviction controller drives pods off nodes with NoExecute taints that they don't tolerate, or tolerate only for
// a time.
//
// observe: nodes and the pods bound to them.
// diff:    `graceOf` says how long a pod may stay.
// act:     note when each has to go; then say why in its status, and delete it.

import type { Turn } from '../client/component.ts';
import { type Informer, keyOf, splitKey } from '../client/informer.ts';
import { reasonOf } from '../kube/status.ts';
import { Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1Node, V1Pod, V1Taint, V1Toleration } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { after, durationMs, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { markDisrupted } from './shared/disruption.ts';
import { indexByNode, podsOn } from './shared/pods.ts';
import { tolerationsUsed } from './shared/taints.ts';

/** When pods have to go, by their keys. Plain data. */
type Evictions = Map<string, { readonly at: TimeMs; readonly done: boolean }>;

interface Eviction {
  readonly pod: string;
  readonly at: TimeMs;
}

export const taintEvictionController: Controller = {
  name: 'taint-eviction-controller',
  account: 'node-controller',
  setup(host) {
    const { component, client } = host;
    const nodes = component.informer(Nodes);
    const pods = component.informer(Pods);
    indexByNode(pods);
    const evictions = component.memory<Evictions>('evictions', () => new Map());
    const timer = component.timer<Eviction>(
      'evict',
      (due, turn) => evict({ ...host, client: turn.client }, turn, due, evictions()),
      client,
    );
    const judge: Judge = { host, evictions, post: (eviction, delay) => timer.post(eviction, durationMs(delay)) };
    const ofPod = component.queue('taints of pods', function* (key) {
      judgePod(judge, key, pods.get(key), nodes);
      return undefined;
    });
    const ofNode = component.queue('taints of nodes', function* (key) {
      for (const pod of podsOn(pods, key)) judgePod(judge, keyOf(pod), pod, nodes);
      return undefined;
    });
    pods.on(({ object, previous, causes }) => {
      const same = previous?.spec?.nodeName === object.spec?.nodeName;
      if (!same || previous?.spec?.tolerations !== object.spec?.tolerations || !pods.get(keyOf(object)))
        ofPod.add(keyOf(object), causes);
    });
    nodes.on(({ object, previous, causes }) => {
      const [taints, before] = [noExecuteTaints(object), noExecuteTaints(previous)];
      if (taints.length > 0 || before.length > 0) ofNode.add(keyOf(object), causes);
    });
  },
};

interface Judge {
  readonly host: ControllerHost;
  readonly evictions: () => Evictions;
  readonly post: (eviction: Eviction, delay: number) => void;
}

function noExecuteTaints(node: V1Node | undefined): readonly V1Taint[] {
  return (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

/** Milliseconds for which a pod may stay: 0 for none, undefined for ever. */
function graceOf(taints: readonly V1Taint[], tolerations: readonly V1Toleration[]): number | undefined {
  if (taints.length === 0) return undefined;
  const used = tolerationsUsed(taints, tolerations);
  if (used === undefined) return 0;
  const limits = used.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
  return limits.length === 0 ? undefined : Math.max(0, Math.min(...limits)) * 1000;
}

function judgePod(
  { host, evictions, post }: Judge,
  key: string,
  pod: V1Pod | undefined,
  nodes: Informer<V1Node>,
): void {
  const now = host.component.now();
  const taints = noExecuteTaints(nodes.get(pod?.spec?.nodeName ?? ''));
  const grace = pod === undefined ? undefined : graceOf(taints, pod.spec?.tolerations ?? []);
  const known = evictions().get(key);
  if (grace === undefined) {
    if (known !== undefined && !known.done) say(host, key, 'Cancelling deletion of Pod');
    evictions().delete(key);
    return;
  }
  // A second taint doesn't start the time anew, nor does it delete anew.
  if (grace > 0 && known !== undefined) return;
  if (known !== undefined && !known.done) say(host, key, 'Cancelling deletion of Pod');
  const at = after(now, durationMs(grace));
  evictions().set(key, { at, done: false });
  post({ pod: key, at }, grace);
}

function* evict(host: ControllerHost, turn: Turn, { pod: key, at }: Eviction, evictions: Evictions): Work<void> {
  const known = evictions.get(key);
  if (known?.at !== at || known.done) return;
  evictions.set(key, { at, done: true });
  say(host, key, 'Marking for deletion Pod');
  const { client } = turn;
  const ref = splitKey(key);
  try {
    const pod = yield* client.get(Pods, ref);
    const message = 'Taint manager: deleting due to NoExecute taint';
    yield* markDisrupted(client, pod, 'DeletionByTaintManager', message, turn.now());
    yield* client.delete(Pods, ref);
  } catch (error) {
    if (reasonOf(error) !== 'NotFound') throw error;
  }
}

function say({ events, client }: ControllerHost, key: string, what: string): void {
  const { namespace = '', name } = splitKey(key);
  const about = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } };
  const message = `${what} ${key}`;
  events.note({ about, type: 'Normal', reason: 'TaintManagerEviction', message, causes: client.caller.origin.causes });
}
