// Describing persistent volume claims, also those that a pod's ephemeral volumes ask for.

import type { JsonObject } from '../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { PersistentVolumeClaims, Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1PersistentVolumeClaim, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import type { TimeMs } from '../../../sandbox/time/units.ts';
import { getTyped, listTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart, type Scope } from './describer.ts';
import { type Page, pageText } from './page.ts';
import { annotations, fullTime, goList, labels, listed, metaOf, since } from './parts.ts';

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

const SHORT_MODES = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

export const describePersistentVolumeClaim: Describe = function* (scope, namespace, name) {
  const found = yield* getTyped(scope.client, PersistentVolumeClaims, namespace, name);
  const pods = yield* podsUsing(scope, found);
  const events = yield* eventsAbout(scope, PersistentVolumeClaims.kind, found);
  return pageText((page) => {
    claim(page, found, true, scope.now);
    listed(page, 'Used By', pods.map((pod) => metaOf(pod).name ?? '').sort());
    conditionsPart(page, found);
    eventsPart(page, events, scope.now);
  });
};

/** Pods that name the claim, and those that own it: an ephemeral volume's claim belongs to its pod. */
function* podsUsing({ client, chunkSize }: Scope, found: V1PersistentVolumeClaim): Blocking<readonly V1Pod[]> {
  const { name, namespace = '', ownerReferences = [] } = metaOf(found);
  const pods = yield* listTyped(client, Pods, namespace, { chunkSize });
  const owners = new Set(ownerReferences.filter(({ kind }) => kind === 'Pod').map(({ uid }) => uid));
  const users = pods.flatMap((pod) =>
    (pod.spec?.volumes ?? []).filter((volume) => volume.persistentVolumeClaim?.claimName === name).map(() => pod),
  );
  const owning = pods.filter((pod) => owners.has(metaOf(pod).uid ?? '') && !users.includes(pod));
  return [...users, ...owning];
}

/** What a claim asks for, and when it is a whole one, what became of it. */
export function claim(page: Page, object: V1PersistentVolumeClaim | JsonObject, whole: boolean, now?: TimeMs): void {
  const { metadata = {}, spec, status } = object as V1PersistentVolumeClaim;
  if (whole) {
    page.line(0, `Name:\t${metadata.name ?? ''}`);
    page.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  }
  page.line(0, `StorageClass:\t${metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? ''}`);
  if (whole && now !== undefined) {
    const { deletionTimestamp: deleted } = metadata;
    const phase = deleted === undefined ? (status?.phase ?? '') : `Terminating (lasts ${since(deleted, now)})`;
    page.line(0, `Status:\t${phase}`);
  }
  page.line(0, `Volume:\t${spec?.volumeName ?? ''}`);
  labels(page, 'Labels', metadata.labels);
  annotations(page, 'Annotations', metadata.annotations);
  if (whole) page.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
  const bound = Boolean(spec?.volumeName);
  page.line(0, `Capacity:\t${bound ? (status?.capacity?.['storage'] ?? '0') : ''}`);
  page.line(0, `Access Modes:\t${bound ? accessModes(status?.accessModes) : ''}`);
  if (spec?.volumeMode !== undefined) page.line(0, `VolumeMode:\t${spec.volumeMode}`);
  if (spec?.dataSource === undefined) return;
  page.line(0, 'DataSource:');
  // A source of the core group is written with null.
  if (typeof spec.dataSource.apiGroup === 'string') page.line(1, `APIGroup:\t${spec.dataSource.apiGroup}`);
  page.line(1, `Kind:\t${spec.dataSource.kind}`);
  page.line(1, `Name:\t${spec.dataSource.name}`);
}

/** `RWO,ROX`, in a fixed order. */
export function accessModes(modes: readonly string[] | undefined): string {
  return SHORT_MODES.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

/** The storage class of a volume or claim, as the annotation from before there was a field or the field has it. */
export function storageClassOf(
  annotated: { readonly [key: string]: string } | undefined,
  field: string | undefined,
): string {
  return annotated?.[BETA_CLASS] ?? field ?? '';
}

function conditionsPart(page: Page, { status }: V1PersistentVolumeClaim): void {
  const { conditions = [] } = status ?? {};
  if (conditions.length === 0) return;
  page.line(0, 'Conditions:');
  page.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  page.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status: value, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    const times = `${fullTime(lastProbeTime)} \t${fullTime(lastTransitionTime)}`;
    page.line(1, `${type} \t${value} \t${times} \t${reason} \t${message}`);
  }
}
