// Describing storage classes, volume attributes classes and CSI nodes.

import { CSINodes, StorageClasses, VolumeAttributesClasses } from '../../../sandbox/schema/generated/resources.ts';
import type { V1TopologySelectorTerm } from '../../../sandbox/schema/generated/types.ts';
import { labelsText } from '../printers/table.ts';
import { described } from './describer.ts';
import type { Page } from './page.ts';
import { fullTime, goList, metaOf, titledBool } from './parts.ts';
import { marks } from './workload.ts';

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const describeStorageClass = described(StorageClasses, (page, storageClass) => {
  const { provisioner, parameters, allowVolumeExpansion, mountOptions = [], reclaimPolicy } = storageClass;
  const { name = '', annotations = {} } = metaOf(storageClass);
  page.line(0, `Name:\t${name}`);
  page.line(0, `IsDefaultClass:\t${DEFAULT_CLASS.some((key) => annotations[key] === 'true') ? 'Yes' : 'No'}`);
  page.line(0, `Annotations:\t${labelsText(annotations)}`);
  page.line(0, `Provisioner:\t${provisioner}`);
  page.line(0, `Parameters:\t${labelsText(parameters ?? {})}`);
  const expansion = allowVolumeExpansion === undefined ? '<unset>' : titledBool(allowVolumeExpansion);
  page.line(0, `AllowVolumeExpansion:\t${expansion}`);
  page.line(0, mountOptions.length === 0 ? 'MountOptions:\t<none>' : 'MountOptions:');
  for (const option of mountOptions) page.line(1, option);
  if (reclaimPolicy !== undefined) page.line(0, `ReclaimPolicy:\t${reclaimPolicy}`);
  const { volumeBindingMode, allowedTopologies } = storageClass;
  if (volumeBindingMode !== undefined) page.line(0, `VolumeBindingMode:\t${volumeBindingMode}`);
  if (allowedTopologies !== undefined) topologies(page, allowedTopologies);
});

function topologies(page: Page, terms: readonly V1TopologySelectorTerm[]): void {
  page.line(0, `AllowedTopologies:\t${terms.length === 0 ? '<none>' : ''}`);
  terms.forEach(({ matchLabelExpressions = [] }, i) => {
    page.write(1, `Term ${i}:\t`);
    if (matchLabelExpressions.length === 0) page.end('<none>');
    matchLabelExpressions.forEach(({ key, values }, j) => {
      if (j > 0) page.write(1, '\t');
      page.line(0, `${key} in${values.length === 0 ? '' : ` [${values.join(', ')}]`}`);
    });
  });
}

export const describeVolumeAttributesClass = described(VolumeAttributesClasses, (page, attributesClass) => {
  page.line(0, `Name:\t${metaOf(attributesClass).name ?? ''}`);
  page.line(0, `Annotations:\t${labelsText(metaOf(attributesClass).annotations ?? {})}`);
  page.line(0, `DriverName:\t${attributesClass.driverName}`);
  page.line(0, `Parameters:\t${labelsText(attributesClass.parameters ?? {})}`);
});

export const describeCSINode = described(CSINodes, (page, node) => {
  const { drivers } = node.spec;
  page.line(0, `Name:\t${metaOf(node).name ?? ''}`);
  marks(page, node);
  page.line(0, `CreationTimestamp:\t${fullTime(metaOf(node).creationTimestamp)}`);
  page.line(0, 'Spec:');
  if (!drivers) return;
  page.line(1, 'Drivers:');
  for (const { name, nodeID, allocatable, topologyKeys } of drivers) {
    page.line(2, `${name}:`);
    page.line(3, `Node ID:\t${nodeID}`);
    if (allocatable?.count !== undefined) {
      page.line(3, 'Allocatables:');
      page.line(4, `Count:\t${allocatable.count}`);
    }
    if (topologyKeys) page.line(3, `Topology Keys:\t${goList(topologyKeys)}`);
  }
});
