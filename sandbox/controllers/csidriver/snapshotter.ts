// The driver's snapshotter: takes snapshots that contents ask for, and takes them away.
//
// observe: contents of its driver; volumes.
// diff:    a content whose snapshot isn't taken yet; one that is deleted along with its snapshot.
// act:     copy the files; tell handle, time and size; remove the files and let the content go.

import type { Client } from '../../client/client.ts';
import type { Component } from '../../client/component.ts';
import { createEventRecorder } from '../../client/events.ts';
import { withoutFinalizers } from '../../client/finalizers.ts';
import { keyOf } from '../../client/informer.ts';
import { own } from '../../kube/json.ts';
import { parseQuantity, quantityValue } from '../../kube/quantity.ts';
import { PersistentVolumes } from '../../schema/generated/resources.ts';
import type { V1PersistentVolume } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { rfc3339, seconds, type TimeMs } from '../../time/units.ts';
import { type ContentStatus, type VolumeSnapshotContent, VolumeSnapshotContents } from '../snapshots/kinds.ts';
import { BEING_DELETED, CONTENT_BOUND } from '../snapshots/protection.ts';
import { filesOfSnapshot, filesOfVolume, type Storage } from './storage.ts';

export function snapshotter(component: Component, driver: string, storage: Storage): void {
  const contents = component.informer(VolumeSnapshotContents);
  const volumes = component.informer(PersistentVolumes);
  const events = createEventRecorder(component, { component: `csi-snapshotter ${driver}` });
  const queue = component.queue('snapshots', function* (key, { client, causes, now }) {
    const content = contents.get(key);
    if (content?.spec?.driver !== driver) return undefined;
    if (content.metadata?.deletionTimestamp !== undefined) {
      yield* remove(client, content, storage);
      return undefined;
    }
    if (content.status?.readyToUse === true) return undefined;
    const taken = take(content, volumes.list(), storage, now());
    if ('error' in taken && taken.error?.message === content.status?.error?.message) return { after: seconds(30) };
    yield* client.updateStatus(VolumeSnapshotContents, { ...content, status: taken });
    if (taken.error === undefined) return undefined;
    const message = taken.error.message ?? '';
    events.note({ about: content, type: 'Warning', reason: 'SnapshotContentCheckandUpdateFailed', message, causes });
    return { after: seconds(1) };
  });
  contents.on(({ type, object, causes }) => {
    if (type !== 'deleted') queue.add(keyOf(object), causes);
  });
}

/** Copies the files as they are at this moment; what a content has that was made by hand is only looked for. */
function take(
  { metadata, spec }: VolumeSnapshotContent,
  volumes: readonly V1PersistentVolume[],
  storage: Storage,
  now: TimeMs,
): ContentStatus {
  const failed = (message: string): ContentStatus => ({ readyToUse: false, error: { message, time: rfc3339(now) } });
  const { snapshotHandle: given, volumeHandle } = spec?.source ?? {};
  const failure = 'Failed to check and update snapshot content';
  if (given !== undefined) {
    if (storage.has(filesOfSnapshot(given)))
      return { snapshotHandle: given, readyToUse: true, creationTime: now * 1e6 };
    return failed(
      `${failure}: failed to list snapshot for content ${metadata?.name}: "can not find snapshot for snapshotID ${given}"`,
    );
  }
  const volume = volumes.find((one) => one.spec?.csi?.volumeHandle === volumeHandle);
  if (volume === undefined) {
    const why = 'rpc error: code = Internal desc = failed to get the volume that snapshot belongs to';
    return failed(`${failure}: failed to take snapshot of the volume ${volumeHandle}: "${why}"`);
  }
  const snapshotHandle = metadata?.uid ?? '';
  storage.copy(filesOfVolume(keyOf(volume)), filesOfSnapshot(snapshotHandle));
  const restoreSize = quantityValue(parseQuantity(own(volume.spec?.capacity, 'storage') ?? '0'));
  return { snapshotHandle, creationTime: now * 1e6, readyToUse: true, restoreSize };
}

function* remove(client: Client, content: VolumeSnapshotContent, storage: Storage): Work<void> {
  const { metadata, spec, status } = content;
  // As long as its snapshot stays, so does it.
  if (own(metadata?.annotations, BEING_DELETED) === undefined) return;
  if (spec?.deletionPolicy === 'Delete') storage.remove(filesOfSnapshot(status?.snapshotHandle ?? ''));
  const free = withoutFinalizers(content, CONTENT_BOUND);
  if (free !== undefined) yield* client.update(VolumeSnapshotContents, free);
}
