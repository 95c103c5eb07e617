// The registry: which collections the server serves right now. Built-in kinds come from their files; custom ones from
// the CustomResourceDefinitions in the store. Discovery, OpenAPI and the request pipeline all ask here.

import type { JsonObject } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Target } from '../kube/operation.ts';
import { groupResource, type ResourceType } from '../kube/resource.ts';
import type { ObjectType } from '../kube/structure.ts';
import type { Subresource } from '../schema/schema.ts';
import type { Conversion } from './customresources/conversion.ts';
import type { CustomReader } from './customresources/reading.ts';
import type { Kind, ServedVersion } from './kind.ts';

/** The names under which a collection is known to clients. */
interface ResourceNames {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly storageVersionHash?: string;
  /** Where it isn't the kind's own name with List behind it. */
  readonly listKind?: string;
}

/** One collection in one version, as a request addresses it. */
export interface Served {
  readonly kind: Kind;
  /** The collection in the version that is asked for. */
  readonly type: ResourceType;
  /** The other version's conversion; absent when it is the one that is stored. */
  readonly version: ServedVersion<KubeObject> | undefined;
  readonly names: ResourceNames;
  /** The shape of objects in this version. */
  readonly structure: ObjectType;
  /** The shape of objects in the version that is stored. */
  readonly storage: ObjectType;
  /** What is served beside the objects themselves, as discovery lists it; `Kind.subresources` says how it behaves. */
  readonly subresources: readonly Subresource[];
  /** It comes from a CustomResourceDefinition. */
  readonly custom: boolean;
  /** Of custom resources: the object as its schema wants it, and the fields that the schema doesn't know. */
  readonly normalise?: (object: JsonObject) => { readonly value: JsonObject; readonly unknown: readonly string[] };
  /** Of custom resources: how they come out of the storage. */
  readonly reader?: CustomReader;
  /** Of custom resources with several versions, or whose versions a webhook converts: how. */
  readonly conversion?: Conversion;
  /** Of custom resources: the versions that there are, served or not. */
  readonly versions?: readonly string[];
  /** Of custom resources: what their definition says of their form. */
  readonly schema?: JsonObject;
  /** Whoever uses this version is warned with these words. */
  readonly deprecation?: string;
  /** The definition is on its way out: nothing is created any more. */
  readonly terminating?: boolean;
}

export interface Registry {
  /** The groups of built-in kinds: of others, nothing is known but what definitions say. */
  readonly builtinGroups: ReadonlySet<string>;
  /** Groups that a program of the cluster serves through this server, as long as their APIServices are available. */
  readonly inProcess?: ReadonlySet<string>;
  find(group: string, version: string, resource: string): Served | undefined;
  /** The same of versions that a definition has, though they aren't served: fields may be owned in them. */
  defined?(group: string, version: string, resource: string): Served | undefined;
  /** The collection in the version that is stored. */
  stored(group: string, resource: string): Served | undefined;
  byKind(group: string, version: string, kind: string): Served | undefined;
  /** Everything that is served now, groups and versions in the server's order of preference. */
  all(): readonly Served[];
}

/** The store's table of a kind: `pods`, `deployments.apps`. */
/** A collection that no store holds: its objects are worked out when they are asked for. */
export function computedCollection(
  kind: Kind,
  { structure, verbs, custom }: Pick<Served, 'structure' | 'custom'> & { readonly verbs: readonly string[] },
): Served {
  return {
    kind,
    type: kind.type,
    version: undefined,
    names: { singular: '', shortNames: [], categories: [], verbs },
    structure,
    storage: structure,
    subresources: [],
    custom,
  };
}

export function tableOf(type: ResourceType): string {
  return groupResource(type);
}

/** The store's key of an object. */
export function storeKey(type: ResourceType, namespace: string | undefined, name: string): string {
  return type.namespaced ? `${namespace ?? ''}/${name}` : name;
}

/** Where a few kinds have their objects in etcd, other than under their resource. Errors of storage show the path. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['nodes', 'minions'],
  ['services', 'services/specs'],
  ['endpoints', 'services/endpoints'],
  ['replicationcontrollers', 'controllers'],
  ['ingresses.networking.k8s.io', 'ingress'],
  ['events.events.k8s.io', 'events'],
]);

/** The key of an object in etcd: `/registry/pods/default/web`. */
export function registryKey({ kind: { type }, custom }: Served, { namespace, name = '' }: Target): string {
  const { group, resource, namespaced } = type;
  const own = custom || OWN_SERVERS.has(group) ? `${group}/${resource}` : resource;
  const prefix = PREFIXES.get(groupResource(type)) ?? own;
  return `/registry/${prefix}/${namespaced ? `${namespace ?? ''}/` : ''}${name}`;
}

const OWN_SERVERS: ReadonlySet<string> = new Set(['apiregistration.k8s.io', 'apiextensions.k8s.io']);
