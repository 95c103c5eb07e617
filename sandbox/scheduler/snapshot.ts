// What the scheduler knows of the cluster while it decides: nodes with their pods, and the other objects that plug-ins
// look at.

import type { LabelSelector } from '../kube/selectors/labelselectors.ts';
import type {
  V1CSIDriver,
  V1CSINode,
  V1CSIStorageCapacity,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1PodDisruptionBudget,
  V1Service,
  V1StorageClass,
  V1VolumeAttachment,
} from '../schema/generated/types.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { NamespaceLabels, PodInfo } from './podinfo.ts';

export interface Snapshot {
  /** All nodes, taking zones in turn. */
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  /** Nodes with pods that have rules about neighbours, and those with pods that refuse some. */
  withAffinity(): Iterable<NodeInfo>;
  withAntiAffinity(): Iterable<NodeInfo>;
  /** What is known of an image by one of its names; undefined when no node has it. */
  image(name: string): ImageState | undefined;
  readonly objects: Objects;
}

/** Objects beside nodes and pods. Keys are `namespace/name`, or names. */
export interface Objects {
  readonly namespaceLabels: NamespaceLabels;
  services(namespace: string): readonly V1Service[];
  /** The selector of what owns a pod, for spreading by default: of its replica set, stateful set or controller. */
  ownerSelectors(pod: PodInfo): readonly OwnerSelector[];
  claim(key: string): V1PersistentVolumeClaim | undefined;
  volume(name: string): V1PersistentVolume | undefined;
  volumes(): readonly V1PersistentVolume[];
  storageClass(name: string): V1StorageClass | undefined;
  csiNode(name: string): V1CSINode | undefined;
  csiDriver(name: string): V1CSIDriver | undefined;
  attachments(): readonly V1VolumeAttachment[];
  capacities(): readonly V1CSIStorageCapacity[];
  /** What is promised to pods on their way to a node. */
  reservations(): Reservations;
  budgets(namespace: string): readonly V1PodDisruptionBudget[];
}

/** Which pods belong together. */
export type OwnerSelector = LabelSelector;

/** Volumes by name with the claims that they are promised to, and claims with the nodes that they are promised on. Plain data. */
export interface Reservations {
  readonly volumes: Map<string, string>;
  readonly claims: Map<string, string>;
}

/** An image: its size in bytes as the first node said that had it, and how many have it by now. */
export interface ImageState {
  readonly size: number;
  readonly nodes: number;
}
