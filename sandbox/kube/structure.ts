// The shape of API types, as everything that reads or writes objects needs it: decoding, encoding, defaulting, pruning,
// strategic merge patch, server-side apply. `schema/` makes these structures, from the data of the built-in kinds and
// from the structural schemas of CustomResourceDefinitions; the code of `kube/` only reads them.

import type { JsonValue } from './json.ts';

/** What a leaf of the tree holds. `any` is arbitrary JSON that nobody looks into (RawExtension, FieldsV1, JSON). */
export type ScalarName =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'quantity'
  | 'intOrString'
  | 'any';

export interface ScalarType {
  readonly kind: 'scalar';
  readonly scalar: ScalarName;
  readonly format?: string;
  readonly enum?: readonly string[];
  /** The Go type as decoding errors name it: `string`, `v1.PodPhase`, `runtime.RawExtension`. Here and below: absent for types of a CRD. */
  readonly goType?: string;
  /** Of `any`: an object of the API with its own apiVersion and kind, written as its own kind is (List.items, WatchEvent.object). */
  readonly holdsObject?: boolean;
}

export interface ObjectType {
  readonly kind: 'object';
  /** The definition's name, `io.k8s.api.core.v1.PodSpec`; empty for an anonymous type of a CRD. */
  readonly name: string;
  /** The Go type's short name, `PodSpec`, as decoding errors give it. */
  readonly goName: string;
  /** With its package: `v1.PodSpec`. */
  readonly goType?: string;
  /** In the order in which Go declares (and therefore writes) them. */
  readonly fields: readonly FieldType[];
  readonly field: ReadonlyMap<string, FieldType>;
  readonly required: readonly string[];
  /** `x-kubernetes-map-type: atomic`: server-side apply owns it as a whole. */
  readonly atomic: boolean;
  /** Fields that aren't listed are kept (x-kubernetes-preserve-unknown-fields). */
  readonly preserveUnknown: boolean;
  /** It is an object of its own, with apiVersion, kind and metadata (x-kubernetes-embedded-resource, or a top-level kind). */
  readonly embedded: boolean;
  /** One of its fields at most is set (x-kubernetes-unions); this one says which, if it isn't empty. */
  readonly union?: string;
}

export interface MapType {
  readonly kind: 'map';
  readonly values: ValueType;
  readonly atomic: boolean;
  readonly goType?: string;
  /** The API's own document states the map type. */
  readonly declared?: boolean;
}

export interface ListType {
  readonly kind: 'list';
  readonly items: ValueType;
  /** x-kubernetes-list-type; `atomic` where nothing is said. */
  readonly list: 'atomic' | 'set' | 'map';
  /** x-kubernetes-list-map-keys of a `map` list. */
  readonly keys: readonly string[];
  readonly goType?: string;
  /** The API's own document states the list type. */
  readonly declared?: boolean;
}

export type ValueType = ScalarType | ObjectType | MapType | ListType;

export interface FieldType {
  readonly name: string;
  /** Types refer to themselves (JSONSchemaProps), so the type is asked for, not held. */
  readonly type: () => ValueType;
  /** What Go leaves out when it writes JSON: nothing, what is empty (omitempty), or zero structs too (omitzero). */
  readonly omit: 'never' | 'empty' | 'zero';
  /** An empty list isn't none to the rules of its kind, until it is stored. */
  readonly keepsEmpty?: boolean;
  /** Go holds it through a pointer: absent and zero differ. */
  readonly pointer: boolean;
  readonly nullable: boolean;
  /** x-kubernetes-patch-merge-key and x-kubernetes-patch-strategy: strategic merge patch. */
  readonly mergeKey?: string;
  readonly strategies: readonly ('merge' | 'replace' | 'retainKeys')[];
  /** x-kubernetes-list-type and x-kubernetes-map-type of a field that is neither list nor map, as its document has them. */
  readonly marks?: Readonly<Record<string, string>>;
  /** The default that the schema itself declares (also used for the keys of list maps). */
  readonly default?: JsonValue;
  /** Field number and wire form in protobuf; absent where there is none. */
  readonly protobuf?: { readonly number: number; readonly type: string; readonly flags: string };
  /** Embedded in Go and therefore written inline. */
  readonly inline: boolean;
  /** The embedded Go types through which it is reached, as decoding errors name them: `VolumeSource`, `RuleWithOperations.Rule`. */
  readonly embeddedIn?: string;
}

/** A top-level kind with the type of its objects. */
export interface KindType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly type: ObjectType;
}
