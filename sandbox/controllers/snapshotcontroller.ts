// The snapshot controller: it brings what somebody asks for (VolumeSnapshot) together with what the storage has
// (VolumeSnapshotContent). It takes no snapshots itself; a driver's snapshotter does (csidriver/snapshotter.ts).
//
// observe: snapshots, contents, classes; claims and their volumes.
// diff:    a snapshot without its content; a content that knows more than its snapshot tells; one that is to go.
// act:     make the content, tell in the status, hold and release by finalizers.

import type { Client } from '../client/client.ts';
import type { Component, ComponentEngine, Requeue } from '../client/component.ts';
import { createEventRecorder } from '../client/events.ts';
import { withoutFinalizers } from '../client/finalizers.ts';
import { unlessGone } from '../client/gone.ts';
import { keyOf } from '../client/informer.ts';
import { own, sameJson } from '../kube/json.ts';
import { serviceAccountUser } from '../kube/operation.ts';
import { formatQuantity, quantity } from '../kube/quantity.ts';
import { PersistentVolumeClaims, PersistentVolumes, StorageClasses } from '../schema/generated/resources.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, parseTime, rfc3339, type TimeMs } from '../time/units.ts';
import {
  SNAPSHOT_GROUP,
  type SnapshotStatus,
  type VolumeSnapshot,
  VolumeSnapshotClasses,
  type VolumeSnapshotContent,
  VolumeSnapshotContents,
  VolumeSnapshots,
} from './snapshots/kinds.ts';
import { BEING_DELETED, CONTENT_BOUND, SNAPSHOT_AS_SOURCE, SNAPSHOT_BOUND } from './snapshots/protection.ts';
import { type Caches, defaultClass, namedClass, Refusal, sourceVolume, wantsDefaultClass } from './snapshots/source.ts';

const NAME = 'snapshot-controller';
const API_VERSION = `${SNAPSHOT_GROUP}/v1`;
/** The program as a simulator takes it. */
export function snapshotController(): {
  readonly name: string;
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly setup: (component: ComponentEngine) => void;
} {
  return { name: NAME, user: serviceAccountUser('kube-system', NAME), setup };
}

type Say = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** One snapshot's turn. */
interface Turn extends Caches {
  readonly key: string;
  readonly snapshot: VolumeSnapshot;
  readonly client: Client;
  readonly now: TimeMs;
  readonly say: Say;
}

function setup(component: Component): void {
  const caches: Caches = {
    snapshots: component.informer(VolumeSnapshots),
    contents: component.informer(VolumeSnapshotContents),
    classes: component.informer(VolumeSnapshotClasses),
    claims: component.informer(PersistentVolumeClaims),
    volumes: component.informer(PersistentVolumes),
    storage: component.informer(StorageClasses),
  };
  const events = createEventRecorder(component, { component: NAME });
  const queue = component.queue('snapshots', function* (key, { client, causes, now }) {
    const snapshot = caches.snapshots.get(key);
    if (snapshot === undefined) return undefined;
    const say: Say = (type, reason, message) => events.note({ about: snapshot, type, reason, message, causes });
    return yield* sync({ ...caches, key, snapshot, client, now: now(), say });
  });
  caches.snapshots.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
  caches.contents.on(({ object, causes }) => {
    const { namespace = '', name = '' } = object.spec?.volumeSnapshotRef ?? {};
    queue.add(`${namespace}/${name}`, causes);
  });
}

function* sync(turn: Turn): Work<Requeue> {
  const { snapshot, client } = turn;
  const { metadata, status } = snapshot;
  if (metadata?.deletionTimestamp !== undefined) return yield* release(turn);
  const finalizers = metadata?.finalizers ?? [];
  const missing = [SNAPSHOT_AS_SOURCE, SNAPSHOT_BOUND].filter((one) => !finalizers.includes(one));
  if (missing.length > 0) {
    yield* client.update(VolumeSnapshots, {
      ...snapshot,
      metadata: { ...metadata, finalizers: [...finalizers, ...missing] },
    });
    return undefined;
  }
  try {
    if (wantsDefaultClass(snapshot)) return yield* nameClass(turn);
    const content = yield* contentOf(turn);
    yield* tell(turn, content);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    yield* fail(turn, error);
    const age = turn.now - (parseTime(metadata?.creationTimestamp ?? '') ?? turn.now);
    return status?.readyToUse === true ? undefined : { after: durationMs(Math.min(Math.max(age, 1000), 300_000)) };
  }
}

/** The content that is there for it, or that is made. */
function* contentOf(turn: Turn): Work<VolumeSnapshotContent> {
  const { snapshot, contents } = turn;
  const given = snapshot.spec?.source.volumeSnapshotContentName;
  const known = contents.get(given ?? contentName(snapshot));
  if (given !== undefined) {
    if (known === undefined) throw new Refusal('SnapshotContentMissing', 'VolumeSnapshotContent is missing');
    return yield* bind(turn, known);
  }
  if (known !== undefined) return known;
  if (snapshot.status?.readyToUse === true)
    throw new Refusal('SnapshotContentMissing', 'VolumeSnapshotContent is missing');
  return yield* make(turn);
}

/** The class is written into the snapshot; it is taken with the next turn. */
function* nameClass(turn: Turn): Work<undefined> {
  const { snapshot, client } = turn;
  const { spec = { source: {} } } = snapshot;
  const volumeSnapshotClassName = keyOf(defaultClass(turn));
  yield* client.update(VolumeSnapshots, { ...snapshot, spec: { ...spec, volumeSnapshotClassName } });
  return undefined;
}

function contentName({ metadata }: VolumeSnapshot): string {
  return `snapcontent-${metadata?.uid ?? ''}`;
}

/** A content that somebody made by hand for just this snapshot. */
function* bind({ snapshot, client }: Turn, content: VolumeSnapshotContent): Work<VolumeSnapshotContent> {
  const { metadata, spec } = content;
  const { name = '', namespace = '', uid = '' } = snapshot.metadata ?? {};
  if (spec?.source.snapshotHandle === undefined) {
    const message = 'VolumeSnapshotContent is dynamically provisioned while expecting a pre-provisioned one';
    throw new Refusal('SnapshotContentMismatch', message);
  }
  const ref = spec.volumeSnapshotRef;
  if (ref.name !== name || ref.namespace !== namespace || (ref.uid !== undefined && ref.uid !== uid)) {
    const message = `VolumeSnapshotContent [${metadata?.name}] is bound to a different snapshot`;
    throw new Refusal('SnapshotContentMisbound', message);
  }
  if (ref.uid === uid) return content;
  const finalizers = [...(metadata?.finalizers ?? []), CONTENT_BOUND];
  return yield* client.update(VolumeSnapshotContents, {
    ...content,
    metadata: { ...metadata, finalizers },
    spec: { ...spec, volumeSnapshotRef: { ...ref, uid } },
  });
}

function* make(turn: Turn): Work<VolumeSnapshotContent> {
  const { snapshot, client, say, key } = turn;
  const type = namedClass(turn);
  const volume = sourceVolume(turn);
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = snapshot.metadata ?? {};
  const content = yield* client.create(VolumeSnapshotContents, {
    apiVersion: API_VERSION,
    kind: 'VolumeSnapshotContent',
    metadata: { name: contentName(snapshot), finalizers: [CONTENT_BOUND] },
    spec: {
      deletionPolicy: type.deletionPolicy ?? 'Delete',
      driver: type.driver ?? '',
      source: { volumeHandle: volume.spec?.csi?.volumeHandle ?? '' },
      sourceVolumeMode: volume.spec?.volumeMode ?? 'Filesystem',
      volumeSnapshotClassName: keyOf(type),
      volumeSnapshotRef: {
        ...{ apiVersion: API_VERSION, kind: 'VolumeSnapshot' },
        ...{ name, namespace, uid, resourceVersion },
      },
    },
  });
  say('Normal', 'CreatingSnapshot', `Waiting for a snapshot ${key} to be created by the CSI driver.`);
  return content;
}

/** The snapshot says what its content says, and whoever waits for it is told. */
function* tell({ snapshot, client, say, key }: Turn, content: VolumeSnapshotContent): Work<void> {
  const before = snapshot.status ?? {};
  const after = statusFrom(content);
  if (sameJson({ ...before }, { ...after })) return;
  yield* client.updateStatus(VolumeSnapshots, { ...snapshot, status: after });
  if (before.creationTime === undefined && after.creationTime !== undefined)
    say('Normal', 'SnapshotCreated', `Snapshot ${key} was successfully created by the CSI driver.`);
  if (before.readyToUse !== true && after.readyToUse === true)
    say('Normal', 'SnapshotReady', `Snapshot ${key} is ready to use.`);
}

function statusFrom({ metadata, status }: VolumeSnapshotContent): SnapshotStatus {
  const { creationTime, readyToUse = false, restoreSize, error } = status ?? {};
  return {
    boundVolumeSnapshotContentName: metadata?.name ?? '',
    readyToUse,
    ...(creationTime === undefined ? {} : { creationTime: rfc3339(Math.floor(creationTime / 1e6) as TimeMs) }),
    ...(restoreSize === undefined ? {} : { restoreSize: formatQuantity(quantity(restoreSize, 'BinarySI')) }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Said once, as long as it stays the same. */
function* fail({ snapshot, client, say, now }: Turn, { reason, message }: Refusal): Work<void> {
  if (snapshot.status?.error?.message === message) return;
  const status: SnapshotStatus = { ...snapshot.status, readyToUse: false, error: { message, time: rfc3339(now) } };
  yield* client.updateStatus(VolumeSnapshots, { ...snapshot, status });
  say('Warning', reason, message);
}

/** It goes when no volume is being made of it, and its content has gone or is to stay. */
function* release(turn: Turn): Work<Requeue> {
  const { snapshot, contents, client } = turn;
  const { metadata, status } = snapshot;
  const known = contents.get(status?.boundVolumeSnapshotContentName ?? contentName(snapshot));
  const content = known?.spec?.volumeSnapshotRef.uid === metadata?.uid ? known : undefined;
  if (content !== undefined && isBeingRestored(turn)) {
    turn.say('Warning', 'SnapshotDeletePending', 'Snapshot is being used to restore a PVC');
    return { after: durationMs(10_000) };
  }
  if (content !== undefined && own(content.metadata?.annotations, BEING_DELETED) === undefined) {
    const annotations = { ...content.metadata?.annotations, [BEING_DELETED]: 'yes' };
    yield* client.update(VolumeSnapshotContents, { ...content, metadata: { ...content.metadata, annotations } });
    return undefined;
  }
  if (content?.spec?.deletionPolicy === 'Delete') {
    if (content.metadata?.deletionTimestamp === undefined)
      yield* unlessGone(client.delete(VolumeSnapshotContents, { name: keyOf(content) }));
    return undefined;
  }
  const free = withoutFinalizers(snapshot, SNAPSHOT_AS_SOURCE, SNAPSHOT_BOUND);
  if (free !== undefined) yield* client.update(VolumeSnapshots, free);
  return undefined;
}

/** A claim is about to get its volume from it. */
function isBeingRestored({ snapshot, claims }: Turn): boolean {
  const { name, namespace } = snapshot.metadata ?? {};
  return claims.list().some(({ metadata, spec, status }) => {
    const { kind, apiGroup, name: wanted } = spec?.dataSource ?? {};
    const fits = kind === 'VolumeSnapshot' && apiGroup === SNAPSHOT_GROUP && wanted === name;
    return fits && metadata?.namespace === namespace && status?.phase === 'Pending';
  });
}
