// Attaches volumes of storage drivers to the nodes whose pods need them, and detaches them when none is left there. The
// driver does it; the controller asks for it by an object for each volume and node.
//
// observe: pods, claims, volumes, drivers, and what is attached.
// diff:    attachdetach/wanted.ts says which volume belongs on which node, and which can't go there yet.
// act:     make and delete VolumeAttachments; say of pods what they got or wait for.

import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import { reasonOf } from '../kube/status.ts';
import {
  CSIDrivers,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  VolumeAttachments,
} from '../schema/generated/resources.ts';
import type { V1Pod, V1VolumeAttachment } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { seconds } from '../time/units.ts';
import { conflictOf, nameOf, type Observed, type Wanted, wantedAttachments } from './attachdetach/wanted.ts';
import type { Controller, ControllerHost } from './controller.ts';

/** What is in use elsewhere is tried again after this time. */
const LATER = { after: seconds(1) };
const ALL = 'all';

/** Attachments that were made and haven't been seen yet, by their names. */
type Made = Map<string, V1VolumeAttachment>;

export const attachDetachController: Controller = {
  name: 'attachdetach-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed & { readonly attachments: Informer<V1VolumeAttachment> } = {
      pods: component.informer(Pods),
      claims: component.informer(PersistentVolumeClaims),
      volumes: component.informer(PersistentVolumes),
      drivers: component.informer(CSIDrivers),
      attachments: component.informer(VolumeAttachments),
    };
    const told = component.memory('multi-attach errors told', () => new Set<string>());
    const made = component.memory<Made>('attachments made', () => new Map());
    const { pods, claims, volumes, drivers, attachments } = observed;
    const queue = component.queue(
      'attachments',
      (_, turn) => reconcile({ ...host, client: turn.client }, observed, told(), made(), turn.causes),
      client,
    );
    // Where no volume has a driver there is nothing to be looked at.
    const look = ({ causes }: { readonly causes: readonly Cause[] }): void => {
      if (volumes.list().some(({ spec }) => spec?.csi !== undefined)) queue.add(ALL, causes);
    };
    pods.on((event) => {
      const uses = event.object.spec?.volumes?.some(({ persistentVolumeClaim: pvc, ephemeral }) => pvc ?? ephemeral);
      if (uses === true) look(event);
    });
    for (const informer of [claims, volumes, drivers]) informer.on(look);
    attachments.on((event) => {
      const { object, previous, causes } = event;
      made().delete(keyOf(object));
      const attached = event.type !== 'deleted' && object.status?.attached === true;
      if (attached && previous?.status?.attached !== true) sayAttached(host, object, observed, causes);
      look(event);
    });
  },
};

function* reconcile(
  host: ControllerHost,
  observed: Observed & { readonly attachments: Informer<V1VolumeAttachment> },
  told: Set<string>,
  made: Made,
  causes: readonly Cause[],
): Work<Requeue> {
  const existing = [...observed.attachments.list(), ...made.values()];
  const wanted = wantedAttachments(observed);
  const names = new Set(wanted.map(nameOf));
  for (const one of existing) {
    const known = one.metadata?.deletionTimestamp !== undefined || names.has(one.metadata?.name ?? '');
    if (known) continue;
    made.delete(one.metadata?.name ?? '');
    yield* quietly(host.client.delete(VolumeAttachments, { name: one.metadata?.name ?? '' }), 'NotFound');
  }
  let waits = false;
  for (const one of wanted) {
    if (existing.some(({ metadata }) => metadata?.name === nameOf(one))) continue;
    const conflict = conflictOf(one, existing, observed.pods);
    if (conflict === undefined) {
      told.delete(nameOf(one));
      const attachment = attachmentFor(one);
      yield* quietly(host.client.create(VolumeAttachments, attachment), 'AlreadyExists');
      made.set(nameOf(one), attachment);
      existing.push(attachment);
    } else {
      waits = true;
      if (!told.has(nameOf(one))) for (const pod of one.pods) complain(host, pod, one, conflict, causes);
      told.add(nameOf(one));
    }
  }
  return waits ? LATER : undefined;
}

function attachmentFor(wanted: Wanted): V1VolumeAttachment {
  const { volume, node } = wanted;
  const attacher = volume.spec?.csi?.driver ?? '';
  const spec = { attacher, nodeName: node, source: { persistentVolumeName: keyOf(volume) } };
  return { metadata: { name: nameOf(wanted) }, spec };
}

function* quietly(work: Work<unknown>, expected: string): Work<void> {
  try {
    yield* work;
  } catch (error) {
    if (reasonOf(error) !== expected) throw error;
  }
}

function complain(
  { events }: ControllerHost,
  about: V1Pod,
  { volume }: Wanted,
  conflict: string,
  causes: readonly Cause[],
): void {
  const message = `Multi-Attach error for volume "${keyOf(volume)}" ${conflict}`;
  events.note({ about, type: 'Warning', reason: 'FailedAttachVolume', message, causes });
}

function sayAttached(
  { events }: ControllerHost,
  { metadata }: V1VolumeAttachment,
  observed: Observed,
  causes: readonly Cause[],
): void {
  const wanted = wantedAttachments(observed).find((one) => nameOf(one) === metadata?.name);
  if (wanted === undefined) return;
  const message = `AttachVolume.Attach succeeded for volume "${keyOf(wanted.volume)}" `;
  for (const about of wanted.pods)
    events.note({ about, type: 'Normal', reason: 'SuccessfulAttachVolume', message, causes });
}
