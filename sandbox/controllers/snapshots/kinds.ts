// Snapshots of volumes as kinds of the API: a VolumeSnapshot is what somebody asks for, a VolumeSnapshotContent what the
// storage has, a VolumeSnapshotClass how it is made. They are custom resources, and come with the storage driver.

import { type Definition, definitionObject, typeOfDefinition } from '../../client/definitions.ts';
import type { JsonObject } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';

export interface VolumeSnapshot extends KubeObject {
  readonly spec?: {
    readonly source: { readonly persistentVolumeClaimName?: string; readonly volumeSnapshotContentName?: string };
    readonly volumeSnapshotClassName?: string;
  };
  readonly status?: SnapshotStatus;
}

export type SnapshotStatus = {
  readonly boundVolumeSnapshotContentName?: string;
  readonly creationTime?: string;
  readonly readyToUse?: boolean;
  /** A quantity. */
  readonly restoreSize?: string;
  readonly error?: SnapshotError;
};

type SnapshotError = {
  readonly message?: string;
  readonly time?: string;
};

export interface VolumeSnapshotContent extends KubeObject {
  readonly spec?: {
    readonly deletionPolicy: string;
    readonly driver: string;
    readonly source: { readonly volumeHandle?: string; readonly snapshotHandle?: string };
    readonly sourceVolumeMode?: string;
    readonly volumeSnapshotClassName?: string;
    readonly volumeSnapshotRef: { readonly name?: string; readonly namespace?: string; readonly uid?: string };
  };
  readonly status?: ContentStatus;
}

export type ContentStatus = {
  readonly snapshotHandle?: string;
  /** Nanoseconds since 1970. */
  readonly creationTime?: number;
  readonly readyToUse?: boolean;
  /** Bytes. */
  readonly restoreSize?: number;
  readonly error?: SnapshotError;
};

export interface VolumeSnapshotClass extends KubeObject {
  readonly driver?: string;
  readonly deletionPolicy?: string;
}

export const SNAPSHOT_GROUP = 'snapshot.storage.k8s.io';
const text: JsonObject = { type: 'string' };
const flag: JsonObject = { type: 'boolean' };
const time: JsonObject = { type: 'string', format: 'date-time' };
const bytes: JsonObject = { type: 'integer', format: 'int64', minimum: 0 };
const policy: JsonObject = { type: 'string', enum: ['Delete', 'Retain'] };
const error = object({ message: text, time });

function object(properties: JsonObject, required: readonly string[] = [], more: JsonObject = {}): JsonObject {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required: [...required] }), ...more };
}

function fixed(what: string): JsonObject {
  return { ...text, 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: `${what} is immutable` }] };
}

function exactlyOne(one: string, other: string): JsonObject {
  return { oneOf: [{ required: [one] }, { required: [other] }] };
}

const COMMON = {
  group: SNAPSHOT_GROUP,
  versions: ['v1'],
  annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-csi/external-snapshotter/pull/814' },
};

const CLASS: Definition = {
  ...COMMON,
  kind: 'VolumeSnapshotClass',
  plural: 'volumesnapshotclasses',
  short: ['vsclass', 'vsclasses'],
  scope: 'Cluster',
  hasStatus: false,
  schema: object({ driver: text, deletionPolicy: policy, parameters: { type: 'object', additionalProperties: text } }, [
    'deletionPolicy',
    'driver',
  ]),
  columns: [
    ['Driver', '.driver'],
    ['DeletionPolicy', '.deletionPolicy'],
  ],
};

const CONTENT: Definition = {
  ...COMMON,
  kind: 'VolumeSnapshotContent',
  plural: 'volumesnapshotcontents',
  short: ['vsc', 'vscs'],
  scope: 'Cluster',
  schema: object(
    {
      spec: object(
        {
          deletionPolicy: policy,
          driver: text,
          source: object(
            { snapshotHandle: fixed('snapshotHandle'), volumeHandle: fixed('volumeHandle') },
            [],
            exactlyOne('snapshotHandle', 'volumeHandle'),
          ),
          sourceVolumeMode: fixed('sourceVolumeMode'),
          volumeSnapshotClassName: text,
          volumeSnapshotRef: object({
            apiVersion: text,
            fieldPath: text,
            kind: text,
            name: text,
            namespace: text,
            resourceVersion: text,
            uid: text,
          }),
        },
        ['deletionPolicy', 'driver', 'source', 'volumeSnapshotRef'],
      ),
      status: object({
        creationTime: { type: 'integer', format: 'int64' },
        error,
        readyToUse: flag,
        restoreSize: bytes,
        snapshotHandle: text,
      }),
    },
    ['spec'],
  ),
  columns: [
    ['ReadyToUse', '.status.readyToUse', 'boolean'],
    ['RestoreSize', '.status.restoreSize', 'integer'],
    ['DeletionPolicy', '.spec.deletionPolicy'],
    ['Driver', '.spec.driver'],
    ['VolumeSnapshotClass', '.spec.volumeSnapshotClassName'],
    ['VolumeSnapshot', '.spec.volumeSnapshotRef.name'],
    ['VolumeSnapshotNamespace', '.spec.volumeSnapshotRef.namespace'],
  ],
};

const SNAPSHOT: Definition = {
  ...COMMON,
  kind: 'VolumeSnapshot',
  plural: 'volumesnapshots',
  short: ['vs'],
  schema: object(
    {
      spec: object(
        {
          source: object(
            {
              persistentVolumeClaimName: fixed('persistentVolumeClaimName'),
              volumeSnapshotContentName: fixed('volumeSnapshotContentName'),
            },
            [],
            exactlyOne('persistentVolumeClaimName', 'volumeSnapshotContentName'),
          ),
          volumeSnapshotClassName: {
            ...text,
            'x-kubernetes-validations': [
              { rule: 'size(self) > 0', message: 'volumeSnapshotClassName must not be the empty string when set' },
            ],
          },
        },
        ['source'],
      ),
      status: object({
        boundVolumeSnapshotContentName: text,
        creationTime: time,
        error,
        readyToUse: flag,
        restoreSize: {
          'x-kubernetes-int-or-string': true,
          anyOf: [{ type: 'integer' }, { type: 'string' }],
        },
      }),
    },
    ['spec'],
  ),
  columns: [
    ['ReadyToUse', '.status.readyToUse', 'boolean'],
    ['SourcePVC', '.spec.source.persistentVolumeClaimName'],
    ['SourceSnapshotContent', '.spec.source.volumeSnapshotContentName'],
    ['RestoreSize', '.status.restoreSize'],
    ['SnapshotClass', '.spec.volumeSnapshotClassName'],
    ['SnapshotContent', '.status.boundVolumeSnapshotContentName'],
    ['CreationTime', '.status.creationTime', 'date'],
  ],
};

export const VolumeSnapshots: ResourceType<VolumeSnapshot> = typeOfDefinition(SNAPSHOT);
export const VolumeSnapshotContents: ResourceType<VolumeSnapshotContent> = typeOfDefinition(CONTENT);
export const VolumeSnapshotClasses: ResourceType<VolumeSnapshotClass> = typeOfDefinition(CLASS);

export const snapshotDefinitions: readonly KubeObject[] = [CLASS, CONTENT, SNAPSHOT].map(definitionObject);
