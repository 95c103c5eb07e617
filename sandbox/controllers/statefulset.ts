// The StatefulSet controller keeps pods that each have a name and storage of their own, and changes them one by one.
//
// observe: stateful sets, their pods, claims and revisions.
// diff:    statefulset/plan.ts says what comes next, identity.ts who each pod is, retention.ts who owns the claims.
// act:     make and delete pods and claims, keep revisions, write the status.

import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import type { JsonValue } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { matchesLabels, selectorOf } from '../kube/selectors/labelselectors.ts';
import { reasonOf, type V1Status } from '../kube/status.ts';
import { messageOf } from '../kube/thrown.ts';
import { ControllerRevisions, PersistentVolumeClaims, Pods, StatefulSets } from '../schema/generated/resources.ts';
import type {
  V1ControllerRevision,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodTemplateSpec,
  V1StatefulSet,
} from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { candidatesFor, indexByController, parentOf } from './shared/children.ts';
import {
  deleteRevision,
  equalRevisions,
  HISTORY_HASH,
  newRevision,
  nextRevision,
  renumbered,
  revisionData,
  revisionHash,
  revisionName,
  sortedRevisions,
  templateIn,
} from './shared/history.ts';
import { claimed } from './shared/owners.ts';
import { availableIn } from './shared/pods.ts';
import { isBehind, LATER, newWritten, noteDeleted, noteGone, noteWritten, type Written } from './shared/readback.ts';
import { enqueueChanges, parentsConcerned } from './shared/wake.ts';
import { claimsOf, corrected, isMember, ordinalOf, podOf, revisionIn } from './statefulset/identity.ts';
import { placesOf, planOf, type Step } from './statefulset/plan.ts';
import { hasStaleOwner, isForeign, retentionOf, withOwners } from './statefulset/retention.ts';
import { differs, type Revisions, statusOf } from './statefulset/status.ts';

interface Observed {
  readonly sets: Informer<V1StatefulSet>;
  readonly pods: Informer<V1Pod>;
  readonly claims: Informer<V1PersistentVolumeClaim>;
  readonly revisions: Informer<V1ControllerRevision>;
  /** By set: the pods that were written lately. */
  readonly written: () => Map<string, Written>;
}

export const statefulSetController: Controller = {
  name: 'statefulset-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      sets: component.informer(StatefulSets),
      pods: component.informer(Pods),
      claims: component.informer(PersistentVolumeClaims),
      revisions: component.informer(ControllerRevisions),
      written: component.memory('stateful pods', () => new Map<string, Written>()),
    };
    const { sets, pods, revisions } = observed;
    indexByController(pods);
    indexByController(revisions);
    const queue = component.queue(
      'statefulset',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, observed),
      client,
    );
    enqueueChanges(sets, queue);
    pods.on((event) => {
      const concerned = parentsConcerned(sets, event, ({ spec }) => spec?.selector);
      for (const key of concerned) {
        const written = observed.written().get(key);
        if (event.type === 'deleted' && written !== undefined) noteGone(written, keyOf(event.object));
        queue.add(key, event.causes);
      }
    });
    revisions.on(({ type, object, causes }) => {
      const set = type === 'deleted' ? parentOf(sets, object) : undefined;
      if (set !== undefined) queue.add(keyOf(set), causes);
    });
  },
};

/** What one turn works with. */
interface Turn {
  readonly host: ControllerHost;
  readonly set: V1StatefulSet;
  readonly observed: Observed;
  readonly written: Written;
}

function* reconcile(host: ControllerHost, key: string, observed: Observed): Work<Requeue> {
  const set = observed.sets.get(key);
  if (set === undefined) {
    observed.written().delete(key);
    return undefined;
  }
  const written = observed.written().get(key) ?? newWritten();
  observed.written().set(key, written);
  const { client, component } = host;
  const now = component.now();
  if (isBehind(written, observed.pods, written.keys(), now)) return LATER;
  const turn: Turn = { host, set, observed, written };
  const selector = selectorOf(set.spec?.selector);
  const history = yield* ownRevisions(turn);
  const candidates = candidatesFor(observed.pods, set).filter((pod) => isMember(set, pod));
  const pods = yield* claimed({ client, parent: set, parentType: StatefulSets, selector }, Pods, candidates);
  const { current, update, collisions } = yield* revisionsOf(turn, history);
  const names: Revisions = { current: nameOf(current), update: nameOf(update), collisions };
  const template = { current: templateIn(current), update: templateIn(update) };
  const places = placesOf(set, pods, (ordinal) => planned(set, template, names, ordinal));
  const steps = set.metadata?.deletionTimestamp === undefined ? planOf(set, places, names.update, now) : [];
  const failure = yield* carryOut(turn, steps);
  const replaced = steps.some((step) => step.do === 'replace') && failure === undefined ? 1 : 0;
  const status = statusOf(set, names, pods, now, replaced);
  if (differs(set, status)) yield* client.updateStatus(StatefulSets, { ...set, status });
  yield* truncate(turn, history, pods, names);
  if (failure !== undefined) throw failure;
  const wait = availableIn(pods, set.spec?.minReadySeconds ?? 0, now);
  return wait === undefined ? undefined : { after: durationMs(wait) };
}

function nameOf({ metadata }: KubeObject): string {
  return metadata?.name ?? '';
}

/** Below the partition, pods are made as they were before. */
function planned(
  set: V1StatefulSet,
  template: { readonly current: V1PodTemplateSpec | undefined; readonly update: V1PodTemplateSpec | undefined },
  { current, update }: Revisions,
  ordinal: number,
): V1Pod {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  const start = set.spec?.ordinals?.start ?? 0;
  const kept = rollingUpdate === undefined ? (set.status?.currentReplicas ?? 0) : (rollingUpdate.partition ?? 0);
  const isOld = type === 'RollingUpdate' && ordinal < start + kept;
  const own = set.spec?.template ?? {};
  return isOld
    ? podOf(set, template.current ?? own, current, ordinal)
    : podOf(set, template.update ?? own, update, ordinal);
}

function* ownRevisions({ host, set, observed }: Turn): Work<readonly V1ControllerRevision[]> {
  const selector = selectorOf(set.spec?.selector);
  const candidates = candidatesFor(observed.revisions, set).filter(({ metadata }) =>
    matchesLabels(selector, metadata?.labels),
  );
  const claimant = { client: host.client, parent: set, parentType: StatefulSets, selector };
  return sortedRevisions(yield* claimed(claimant, ControllerRevisions, candidates));
}

interface TwoRevisions {
  readonly current: V1ControllerRevision;
  readonly update: V1ControllerRevision;
  readonly collisions: number;
}

/** The revision of today's template, found or made, and the one that the set is coming from. */
function* revisionsOf({ host, set }: Turn, history: readonly V1ControllerRevision[]): Work<TwoRevisions> {
  const { client } = host;
  const template = set.spec?.template ?? {};
  const equal = equalRevisions(history, revisionData(template)).at(-1);
  let collisions = set.status?.collisionCount ?? 0;
  let update = equal;
  if (update !== undefined && update !== history.at(-1))
    update = yield* renumbered(client, update, nextRevision(history));
  for (; update === undefined; ) {
    const made = yield* makeRevision(host, set, template, nextRevision(history), collisions);
    if (made === 'taken') collisions++;
    else update = made;
  }
  const current = history.find((one) => nameOf(one) === set.status?.currentRevision) ?? update;
  return { current, update, collisions };
}

function* makeRevision(
  { client }: ControllerHost,
  set: V1StatefulSet,
  template: V1PodTemplateSpec,
  number: number,
  collisions: number,
): Work<V1ControllerRevision | 'taken'> {
  const hash = revisionHash(revisionData(template), collisions);
  const name = revisionName(nameOf(set), hash);
  const wanted = newRevision(set, StatefulSets, template, number, { label: HISTORY_HASH, value: hash }, name);
  try {
    return yield* client.create(ControllerRevisions, wanted);
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') throw error;
    const there = yield* client.get(ControllerRevisions, { name, namespace: set.metadata?.namespace });
    return equalRevisions([there], wanted.data as JsonValue).length > 0 ? there : 'taken';
  }
}

/** Old revisions that no pod is of any more go, beyond the limit. */
function* truncate(
  { host, set }: Turn,
  history: readonly V1ControllerRevision[],
  pods: readonly V1Pod[],
  { current, update }: Revisions,
): Work<void> {
  const live = new Set([current, update, ...pods.map(revisionIn)]);
  const old = history.filter((one) => !live.has(nameOf(one)));
  const surplus = old.length - (set.spec?.revisionHistoryLimit ?? 10);
  for (const one of old.slice(0, Math.max(0, surplus))) yield* deleteRevision(host.client, one);
}

/** The first failure; what doesn't depend on it is done all the same. */
function* carryOut(turn: Turn, steps: readonly Step[]): Work<unknown> {
  let failure: unknown;
  for (const step of steps) {
    try {
      yield* carryOutOne(turn, step);
    } catch (error) {
      failure ??= error;
      if (turn.set.spec?.podManagementPolicy !== 'Parallel') return failure;
    }
  }
  return failure;
}

function* carryOutOne(turn: Turn, step: Step): Work<void> {
  switch (step.do) {
    case 'create':
      return yield* createPod(turn, step.pod);
    case 'delete':
    case 'replace':
      return yield* deletePod(turn, step.pod);
    case 'correct':
      return yield* correctPod(turn, step.pod);
    case 'claims':
      if (step.pod.status?.phase === 'Pending') yield* makeClaims(turn, step.pod);
      return yield* ownClaims(turn, step.pod);
  }
}

function* createPod(turn: Turn, pod: V1Pod): Work<void> {
  const { host, written, set, observed } = turn;
  const ordinal = ordinalOf(pod) ?? 0;
  // A claim that goes with a former pod of this name must go first.
  if (retentionOf(set).whenScaled)
    for (const { claim } of claimsOf(set, ordinal)) {
      const known = observed.claims.get(keyOf(claim));
      if (known !== undefined && hasStaleOwner(known, pod, Pods)) return;
    }
  yield* noted(turn, 'Create', pod, function* () {
    yield* makeClaims(turn, pod);
  });
  try {
    const made = yield* host.client.create(Pods, pod);
    noteWritten(written, keyOf(made), made, host.component.now());
    yield* ownClaims(turn, made);
    note(turn, 'Create', pod, undefined);
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') note(turn, 'Create', pod, error);
    throw error;
  }
}

function* deletePod(turn: Turn, pod: V1Pod): Work<void> {
  const { name = '', namespace } = pod.metadata ?? {};
  try {
    const left = yield* turn.host.client.delete(Pods, { name, namespace });
    const now = turn.host.component.now();
    if (isStatus(left)) noteDeleted(turn.written, keyOf(pod), pod, now);
    else noteWritten(turn.written, keyOf(pod), left, now);
  } catch (error) {
    if (reasonOf(error) !== 'NotFound') {
      note(turn, 'Delete', pod, error);
      throw error;
    }
  }
  note(turn, 'Delete', pod, undefined);
}

function isStatus(answer: V1Pod | V1Status): answer is V1Status {
  return answer.kind === 'Status';
}

function* correctPod(turn: Turn, pod: V1Pod): Work<void> {
  yield* noted(turn, 'Update', pod, function* () {
    yield* makeClaims(turn, pod);
    yield* ownClaims(turn, pod);
    yield* turn.host.client.update(Pods, corrected(turn.set, pod));
  });
  note(turn, 'Update', pod, undefined);
}

/** Says what went wrong, and lets it go wrong. */
function* noted(turn: Turn, verb: string, pod: V1Pod, act: () => Work<void>): Work<void> {
  try {
    yield* act();
  } catch (error) {
    note(turn, verb, pod, error);
    throw error;
  }
}

function* makeClaims(turn: Turn, pod: V1Pod): Work<void> {
  const { host, set, observed } = turn;
  for (const { claim } of claimsOf(set, ordinalOf(pod) ?? 0)) {
    const known = observed.claims.get(keyOf(claim));
    if (known?.metadata?.deletionTimestamp !== undefined) throw new Error(`pvc ${nameOf(claim)} is being deleted`);
    if (known !== undefined) continue;
    try {
      yield* host.client.create(PersistentVolumeClaims, claim);
      noteClaim(turn, claim, pod, undefined);
    } catch (error) {
      if (reasonOf(error) === 'AlreadyExists') continue;
      noteClaim(turn, claim, pod, error);
      throw new Error(`failed to create PVC ${nameOf(claim)}: ${messageOf(error)}`);
    }
  }
}

function* ownClaims(turn: Turn, pod: V1Pod): Work<void> {
  const { host, set, observed } = turn;
  for (const { claim } of claimsOf(set, ordinalOf(pod) ?? 0)) {
    const known = observed.claims.get(keyOf(claim));
    if (known === undefined) continue;
    if (isForeign(known, set, pod)) {
      const message = `PersistentVolumeClaim ${nameOf(claim)} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
      say(turn, 'Warning', 'ConflictingController', message);
    }
    const next = withOwners(known, set, pod);
    if (next !== known) yield* host.client.update(PersistentVolumeClaims, next);
  }
}

function note(turn: Turn, verb: string, pod: V1Pod, error: unknown): void {
  const what = `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(turn.set)}`;
  if (error === undefined) say(turn, 'Normal', `Successful${verb}`, `${what} successful`);
  else say(turn, 'Warning', `Failed${verb}`, `${what} failed error: ${messageOf(error)}`);
}

function noteClaim(turn: Turn, claim: V1PersistentVolumeClaim, pod: V1Pod, error: unknown): void {
  const set = nameOf(turn.set);
  if (error === undefined) {
    say(
      turn,
      'Normal',
      'SuccessfulCreate',
      `Create Claim ${nameOf(claim)} Pod ${nameOf(pod)} in StatefulSet ${set} success`,
    );
    return;
  }
  const message = `Create Claim ${nameOf(claim)} for Pod ${nameOf(pod)} in StatefulSet ${set} failed error: ${messageOf(error)}`;
  say(turn, 'Warning', 'FailedCreate', message);
}

function say({ host, set }: Turn, type: 'Normal' | 'Warning', reason: string, message: string): void {
  host.events.note({ about: set, type, reason, message, causes: host.client.caller.origin.causes });
}
