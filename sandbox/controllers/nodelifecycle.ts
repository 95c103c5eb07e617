// The node lifecycle controller watches over nodes: one that is silent for too long is said to be in an unknown state, and
// what is said of a node becomes taints on it, which keep pods away or (after a while) drive them off.
//
// observe: nodes, the leases that they renew, and their pods.
// diff:    nodelifecycle/health.ts says who is silent, taints.ts which taints that means, zones.ts how fast to act.
// act:     write conditions, taints and labels; say of the pods of a silent node that they aren't ready.

import type { Requeue, Turn } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { own, sameJson } from '../kube/json.ts';
import { reasonOf } from '../kube/status.ts';
import { Leases, Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1Lease, V1Node, V1Pod } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, rfc3339, seconds } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { healthAfter, isSilent, type NodeHealth, readyOf, unknownConditions } from './nodelifecycle/health.ts';
import { hasTaint, NOT_READY_NO_EXECUTE, noScheduleChanges, UNREACHABLE_NO_EXECUTE } from './nodelifecycle/taints.ts';
import { disrupt, takeToken, type Zones, zoneNamed, zoneOf } from './nodelifecycle/zones.ts';
import { indexByNode, podsOn } from './shared/pods.ts';
import { swapTaints } from './shared/taints.ts';

const MONITOR_PERIOD = seconds(5);
/** How often a node that waits for its NoExecute taint is looked at. */
const TAINT_PERIOD = durationMs(100);
/**
 * Several controllers greet a new node: the first tries to taint it meet the writes of the others. A kubelet's node says
 * something of itself from the beginning; for others this counts.
 */
const GREETING = durationMs(500);
const LEASE_NAMESPACE = 'kube-node-lease';

/** Labels that are kept equal for the sake of old selectors: the later follows the former. */
const OLD_LABELS = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const;

/** Plain data that dies with the component. */
interface Known {
  /** Uids of the nodes that are kept watch over, by name. */
  readonly nodes: Map<string, string>;
  readonly health: Map<string, NodeHealth>;
  readonly zones: Zones;
  /** When the greeting of a node is over, by name. */
  readonly greeted: Map<string, number>;
}

interface Observed {
  readonly nodes: Informer<V1Node>;
  readonly leases: Informer<V1Lease>;
  readonly pods: Informer<V1Pod>;
  readonly known: () => Known;
}

export const nodeLifecycleController: Controller = {
  name: 'node-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      nodes: component.informer(Nodes),
      leases: component.informer(Leases, { namespace: LEASE_NAMESPACE }),
      pods: component.informer(Pods),
      known: component.memory<Known>('nodes', () => ({
        nodes: new Map(),
        health: new Map(),
        zones: new Map(),
        greeted: new Map(),
      })),
    };
    indexByNode(observed.pods);
    const queue = component.queue('node taints', (key, turn) => taint(turn, observed.nodes.get(key)), client);
    observed.nodes.on(({ type, object, previous, causes }) => {
      const name = keyOf(object);
      const { greeted } = observed.known();
      if (type === 'deleted') greeted.delete(name);
      else if (type === 'added' && object.status?.conditions === undefined) {
        greeted.set(name, component.now() + GREETING);
        queue.addAfter(name, GREETING, causes);
      } else if ((type === 'added' || isToldAnew(object, previous)) && (greeted.get(name) ?? 0) <= component.now()) {
        queue.add(name, causes);
      }
    });
    const pods = component.queue('pods of silent nodes', (key, turn) => doubt(turn, host, observed, key), client);
    observed.pods.on(({ type, object, previous, causes }) => {
      const isNews = type === 'added' || previous?.spec?.nodeName !== object.spec?.nodeName;
      if (type !== 'deleted' && isNews && object.spec?.nodeName !== undefined) pods.add(keyOf(object), causes);
    });
    const tainting = component.timer<object>(
      'taint silent nodes',
      function* (_, turn) {
        if (yield* taintWaiting(turn, observed)) tainting.post({}, TAINT_PERIOD);
      },
      client,
    );
    const monitor = component.timer<object>(
      'monitor nodes',
      function* (_, turn) {
        monitor.post({}, MONITOR_PERIOD, []);
        yield* look({ ...host, client: turn.client }, observed);
        tainting.post({});
      },
      client,
    );
    component.onStart(() => monitor.post({}, durationMs(100), []));
  },
};

/** Whether a node says something else of itself that taints follow from, or has other taints or labels. */
function isToldAnew({ metadata, spec, status }: V1Node, before: V1Node | undefined): boolean {
  return (
    !sameJson(status?.conditions ?? null, before?.status?.conditions ?? null) ||
    !sameJson(spec?.taints ?? null, before?.spec?.taints ?? null) ||
    !sameJson(metadata?.labels ?? null, before?.metadata?.labels ?? null) ||
    spec?.unschedulable !== before?.spec?.unschedulable
  );
}

/** Conditions become taints that keep new pods away; old names of labels follow the new ones. */
function* taint({ client, now }: Turn, node: V1Node | undefined): Work<Requeue> {
  if (node === undefined) return undefined;
  const name = node.metadata?.name ?? '';
  const { add, remove } = noScheduleChanges(node);
  if (add.length > 0 || remove.length > 0) yield* swapTaints(client, name, add, remove, now());
  const labels = OLD_LABELS.flatMap(([from, to]) => {
    const value = own(node.metadata?.labels, from);
    return value === undefined || own(node.metadata?.labels, to) === value ? [] : [[to, value] as const];
  });
  if (labels.length > 0)
    yield* client.patch(
      Nodes,
      { name },
      { type: 'strategic', body: { metadata: { labels: Object.fromEntries(labels) } } },
    );
  return undefined;
}

/** Looks at all nodes. */
function* look(host: ControllerHost, observed: Observed): Work<void> {
  const { nodes, known } = observed;
  meet(host, nodes.list(), known());
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const node of nodes.list()) {
    const isReady = yield* lookAt(host, node, observed);
    if (own(node.metadata?.labels, 'node.kubernetes.io/exclude-disruption') !== undefined) continue;
    const count = counts.get(zoneOf(node)) ?? { ready: 0, notReady: 0 };
    count[isReady ? 'ready' : 'notReady']++;
    counts.set(zoneOf(node), count);
  }
  const change = disrupt(known().zones, counts, host.component.now());
  if (change === 'entered') for (const node of nodes.list()) yield* acquit(host, node, observed);
  if (change === 'left')
    for (const [name, health] of known().health) known().health.set(name, { ...health, probed: host.component.now() });
}

/** Nodes that came and went since the last look. */
function meet({ events, component }: ControllerHost, nodes: readonly V1Node[], known: Known): void {
  const present = new Set(nodes.map(({ metadata }) => metadata?.name ?? ''));
  const say = (name: string, reason: string, what: string): void => {
    const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: known.nodes.get(name) ?? '' } };
    events.note({ about, type: 'Normal', reason, message: `Node ${name} event: ${what}`, causes: [] });
  };
  for (const node of nodes) {
    const name = node.metadata?.name ?? '';
    if (known.nodes.has(name)) continue;
    known.nodes.set(name, node.metadata?.uid ?? '');
    zoneNamed(known.zones, zoneOf(node), component.now());
    say(name, 'RegisteredNode', `Registered Node ${name} in Controller`);
  }
  for (const name of [...known.nodes.keys()]) {
    if (present.has(name)) continue;
    say(name, 'RemovingNode', `Removing Node ${name} from Controller`);
    known.nodes.delete(name);
    known.health.delete(name);
  }
}

/** Answers whether the node is ready, as far as anybody knows. */
function* lookAt(host: ControllerHost, node: V1Node, observed: Observed): Work<boolean> {
  const { client, component, events } = host;
  const known = observed.known();
  const name = node.metadata?.name ?? '';
  const now = component.now();
  const lease = observed.leases.get(`${LEASE_NAMESPACE}/${name}`);
  const health = healthAfter(node, lease?.spec?.renewTime ?? undefined, known.health.get(name), now);
  known.health.set(name, health);
  const before = readyOf(node);
  const conditions = isSilent(node, health, now) ? unknownConditions(node, now) : node.status?.conditions;
  const ready = conditions?.find(({ type }) => type === 'Ready');
  if (ready !== before && conditions !== undefined) {
    const changed = yield* tried(client.updateStatus(Nodes, { ...node, status: { ...node.status, conditions } }));
    if (changed === undefined) return before?.status === 'True';
  }
  if (ready === undefined) return false;
  yield* accuse(host, node, ready.status, observed);
  if (ready.status !== 'True' && before?.status === 'True') {
    const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: node.metadata?.uid ?? '' } };
    const message = `Node ${name} status is now: NodeNotReady`;
    events.note({ about, type: 'Normal', reason: 'NodeNotReady', message, causes: [] });
    for (const pod of podsOn(observed.pods, name)) yield* markNotReady(host, pod);
  }
  return ready.status === 'True';
}

/** Queues a node that isn't ready for its NoExecute taint, exchanges that when it is another one, or takes it away. */
function* accuse(host: ControllerHost, node: V1Node, status: string, observed: Observed): Work<void> {
  if (status === 'True') return yield* acquit(host, node, observed);
  const { client, component } = host;
  const name = node.metadata?.name ?? '';
  const [right, wrong] =
    status === 'Unknown'
      ? [UNREACHABLE_NO_EXECUTE, NOT_READY_NO_EXECUTE]
      : [NOT_READY_NO_EXECUTE, UNREACHABLE_NO_EXECUTE];
  if (hasTaint(node, wrong)) yield* tried(swapTaints(client, name, [right], [wrong], component.now()));
  else if (!hasTaint(node, right)) zoneNamed(observed.known().zones, zoneOf(node), component.now()).waiting.add(name);
}

function* acquit({ client, component }: ControllerHost, node: V1Node, { known }: Observed): Work<void> {
  const name = node.metadata?.name ?? '';
  known().zones.get(zoneOf(node))?.waiting.delete(name);
  const both = [NOT_READY_NO_EXECUTE, UNREACHABLE_NO_EXECUTE].filter((one) => hasTaint(node, one));
  if (both.length > 0) yield* tried(swapTaints(client, name, [], both, component.now()));
}

/** Taints those whose turn it is; true when some still wait for theirs. */
function* taintWaiting({ client, now }: Turn, { nodes, known }: Observed): Work<boolean> {
  let more = false;
  for (const zone of known().zones.values()) {
    for (const name of [...zone.waiting]) {
      if (!takeToken(zone, now())) {
        more ||= zone.rate > 0;
        break;
      }
      zone.waiting.delete(name);
      const node = nodes.get(name);
      const status = node === undefined ? undefined : readyOf(node)?.status;
      const [add, remove] =
        status === 'Unknown'
          ? [UNREACHABLE_NO_EXECUTE, NOT_READY_NO_EXECUTE]
          : [NOT_READY_NO_EXECUTE, UNREACHABLE_NO_EXECUTE];
      if (status === 'Unknown' || status === 'False') yield* tried(swapTaints(client, name, [add], [remove], now()));
    }
  }
  return more;
}

/** A pod that comes to a node which isn't ready can't be ready either. */
function* doubt(turn: Turn, host: ControllerHost, { nodes, pods, known }: Observed, key: string): Work<Requeue> {
  const pod = pods.get(key);
  const node = nodes.get(pod?.spec?.nodeName ?? '');
  if (pod === undefined || node === undefined || !known().health.has(keyOf(node))) return undefined;
  const ready = readyOf(node);
  if (ready !== undefined && ready.status !== 'True') yield* markNotReady({ ...host, client: turn.client }, pod);
  return undefined;
}

function* markNotReady({ client, events, component }: ControllerHost, pod: V1Pod): Work<void> {
  const conditions = pod.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.status === 'False') return;
  const changed = { ...ready, status: 'False', lastTransitionTime: rfc3339(component.now()) };
  const status = { ...pod.status, conditions: conditions.map((one) => (one === ready ? changed : one)) };
  yield* tried(client.updateStatus(Pods, { ...pod, status }));
  const { causes } = client.caller.origin;
  events.note({ about: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', causes });
}

/** What fails because somebody else was faster is done at the next look. */
function* tried<T>(work: Work<T>): Work<T | undefined> {
  try {
    return yield* work;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'Conflict' || reason === 'NotFound') return undefined;
    throw error;
  }
}
