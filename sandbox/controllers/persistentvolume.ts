// The persistent volume controller brings claims and volumes together, has volumes made where a class can do that, and
// sees to what becomes of them afterwards.
//
// observe: claims, volumes, storage classes.
// diff:    persistentvolume/match.ts says which volume suits a claim.
// act:     bind both to one another, ask a provisioner, release and delete volumes.

import type { Client } from '../client/client.ts';
import type { Requeue } from '../client/component.ts';
import { withoutFinalizers } from '../client/finalizers.ts';
import { unlessGone } from '../client/gone.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { DEFAULT_STORAGE_CLASS, defaultClass } from '../kube/defaultclass.ts';
import { own, sameJson } from '../kube/json.ts';
import { PersistentVolumeClaims, PersistentVolumes, Pods, StorageClasses } from '../schema/generated/resources.ts';
import type {
  V1ObjectReference,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
} from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { type DurationMs, durationMs, seconds, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { bestVolume, classOf, hasClass, isFor, mismatch } from './persistentvolume/match.ts';
import {
  BOUND_BY_CONTROLLER,
  HOST_PATH,
  type Observed,
  PROVISIONED_BY,
  provision,
  referenceTo,
  SELECTED_NODE,
  say,
  UNTIL_DELETED,
  updateClaim,
} from './persistentvolume/provision.ts';
import { claimsOf, isOver } from './shared/pods.ts';
import { isBehind, isOwnWrite, LATER, newWritten, noteGone, noteWritten } from './shared/readback.ts';

const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';

/** So often all is looked at again. A claim that waits learns only then of a volume or a class that has come. */
const RESYNC_MS = seconds(15);

export const persistentVolumeController: Controller = {
  name: 'persistent-volume-binder',
  source: 'persistentvolume-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      claims: component.informer(PersistentVolumeClaims),
      volumes: component.informer(PersistentVolumes),
      classes: component.informer(StorageClasses),
      pods: component.informer(Pods),
      written: component.memory('volumes written', () => ({ claims: newWritten(), volumes: newWritten() })),
    };
    const { claims, volumes, written } = observed;
    const ofClaims = component.queue(
      'claims',
      (key, turn) => syncClaim({ ...host, client: turn.client }, key, observed),
      client,
    );
    const ofVolumes = component.queue(
      'volumes',
      (key, turn) => syncVolume({ ...host, client: turn.client }, key, observed),
      client,
    );
    claims.on(({ type, object, causes }) => {
      if (type === 'deleted') noteGone(written().claims, keyOf(object));
      if (type === 'updated' && isWaiting(object) && isOwnWrite(written().claims, object)) return;
      ofClaims.add(keyOf(object), causes);
      if (object.spec?.volumeName !== undefined) ofVolumes.add(object.spec.volumeName, causes);
    });
    volumes.on(({ type, object, causes }) => {
      if (type === 'deleted') noteGone(written().volumes, keyOf(object));
      ofVolumes.add(keyOf(object), causes);
      const { namespace = '', name } = object.spec?.claimRef ?? {};
      if (name !== undefined) ofClaims.add(`${namespace}/${name}`, causes);
    });
  },
};

function* syncClaim(host: ControllerHost, key: string, observed: Observed): Work<Requeue> {
  const claim = observed.claims.get(key);
  if (claim === undefined || isBehind(observed.written().claims, observed.claims, [key], host.component.now()))
    return claim === undefined ? undefined : LATER;
  if (own(claim.metadata?.annotations, BIND_COMPLETED) !== undefined) {
    yield* syncBound(host, claim, observed);
    return undefined;
  }
  const wait = yield* syncUnbound(host, claim, observed);
  return wait ? { after: untilResync(host.component.now()) } : undefined;
}

/** No volume is chosen for it yet. */
function isWaiting({ spec, status }: V1PersistentVolumeClaim): boolean {
  return spec?.volumeName === undefined && status?.phase === 'Pending';
}

function untilResync(now: TimeMs): DurationMs {
  return durationMs(RESYNC_MS - (now % RESYNC_MS));
}

/** Answers whether the claim still waits. */
function* syncUnbound(host: ControllerHost, claim: V1PersistentVolumeClaim, observed: Observed): Work<boolean> {
  const { volumeName = '' } = claim.spec ?? {};
  if (volumeName !== '') return yield* syncNamed(host, claim, volumeName, observed);
  const storage = observed.classes.get(classOf(claim));
  const node = own(claim.metadata?.annotations, SELECTED_NODE);
  const delayed = storage?.volumeBindingMode === 'WaitForFirstConsumer' && node === undefined;
  const volume = bestVolume(claim, observed.volumes.list(), delayed);
  if (volume !== undefined) {
    if (isBehind(observed.written().volumes, observed.volumes, [keyOf(volume)], host.component.now())) return true;
    yield* bind(host, volume, claim, observed);
    return false;
  }
  if (yield* takeDefaultClass(host, claim, observed)) return false;
  if (delayed) sayWaiting(host, claim, observed.pods);
  else if (classOf(claim) !== '') yield* provision(host, claim, storage, observed);
  else {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    say(host, claim, 'Normal', 'FailedBinding', message);
  }
  yield* setPhase(host, claim, 'Pending', observed);
  return true;
}

/** A claim that named no class gets the default, if one has come since. Whether it did. */
function* takeDefaultClass(host: ControllerHost, claim: V1PersistentVolumeClaim, observed: Observed): Work<boolean> {
  if (hasClass(claim)) return false;
  const storageClassName = defaultClass(observed.classes.list(), DEFAULT_STORAGE_CLASS);
  if (storageClassName === undefined) return false;
  // Not noted as its own: with the class the claim is looked at anew.
  yield* host.client.update(PersistentVolumeClaims, { ...claim, spec: { ...claim.spec, storageClassName } });
  return true;
}

function sayWaiting(host: ControllerHost, claim: V1PersistentVolumeClaim, pods: Informer<V1Pod>): void {
  const waiting = pods
    .list(claim.metadata?.namespace)
    .filter((pod) => claimsOf(pod).includes(keyOf(claim)))
    .filter((pod) => pod.spec?.nodeName === undefined && !isOver(pod))
    .map(({ metadata }) => metadata?.name ?? '');
  if (waiting.length === 0)
    say(host, claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  else {
    const who = `${waiting.length > 1 ? 'pods' : 'pod'} ${waiting.join(',')}`;
    say(host, claim, 'Normal', 'WaitForPodScheduled', `waiting for ${who} to be scheduled`);
  }
}

/** The claim asks for one volume. */
function* syncNamed(
  host: ControllerHost,
  claim: V1PersistentVolumeClaim,
  name: string,
  observed: Observed,
): Work<boolean> {
  const volume = observed.volumes.get(name);
  if (volume === undefined) {
    yield* setPhase(host, claim, 'Pending', observed);
    return true;
  }
  if (volume.spec?.claimRef === undefined) {
    const problem = mismatch(volume, claim);
    if (problem === undefined) {
      yield* bind(host, volume, claim, observed);
      return false;
    }
    say(host, claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${problem}`);
  } else if (isFor(volume, claim)) {
    yield* bind(host, volume, claim, observed);
    return false;
  } else if (own(claim.metadata?.annotations, BOUND_BY_CONTROLLER) === undefined)
    say(host, claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
  yield* setPhase(host, claim, 'Pending', observed);
  return true;
}

function* syncBound(host: ControllerHost, claim: V1PersistentVolumeClaim, observed: Observed): Work<void> {
  const { volumeName = '' } = claim.spec ?? {};
  // Its volume's turn comes when the cache shows what was written into it.
  if (isBehind(observed.written().volumes, observed.volumes, [volumeName], host.component.now())) return;
  const volume = volumeName === '' ? undefined : observed.volumes.get(volumeName);
  if (volume !== undefined && (volume.spec?.claimRef === undefined || volume.spec.claimRef.uid === claim.metadata?.uid))
    return yield* bind(host, volume, claim, observed);
  const [reason, message] =
    volumeName === ''
      ? ['ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!']
      : volume === undefined
        ? ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!']
        : ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly'];
  if (claim.status?.phase !== 'Lost') say(host, claim, 'Warning', reason, message);
  yield* setPhase(host, claim, 'Lost', observed);
}

/** Four writes, each only if it is needed: the volume's reference and phase, the claim's and its phase. */
function* bind(
  host: ControllerHost,
  volume: V1PersistentVolume,
  claim: V1PersistentVolumeClaim,
  observed: Observed,
): Work<void> {
  const referring = yield* referTo(host, volume, claim, observed);
  const bound = yield* setVolumePhase(host, referring, 'Bound', observed);
  const { annotations } = claim.metadata ?? {};
  const added = {
    ...annotations,
    ...(claim.spec?.volumeName === undefined ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}),
    [BIND_COMPLETED]: 'yes',
  };
  const volumeName = volume.metadata?.name ?? '';
  let next = claim;
  if (claim.spec?.volumeName !== volumeName || own(annotations, BIND_COMPLETED) === undefined)
    next = yield* updateClaim(
      host,
      { ...claim, metadata: { ...claim.metadata, annotations: added }, spec: { ...claim.spec, volumeName } },
      observed,
    );
  yield* setPhase(host, next, 'Bound', observed, bound);
}

function* referTo(
  host: ControllerHost,
  volume: V1PersistentVolume,
  claim: V1PersistentVolumeClaim,
  observed: Observed,
): Work<V1PersistentVolume> {
  const known = volume.spec?.claimRef;
  if (known?.uid === claim.metadata?.uid && known?.uid !== undefined) return volume;
  const annotations = {
    ...volume.metadata?.annotations,
    ...(isFor(volume, claim) ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }),
  };
  const next = {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef: referenceTo(claim) },
  };
  const made = yield* host.client.update(PersistentVolumes, next);
  noteWritten(observed.written().volumes, keyOf(made), made, host.component.now());
  return made;
}

function* setVolumePhase(
  host: ControllerHost,
  volume: V1PersistentVolume,
  phase: string,
  observed: Observed,
): Work<V1PersistentVolume> {
  if (volume.status?.phase === phase) return volume;
  const made = yield* host.client.updateStatus(PersistentVolumes, { ...volume, status: { ...volume.status, phase } });
  noteWritten(observed.written().volumes, keyOf(made), made, host.component.now());
  return made;
}

function* setPhase(
  host: ControllerHost,
  claim: V1PersistentVolumeClaim,
  phase: string,
  observed: Observed,
  volume?: V1PersistentVolume,
): Work<void> {
  const { accessModes, capacity } = volume?.spec ?? {};
  const { accessModes: _, capacity: known, ...rest } = claim.status ?? {};
  const shown = claim.status?.phase === 'Bound' ? (known ?? capacity) : capacity;
  const status = {
    ...rest,
    phase,
    ...(accessModes === undefined ? {} : { accessModes }),
    ...(shown === undefined || volume === undefined ? {} : { capacity: shown }),
  };
  if (sameJson(status, claim.status ?? {})) return;
  const made = yield* host.client.updateStatus(PersistentVolumeClaims, { ...claim, status });
  noteWritten(observed.written().claims, keyOf(made), made, host.component.now());
}

function* syncVolume(host: ControllerHost, key: string, observed: Observed): Work<Requeue> {
  const volume = observed.volumes.get(key);
  if (volume === undefined) return undefined;
  if (isBehind(observed.written().volumes, observed.volumes, [key], host.component.now())) return LATER;
  const reference = volume.spec?.claimRef;
  if (reference === undefined || (reference.uid ?? '') === '') {
    yield* setVolumePhase(host, volume, 'Available', observed);
    return undefined;
  }
  const claim = yield* claimOf(host.client, reference, observed);
  if (claim === undefined) yield* release(host, volume, observed);
  else if (claim.spec?.volumeName === key) yield* setVolumePhase(host, volume, 'Bound', observed);
  else if (claim.spec?.volumeName !== undefined) yield* unbind(host, volume, observed);
  return undefined;
}

/** The claim that a volume is bound to, if it is still the same one. */
function* claimOf(
  client: Client,
  { name = '', namespace, uid }: V1ObjectReference,
  { claims }: Observed,
): Work<V1PersistentVolumeClaim | undefined> {
  const cached = claims.get(`${namespace ?? ''}/${name}`);
  if (cached?.metadata?.uid === uid) return cached;
  const fresh = yield* client.find(PersistentVolumeClaims, { name, namespace });
  return fresh?.metadata?.uid === uid ? fresh : undefined;
}

/** Its claim is bound to another volume. */
function* unbind(host: ControllerHost, volume: V1PersistentVolume, observed: Observed): Work<void> {
  const { annotations } = volume.metadata ?? {};
  const isOurs = own(annotations, BOUND_BY_CONTROLLER) !== undefined;
  if (own(annotations, PROVISIONED_BY) !== undefined && volume.spec?.persistentVolumeReclaimPolicy === 'Delete')
    return yield* release(host, volume, observed);
  const { claimRef, ...spec } = volume.spec ?? {};
  const { uid: _, resourceVersion: __, ...kept } = claimRef ?? {};
  const { [BOUND_BY_CONTROLLER]: ___, ...rest } = annotations ?? {};
  const next = isOurs
    ? { ...volume, metadata: { ...volume.metadata, annotations: rest }, spec }
    : { ...volume, spec: { ...spec, claimRef: kept } };
  const made = yield* host.client.update(PersistentVolumes, next);
  noteWritten(observed.written().volumes, keyOf(made), made, host.component.now());
  yield* setVolumePhase(host, made, 'Available', observed);
}

/** Its claim has gone: the volume's own policy says what becomes of it. */
function* release(host: ControllerHost, volume: V1PersistentVolume, observed: Observed): Work<void> {
  const released =
    volume.status?.phase === 'Failed' ? volume : yield* setVolumePhase(host, volume, 'Released', observed);
  if (released.spec?.persistentVolumeReclaimPolicy !== 'Delete' || released.metadata?.deletionTimestamp !== undefined)
    return;
  // Volumes that others have made are deleted by them.
  const by = own(released.metadata?.annotations, PROVISIONED_BY);
  if (by !== undefined && by !== HOST_PATH) return;
  if (by === undefined && released.spec.hostPath === undefined) return;
  if (by === undefined && !(released.spec.hostPath?.path ?? '').startsWith('/tmp/')) {
    const message = `host_path deleter only supports /tmp/.+ but received provided ${released.spec.hostPath?.path ?? ''}`;
    host.events.note({
      about: released,
      type: 'Warning',
      reason: 'VolumeFailedDelete',
      message,
      causes: host.client.caller.origin.causes,
    });
    yield* host.client.updateStatus(PersistentVolumes, {
      ...released,
      status: { ...released.status, phase: 'Failed', message },
    });
    return;
  }
  yield* letGo(host, released, observed);
  yield* unlessGone(host.client.delete(PersistentVolumes, { name: released.metadata?.name ?? '' }));
}

/** What it stood for is gone. */
function* letGo(host: ControllerHost, volume: V1PersistentVolume, observed: Observed): Work<void> {
  const free = withoutFinalizers(volume, UNTIL_DELETED);
  if (free === undefined) return;
  const made = yield* host.client.update(PersistentVolumes, free);
  noteWritten(observed.written().volumes, keyOf(made), made, host.component.now());
}
