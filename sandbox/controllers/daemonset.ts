// The DaemonSet controller keeps one pod on each node that fits.
//
// observe: daemon sets, nodes, their pods and revisions.
// diff:    daemonset/placement.ts says where pods belong, plan.ts which come and which go.
// act:     make and delete pods, keep revisions, write the status.

import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { own } from '../kube/json.ts';
import { matchesEverything, matchesLabels, selectorOf } from '../kube/selectors/labelselectors.ts';
import { reasonOf } from '../kube/status.ts';
import { ControllerRevisions, DaemonSets, Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1ControllerRevision, V1DaemonSet, V1Node, V1Pod } from '../schema/generated/types.ts';
import { draws } from '../time/chance.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { placementOn, podFor } from './daemonset/placement.ts';
import { byNode, countsOf, type DaemonPlan, type PodsByNode, planNodes, type Scene } from './daemonset/plan.ts';
import { planUpdate } from './daemonset/update.ts';
import { candidatesFor, indexByController, parentOf } from './shared/children.ts';
import { areMet, type Expectations, expectBoth, newExpectations, noteSeen } from './shared/expectations.ts';
import { makePods, removePods } from './shared/expectedpods.ts';
import {
  deleteRevision,
  equalRevisions,
  newRevision,
  REVISION_HASH,
  renumbered,
  revisionData,
  sortedRevisions,
} from './shared/history.ts';
import { claimed } from './shared/owners.ts';
import type { PodControl } from './shared/podcontrol.ts';
import { availableIn } from './shared/pods.ts';
import { templateHash } from './shared/templatehash.ts';
import { enqueueChanges, parentsConcerned } from './shared/wake.ts';
import { walkOver } from './shared/walk.ts';

/** No more than this many pods are made or deleted in one turn. */
const BURST = 250;
/** A daemon that fails at once is made anew after one second, then after two, four... at most 15 minutes. */
const RETRY_MS = 1000;
const RETRY_MAX_MS = 900_000;

/** By set, generation and node: when a failed pod was replaced last, and how long the next one waits. Plain data. */
type Retries = Map<string, { readonly at: TimeMs; readonly wait: number }>;

interface Observed {
  readonly sets: Informer<V1DaemonSet>;
  readonly nodes: Informer<V1Node>;
  readonly pods: Informer<V1Pod>;
  readonly revisions: Informer<V1ControllerRevision>;
  readonly expectations: () => Expectations;
  readonly retries: () => Retries;
}

export const daemonSetController: Controller = {
  name: 'daemon-set-controller',
  source: 'daemonset-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      sets: component.informer(DaemonSets),
      nodes: component.informer(Nodes),
      pods: component.informer(Pods),
      revisions: component.informer(ControllerRevisions),
      expectations: component.memory<Expectations>('expectations of daemon sets', newExpectations),
      retries: component.memory<Retries>('retries of daemons', () => new Map()),
    };
    const { sets, nodes, pods, revisions, expectations } = observed;
    indexByController(pods);
    indexByController(revisions);
    const queue = component.queue(
      'daemonset',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, observed),
      client,
    );
    enqueueChanges(sets, queue);
    pods.on((event) => {
      const owner = parentOf(sets, event.object);
      if (owner !== undefined) noteSeen(expectations(), keyOf(owner), event);
      for (const key of parentsConcerned(sets, event, ({ spec }) => spec?.selector)) queue.add(key, event.causes);
    });
    revisions.on((event) => {
      for (const key of parentsConcerned(sets, event, () => undefined)) queue.add(key, event.causes);
    });
    nodes.on(({ type, object, previous, causes }) => {
      // Of a node that goes nothing is to be done: its pods go with it.
      if (type === 'deleted' || (type === 'updated' && !changesPlacement(previous, object))) return;
      for (const set of sets.list())
        if (concernsSet(object, set, pods.by('controller', set.metadata?.uid ?? ''))) queue.add(keyOf(set), causes);
    });
  },
};

function changesPlacement(before: V1Node | undefined, { metadata, spec }: V1Node): boolean {
  return before?.metadata?.labels !== metadata?.labels || before?.spec?.taints !== spec?.taints;
}

/** A changed node wakes sets that have a pod to make or to take away there, or that may have been wrong about one. */
function concernsSet(node: V1Node, set: V1DaemonSet, mine: readonly V1Pod[]): boolean {
  const { run, stay } = placementOn(node, set);
  const isThere = mine.some(({ spec }) => spec?.nodeName === node.metadata?.name);
  return isThere ? !stay || (set.status?.numberMisscheduled ?? 0) > 0 : run;
}

function* reconcile(host: ControllerHost, key: string, observed: Observed): Work<Requeue> {
  const set = observed.sets.get(key);
  const expectations = observed.expectations();
  if (set === undefined) {
    expectations.delete(key);
    return undefined;
  }
  const { client, component } = host;
  const selector = selectorOf(set.spec?.selector);
  if (matchesEverything(selector)) {
    const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
    say(host, set, 'Warning', 'SelectingAll', message);
    return undefined;
  }
  if (set.metadata?.deletionTimestamp !== undefined) return undefined;
  const { hash, old } = yield* history(host, set, observed.revisions);
  const claimant = { client, parent: set, parentType: DaemonSets, selector };
  const pods = byNode(yield* claimed(claimant, Pods, candidatesFor(observed.pods, set)));
  const nodes = observed.nodes.list();
  const met = areMet(expectations, key, component.now());
  const scene: Scene = { set, nodes, pods, hash, now: component.now() };
  const failure = met ? yield* manage(host, scene, observed) : undefined;
  if (met && failure === undefined) yield* truncate(host, set, old, pods);
  // Writing has taken its time.
  yield* report(host, { ...scene, now: component.now() }, met);
  if (failure !== undefined) throw failure;
  const wait = availableIn([...pods.values()].flat(), set.spec?.minReadySeconds ?? 0, component.now());
  return soonest(wait, retryIn(set, observed.retries(), component.now()));
}

function soonest(...waits: readonly (number | undefined)[]): Requeue {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : { after: durationMs(Math.min(...known)) };
}

/** First each node gets what it needs; if nothing had to be done for that, an update goes on. */
function* manage(host: ControllerHost, scene: Scene, { expectations, retries }: Observed): Work<unknown> {
  const { set, hash, now } = scene;
  const first = planNodes(scene, (node) => mayRetry(set, node, retries(), now));
  for (const pod of first.over) sayOver(host, set, pod, retries(), now);
  const failure = yield* carryOut(host, set, first, hash, expectations());
  if (failure !== undefined || !areMet(expectations(), keyOf(set), now)) return failure;
  if (set.spec?.updateStrategy?.type === 'OnDelete') return undefined;
  const version = Number(set.metadata?.resourceVersion ?? 0);
  const walk = walkOver([...scene.pods], draws(host.component.seed, 'daemons', keyOf(set)), version);
  return yield* carryOut(host, set, planUpdate({ ...scene, pods: new Map(walk) }), hash, expectations());
}

function retryKey({ metadata, status }: V1DaemonSet, node: string): string {
  return `${metadata?.uid ?? ''}/${status?.observedGeneration ?? 0}/${node}`;
}

function mayRetry(set: V1DaemonSet, node: string, retries: Retries, now: TimeMs): boolean {
  const known = retries.get(retryKey(set, node));
  return known === undefined || now - known.at >= known.wait;
}

/** Milliseconds until the next failed pod may be replaced. */
function retryIn(set: V1DaemonSet, retries: Retries, now: TimeMs): number | undefined {
  const prefix = retryKey(set, '');
  const waits = [...retries].flatMap(([key, { at, wait }]) =>
    key.startsWith(prefix) && at + wait > now ? [at + wait - now] : [],
  );
  return waits.length === 0 ? undefined : Math.min(...waits);
}

function sayOver(host: ControllerHost, set: V1DaemonSet, pod: V1Pod, retries: Retries, now: TimeMs): void {
  const node = pod.spec?.nodeName ?? '';
  const failed = pod.status?.phase === 'Failed';
  if (failed) {
    const known = retries.get(retryKey(set, node));
    const wait = known === undefined || now - known.at > 2 * RETRY_MAX_MS ? RETRY_MS : known.wait * 2;
    retries.set(retryKey(set, node), { at: now, wait: Math.min(wait, RETRY_MAX_MS) });
  }
  const what = `daemon pod ${keyOf(pod)} on node ${node}`;
  if (failed) say(host, set, 'Warning', 'FailedDaemonPod', `Found failed ${what}, will try to kill it`);
  else say(host, set, 'Normal', 'SucceededDaemonPod', `Found succeeded ${what}, will try to delete it`);
}

function* carryOut(
  { client, events, component }: ControllerHost,
  set: V1DaemonSet,
  plan: DaemonPlan,
  hash: string,
  expectations: Expectations,
): Work<unknown> {
  const create = plan.create.slice(0, BURST);
  const doomed = plan.delete.slice(0, BURST);
  if (create.length === 0 && doomed.length === 0) return undefined;
  const key = keyOf(set);
  const control: PodControl = { client, events, parent: set, parentType: DaemonSets };
  expectBoth(expectations, key, create.length, doomed.map(keyOf), component.now());
  const batch = yield* makePods(control, expectations, create.length, (n) => podFor(set, hash, create[n] ?? ''));
  const failure = yield* removePods(control, expectations, doomed);
  return batch.error ?? failure;
}

interface History {
  /** The hash of today's template. */
  readonly hash: string;
  readonly old: readonly V1ControllerRevision[];
}

/** The revision of today's template, found or made; and the others. */
function* history(
  { client }: ControllerHost,
  set: V1DaemonSet,
  revisions: Informer<V1ControllerRevision>,
): Work<History> {
  const selector = selectorOf(set.spec?.selector);
  const candidates = candidatesFor(revisions, set).filter(({ metadata }) => matchesLabels(selector, metadata?.labels));
  const claimant = { client, parent: set, parentType: DaemonSets, selector };
  const all = sortedRevisions(yield* claimed(claimant, ControllerRevisions, candidates));
  const template = set.spec?.template ?? {};
  const equal = equalRevisions(all, revisionData(template));
  const old = all.filter((one) => !equal.includes(one));
  const number = Math.max(0, ...old.map(({ revision }) => revision)) + 1;
  const known = equal.at(-1);
  if (known === undefined) return { hash: yield* makeRevision(client, set, number), old };
  if (known.revision < number) yield* renumbered(client, known, number);
  return { hash: own(known.metadata?.labels, REVISION_HASH) ?? '', old };
}

function* makeRevision(client: ControllerHost['client'], set: V1DaemonSet, number: number): Work<string> {
  const template = set.spec?.template ?? {};
  const hash = templateHash(template, set.status?.collisionCount);
  const { name: parent = '', namespace } = set.metadata ?? {};
  const name = `${parent}-${hash}`;
  const wanted = newRevision(set, DaemonSets, template, number, { label: REVISION_HASH, value: hash }, name);
  try {
    yield* client.create(ControllerRevisions, wanted);
    return hash;
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') throw error;
    const there = yield* client.get(ControllerRevisions, { name, namespace });
    if (equalRevisions([there], revisionData(template)).length > 0) return hash;
    const collisionCount = (set.status?.collisionCount ?? 0) + 1;
    yield* client.updateStatus(DaemonSets, { ...set, status: { ...EMPTY, ...set.status, collisionCount } });
    throw error;
  }
}

const EMPTY = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };

function* truncate(
  { client }: ControllerHost,
  set: V1DaemonSet,
  old: readonly V1ControllerRevision[],
  pods: PodsByNode,
): Work<void> {
  const live = new Set([...pods.values()].flat().map(({ metadata }) => own(metadata?.labels, REVISION_HASH)));
  const surplus = old.length - (set.spec?.revisionHistoryLimit ?? 10);
  const dead = old.filter(({ metadata }) => !live.has(own(metadata?.labels, REVISION_HASH)));
  for (const one of dead.slice(0, Math.max(0, surplus))) yield* deleteRevision(client, one);
}

/** While the cache is behind, the counts are reported, but not that the spec has been taken up. */
function* report(host: ControllerHost, scene: Scene, met: boolean): Work<void> {
  const { set } = scene;
  const counts = countsOf(scene);
  const was = set.status;
  const generation = set.metadata?.generation ?? 0;
  const same = Object.entries(counts).every(([field, count]) => (was?.[field as keyof typeof counts] ?? 0) === count);
  if (same && (was?.observedGeneration ?? 0) >= generation) return;
  const observedGeneration = met ? generation : was?.observedGeneration;
  const status = { ...was, ...counts, ...(observedGeneration === undefined ? {} : { observedGeneration }) };
  yield* host.client.updateStatus(DaemonSets, { ...set, status });
}

function say(
  { events, client }: ControllerHost,
  about: V1DaemonSet,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  events.note({ about, type, reason, message, causes: client.caller.origin.causes });
}
