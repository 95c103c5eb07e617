// What every object of the API carries, in wire shape. The names are client-node's; times are RFC 3339 strings.

import type { JsonObject } from './json.ts';

export type V1OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

export type V1ManagedFieldsEntry = {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: JsonObject;
  readonly subresource?: string;
};

export type V1ObjectMeta = {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly selfLink?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly ownerReferences?: readonly V1OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly V1ManagedFieldsEntry[];
};

export type V1ListMeta = {
  readonly selfLink?: string;
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
  readonly shardInfo?: { readonly selector: string };
};

/** Any object of the API. */
export type KubeObject = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: V1ObjectMeta;
} & JsonObject;

/** Any list of the API. */
export type KubeList<T extends KubeObject = KubeObject> = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: V1ListMeta;
  readonly items: readonly T[];
};
