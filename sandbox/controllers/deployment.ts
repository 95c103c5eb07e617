// The Deployment controller rolls pods from one template to the next: it makes a ReplicaSet for each template and moves
// the number of pods from the old sets to the new one, as fast as surge and unavailability allow.
//
// observe: deployments, their replica sets; pods only to know that the old ones of a Recreate have gone.
// diff:    deployment/revisions.ts says which set is the current one, scaling.ts how big each shall be, status.ts what to report.
// act:     create, resize or delete sets, write the status. What the cache doesn't show yet is refused with a conflict, and
//          the turn comes again.

import type { Client } from '../client/client.ts';
import type { Requeue } from '../client/component.ts';
import { unlessGone } from '../client/gone.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { sameJson } from '../kube/json.ts';
import { matchesEverything, selectorOf } from '../kube/selectors/labelselectors.ts';
import { reasonOf } from '../kube/status.ts';
import { messageOf } from '../kube/thrown.ts';
import { Deployments, Pods, ReplicaSets } from '../schema/generated/resources.ts';
import type {
  V1Deployment,
  V1DeploymentCondition,
  V1DeploymentStatus,
  V1Pod,
  V1ReplicaSet,
} from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import {
  annotationsOfCurrent,
  forgettable,
  highestRevision,
  lastRevision,
  merged,
  newSetFor,
  REVISION,
  ROLLBACK_TO,
  revisionOf,
  rollbackWanted,
  rolledBackTo,
  type Sets,
  sameTemplate,
  setsOf,
  sizeAnnotations,
  without,
} from './deployment/revisions.ts';
import { isRescaled, type Resize, rescaled, shrinkOld, sizeOfCurrent } from './deployment/scaling.ts';
import {
  countsOf,
  deadlineOf,
  isComplete,
  nextProgressCheck,
  progressing,
  progressOf,
  rolloutStatus,
  TIMED_OUT,
  withCondition,
} from './deployment/status.ts';
import { candidatesFor, childrenOf, indexByController, parentOf } from './shared/children.ts';
import { isNamespaceGoing } from './shared/errors.ts';
import { claimed } from './shared/owners.ts';
import { isOver } from './shared/pods.ts';
import { activeAmong, replicasOf } from './shared/replicasets.ts';
import { isRollingUpdate } from './shared/rollout.ts';
import { enqueueChanges, parentsConcerned } from './shared/wake.ts';

export const deploymentController: Controller = {
  name: 'deployment-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      deployments: component.informer(Deployments),
      sets: component.informer(ReplicaSets),
      pods: component.informer(Pods),
    };
    const { deployments, sets, pods } = observed;
    indexByController(sets);
    indexByController(pods);
    const queue = component.queue(
      'deployment',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, observed),
      client,
    );
    enqueueChanges(deployments, queue);
    sets.on((event) => {
      const concerned = parentsConcerned(deployments, event, ({ spec }) => spec?.selector);
      for (const key of concerned) queue.add(key, event.causes);
    });
    pods.on(({ type, object, causes }) => {
      if (type !== 'deleted') return;
      const set = parentOf(sets, object);
      const deployment = set === undefined ? undefined : parentOf(deployments, set);
      if (deployment?.spec?.strategy?.type === 'Recreate') queue.add(keyOf(deployment), causes);
    });
  },
};

interface Observed {
  readonly deployments: Informer<V1Deployment>;
  readonly sets: Informer<V1ReplicaSet>;
  readonly pods: Informer<V1Pod>;
}

/** What one turn works with. `deployment` is replaced by what each write of it answers. */
interface Rollout {
  readonly host: ControllerHost;
  readonly client: Client;
  readonly sets: Sets;
  deployment: V1Deployment;
}

function* reconcile(host: ControllerHost, key: string, observed: Observed): Work<Requeue> {
  const { deployments, sets, pods } = observed;
  const deployment = deployments.get(key);
  if (deployment === undefined) return undefined;
  const { client } = host;
  const selector = selectorOf(deployment.spec?.selector);
  if (matchesEverything(selector)) return yield* refuseEverything(host, deployment);
  const mine = yield* claimed(
    { client, parent: deployment, parentType: Deployments, selector },
    ReplicaSets,
    candidatesFor(sets, deployment),
  );
  const rollout: Rollout = { host, client, deployment, sets: setsOf(deployment, mine) };
  if (deployment.metadata?.deletionTimestamp !== undefined) return yield* reportCounts(rollout, rollout.sets);
  yield* notePause(rollout);
  if (deployment.spec?.paused === true) return yield* resizeOnly(rollout);
  if (rollbackWanted(deployment) !== undefined) return yield* rollBack(rollout);
  const known = yield* withCurrent(rollout, 'if it exists');
  if (isRescaled(deployment, known)) return yield* resizeOnly(rollout);
  return isRollingUpdate(deployment) ? yield* roll(rollout) : yield* recreate(rollout, known, pods);
}

/** Surge up, then shrink the old: one of the two a turn. */
function* roll(rollout: Rollout): Work<Requeue> {
  const sets = yield* withCurrent(rollout, 'or make it');
  const { current, old } = sets;
  if (current === undefined) return undefined;
  const size = sizeOfCurrent(rollout.deployment, [...old, current], current);
  if (yield* resize(rollout, { set: current, to: size, always: false })) return yield* report(rollout, sets);
  const shrunk = shrinkOld(rollout.deployment, sets);
  for (const one of shrunk) yield* resize(rollout, one);
  if (shrunk.length === 0 && isComplete(rollout.deployment, rollout.deployment.status)) yield* forget(rollout, old);
  return yield* report(rollout, sets);
}

/** First all old pods go, then the new ones come. */
function* recreate(rollout: Rollout, known: Sets, pods: Informer<V1Pod>): Work<Requeue> {
  const active = activeAmong(known.old);
  for (const set of active) yield* resize(rollout, { set, to: 0, always: false });
  if (active.length > 0 || oldPodsRun(known, pods)) return yield* report(rollout, known);
  const sets = known.current === undefined ? yield* withCurrent(rollout, 'or make it') : known;
  if (sets.current === undefined) return undefined;
  yield* resize(rollout, { set: sets.current, to: rollout.deployment.spec?.replicas ?? 1, always: false });
  if (isComplete(rollout.deployment, rollout.deployment.status)) yield* forget(rollout, sets.old);
  return yield* report(rollout, sets);
}

function oldPodsRun({ old }: Sets, pods: Informer<V1Pod>): boolean {
  return old.some((set) => (set.status?.replicas ?? 0) > 0 || childrenOf(pods, set).some((pod) => !isOver(pod)));
}

/** Only the sizes follow: the number of wanted pods has changed, or the rollout is paused. */
function* resizeOnly(rollout: Rollout): Work<Requeue> {
  const sets = yield* withCurrent(rollout, 'if it exists');
  for (const one of rescaled(rollout.deployment, sets)) yield* resize(rollout, one);
  const { deployment } = rollout;
  if (deployment.spec?.paused === true && rollbackWanted(deployment) === undefined) yield* forget(rollout, sets.old);
  return yield* reportCounts(rollout, sets);
}

/** The set of today's template with its annotations and revision in order. */
function* withCurrent(rollout: Rollout, how: 'if it exists' | 'or make it'): Work<Sets> {
  const { sets, client } = rollout;
  const { old, current } = sets;
  const revision = highestRevision(old) + 1;
  if (current === undefined)
    return how === 'or make it' ? { old, current: yield* makeCurrent(rollout, revision) } : sets;
  const { deployment } = rollout;
  const annotations = annotationsOfCurrent(deployment, current.metadata?.annotations, revision);
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  if (annotations !== current.metadata?.annotations || (current.spec?.minReadySeconds ?? 0) !== minReadySeconds) {
    const { spec } = current;
    const metadata = { ...current.metadata, ...(annotations === undefined ? {} : { annotations }) };
    const next = { ...current, metadata, ...(spec === undefined ? {} : { spec: { ...spec, minReadySeconds } }) };
    return { old, current: yield* client.update(ReplicaSets, next) };
  }
  const found = `Found new replica set "${current.metadata?.name ?? ''}"`;
  const known = progressOf(deployment) !== undefined;
  yield* noteRevision(
    rollout,
    annotations?.[REVISION] ?? '',
    known ? undefined : said(rollout, 'FoundNewReplicaSet', found),
  );
  return sets;
}

function said({ deployment, host }: Rollout, reason: string, message: string): V1DeploymentCondition | undefined {
  if (deadlineOf(deployment) === undefined) return undefined;
  return progressing('True', reason, message, host.component.now());
}

/** Writes the revision into the Deployment, and a condition along with it. */
function* noteRevision(rollout: Rollout, revision: string, condition: V1DeploymentCondition | undefined): Work<void> {
  const { deployment } = rollout;
  const { annotations } = deployment.metadata ?? {};
  if (annotations?.[REVISION] === revision && condition === undefined) return;
  const conditions = deployment.status?.conditions ?? [];
  yield* writeStatus(rollout, {
    ...deployment,
    metadata: { ...deployment.metadata, annotations: merged(annotations, [[REVISION, revision]]) },
    status: {
      ...deployment.status,
      ...(condition === undefined ? {} : { conditions: withCondition(conditions, condition) }),
    },
  });
}

function* makeCurrent(rollout: Rollout, revision: number): Work<V1ReplicaSet | undefined> {
  const { deployment, client, sets } = rollout;
  const empty = newSetFor(deployment, revision);
  const replicas = sizeOfCurrent(deployment, [...sets.old, empty], empty);
  const wanted: V1ReplicaSet = { ...empty, ...(empty.spec === undefined ? {} : { spec: { ...empty.spec, replicas } }) };
  try {
    const made = yield* client.create(ReplicaSets, wanted);
    const name = made.metadata?.name ?? '';
    if (replicas > 0)
      note(rollout, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${replicas}`);
    yield* noteRevision(
      rollout,
      String(revision),
      said(rollout, 'NewReplicaSetCreated', `Created new replica set "${name}"`),
    );
    return made;
  } catch (error) {
    if (reasonOf(error) === 'AlreadyExists') return yield* takenName(rollout, wanted, revision, error);
    if (!isNamespaceGoing(error)) yield* noteFailure(rollout, wanted, error);
    throw error;
  }
}

/** The name exists: it is our own set that the cache doesn't know yet, or another template has the same hash. */
function* takenName(rollout: Rollout, wanted: V1ReplicaSet, revision: number, error: unknown): Work<V1ReplicaSet> {
  const { deployment, client } = rollout;
  const { name = '', namespace } = wanted.metadata ?? {};
  const there = yield* client.get(ReplicaSets, { name, namespace });
  const mine = there.metadata?.ownerReferences?.some(
    ({ controller, uid }) => controller === true && uid === deployment.metadata?.uid,
  );
  if (mine && sameTemplate(deployment.spec?.template, there.spec?.template)) {
    yield* noteRevision(rollout, String(revision), undefined);
    return there;
  }
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  yield* writeStatus(rollout, { ...deployment, status: { ...deployment.status, collisionCount } });
  throw error;
}

function* noteFailure(rollout: Rollout, wanted: V1ReplicaSet, error: unknown): Work<void> {
  const { deployment, host } = rollout;
  const message = `Failed to create new replica set "${wanted.metadata?.name ?? ''}": ${messageOf(error)}`;
  note(rollout, 'Warning', 'ReplicaSetCreateError', message);
  if (deadlineOf(deployment) === undefined) return;
  const failed = progressing('False', 'ReplicaSetCreateError', message, host.component.now());
  const conditions = withCondition(deployment.status?.conditions ?? [], failed);
  if (conditions === deployment.status?.conditions) return;
  yield* writeStatus(rollout, { ...deployment, status: { ...deployment.status, conditions } });
}

/** Gives a set its size, and notes with it what the Deployment wanted then. Answers whether the size has changed. */
function* resize(rollout: Rollout, { set, to, always }: Resize): Work<boolean> {
  const from = replicasOf(set);
  if (from === to && !always) return false;
  const sizes = Object.entries(sizeAnnotations(rollout.deployment));
  const { annotations } = set.metadata ?? {};
  if (from === to && sizes.every(([key, value]) => annotations?.[key] === value)) return false;
  const metadata = { ...set.metadata, annotations: merged(annotations, sizes) };
  const { spec } = set;
  const sized = { ...set, metadata, ...(spec === undefined ? {} : { spec: { ...spec, replicas: to } }) };
  yield* rollout.client.update(ReplicaSets, sized);
  if (from === to) return false;
  const name = set.metadata?.name ?? '';
  const direction = from < to ? 'up' : 'down';
  note(rollout, 'Normal', 'ScalingReplicaSet', `Scaled ${direction} replica set ${name} from ${from} to ${to}`);
  return true;
}

function* forget({ deployment, client }: Rollout, old: readonly V1ReplicaSet[]): Work<void> {
  for (const { metadata } of forgettable(deployment, old)) {
    yield* unlessGone(client.delete(ReplicaSets, { name: metadata?.name ?? '', namespace: metadata?.namespace }));
  }
}

/** Somebody asked for an old revision by annotation. */
function* rollBack(rollout: Rollout): Work<Requeue> {
  const sets = yield* withCurrent(rollout, 'or make it');
  const { deployment } = rollout;
  const all = sets.current === undefined ? sets.old : [...sets.old, sets.current];
  const revision = rollbackWanted(deployment) || lastRevision(all);
  const target = revision === 0 ? undefined : all.find((set) => revisionOf(set) === revision);
  if (target === undefined) {
    const message = revision === 0 ? 'Unable to find last revision.' : 'Unable to find the revision to rollback to.';
    note(rollout, 'Warning', 'DeploymentRollbackRevisionNotFound', message);
    return yield* clearRollback(rollout, deployment);
  }
  const name = `deployment "${deployment.metadata?.name ?? ''}"`;
  if (sameTemplate(deployment.spec?.template, target.spec?.template)) {
    const message = `The rollback revision contains the same template as current ${name}`;
    note(rollout, 'Warning', 'DeploymentRollbackTemplateUnchanged', message);
    return yield* clearRollback(rollout, deployment);
  }
  yield* clearRollback(rollout, rolledBackTo(deployment, target));
  note(rollout, 'Normal', 'DeploymentRollback', `Rolled back ${name} to revision ${revision}`);
  return undefined;
}

function* clearRollback({ client }: Rollout, deployment: V1Deployment): Work<Requeue> {
  const annotations = without(deployment.metadata?.annotations, (key) => key === ROLLBACK_TO);
  yield* client.update(Deployments, { ...deployment, metadata: { ...deployment.metadata, annotations } });
  return undefined;
}

/** Says in the conditions that the rollout is paused or goes on; the deadline doesn't run meanwhile. */
function* notePause(rollout: Rollout): Work<void> {
  const { deployment, host } = rollout;
  const known = progressOf(deployment);
  if (deadlineOf(deployment) === undefined || known?.reason === TIMED_OUT) return;
  const paused = deployment.spec?.paused === true;
  if (paused === (known?.reason === 'DeploymentPaused')) return;
  const [reason, message] = paused
    ? (['DeploymentPaused', 'Deployment is paused'] as const)
    : (['DeploymentResumed', 'Deployment is resumed'] as const);
  const condition = progressing('Unknown', reason, message, host.component.now());
  const conditions = withCondition(deployment.status?.conditions ?? [], condition);
  yield* writeStatus(rollout, { ...deployment, status: { ...deployment.status, conditions } });
}

function* report(rollout: Rollout, sets: Sets): Work<Requeue> {
  const { deployment, host } = rollout;
  const now = host.component.now();
  const status = rolloutStatus(deployment, sets, now);
  if (!sameStatus(status, deployment.status)) {
    yield* writeStatus(rollout, { ...deployment, status });
    return undefined;
  }
  const wait = nextProgressCheck(deployment, status, now);
  return wait === undefined ? undefined : { after: durationMs(wait) };
}

function* reportCounts(rollout: Rollout, sets: Sets): Work<Requeue> {
  const { deployment, host } = rollout;
  const status = countsOf(deployment, sets, host.component.now());
  if (!sameStatus(status, deployment.status)) yield* writeStatus(rollout, { ...deployment, status });
  return undefined;
}

function sameStatus(a: V1DeploymentStatus, b: V1DeploymentStatus | undefined): boolean {
  return sameJson(a, b ?? {});
}

function* writeStatus(rollout: Rollout, next: V1Deployment): Work<void> {
  rollout.deployment = yield* rollout.client.updateStatus(Deployments, next);
}

function* refuseEverything({ events, client }: ControllerHost, deployment: V1Deployment): Work<Requeue> {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.';
  const { causes } = client.caller.origin;
  events.note({ about: deployment, type: 'Warning', reason: 'SelectingAll', message, causes });
  const observedGeneration = deployment.metadata?.generation ?? 0;
  if ((deployment.status?.observedGeneration ?? 0) < observedGeneration)
    yield* client.updateStatus(Deployments, { ...deployment, status: { ...deployment.status, observedGeneration } });
  return undefined;
}

function note(
  { host, client, deployment }: Rollout,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  host.events.note({ about: deployment, type, reason, message, causes: client.caller.origin.causes });
}
