// Describing persistent volumes.

import { PersistentVolumes } from '../../../sandbox/schema/generated/resources.ts';
import type { V1NodeSelectorRequirement, V1VolumeNodeAffinity } from '../../../sandbox/schema/generated/types.ts';
import { described } from './describer.ts';
import type { Page } from './page.ts';
import { annotations, goList, labels, metaOf, since } from './parts.ts';
import { accessModes, storageClassOf } from './persistentvolumeclaim.ts';
import { persistentSource } from './volumes.ts';

export const describePersistentVolume = described(PersistentVolumes, (page, volume, now) => {
  const { spec, status } = volume;
  const meta = metaOf(volume);
  page.line(0, `Name:\t${meta.name ?? ''}`);
  labels(page, 'Labels', meta.labels);
  annotations(page, 'Annotations', meta.annotations);
  page.line(0, `Finalizers:\t${goList(meta.finalizers)}`);
  page.line(0, `StorageClass:\t${storageClassOf(meta.annotations, spec?.storageClassName)}`);
  const deleted = meta.deletionTimestamp;
  page.line(
    0,
    `Status:\t${deleted === undefined ? (status?.phase ?? '') : `Terminating (lasts ${since(deleted, now)})`}`,
  );
  const reference = spec?.claimRef;
  page.line(0, `Claim:\t${reference === undefined ? '' : `${reference.namespace ?? ''}/${reference.name ?? ''}`}`);
  page.line(0, `Reclaim Policy:\t${spec?.persistentVolumeReclaimPolicy ?? ''}`);
  page.line(0, `Access Modes:\t${accessModes(spec?.accessModes)}`);
  if (spec?.volumeMode !== undefined) page.line(0, `VolumeMode:\t${spec.volumeMode}`);
  page.line(0, `Capacity:\t${spec?.capacity?.['storage'] ?? '0'}`);
  nodeAffinity(page, spec?.nodeAffinity);
  page.line(0, `Message:\t${status?.message ?? ''}`);
  page.line(0, 'Source:');
  persistentSource(page, spec ?? {});
});

function nodeAffinity(page: Page, affinity: V1VolumeNodeAffinity | undefined): void {
  page.write(0, 'Node Affinity:\t');
  const terms = affinity?.required?.nodeSelectorTerms;
  if (affinity?.required === undefined) {
    page.end('<none>');
    return;
  }
  page.end('');
  page.write(1, 'Required Terms:\t');
  page.end(terms === undefined || terms.length === 0 ? '<none>' : '');
  terms?.forEach(({ matchExpressions = [] }, i) => {
    page.write(2, `Term ${i}:\t`);
    if (matchExpressions.length === 0) page.end('<none>');
    matchExpressions.forEach((requirement, j) => {
      if (j > 0) page.write(2, '\t');
      page.line(0, requirementText(requirement));
    });
  });
}

function requirementText({ key, operator, values = [] }: V1NodeSelectorRequirement): string {
  return `${key} ${operator.toLowerCase()}${values.length === 0 ? '' : ` [${values.join(', ')}]`}`;
}
