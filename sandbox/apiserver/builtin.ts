// The registry of what the server serves: built-in kinds with their own rules, and those without, which are stored and
// served by the rules that all kinds share.

import type { KubeObject } from '../kube/meta.ts';
import type { ObjectType } from '../kube/structure.ts';
import { definition, kindType, RESOURCES, type Resource } from '../schema/schema.ts';
import { defineKind, type Kind, type ServedVersion } from './kind.ts';
import { KINDS } from './kinds/all.ts';
import { byPreference } from './priorities.ts';
import type { Registry, Served } from './registry.ts';

/** All that serves built-in kinds; custom ones are found by the registry that wraps this one. */
export function builtinRegistry(): Registry {
  const kinds = new Map(KINDS.map((kind) => [nameOf(kind.type), kind]));
  const all = [...RESOURCES].sort(byPreference).flatMap((resource) => servedOf(resource, kinds) ?? []);
  const byResource = new Map(all.map((served) => [addressOf(served.type), served]));
  const byKind = new Map(
    all.map((served) => [`${served.type.group}/${served.type.version}/${served.type.kind}`, served]),
  );
  const stored = new Map(
    all.filter(({ version }) => version === undefined).map((served) => [nameOf(served.type), served]),
  );
  return {
    builtinGroups: new Set(all.map(({ type }) => type.group)),
    find: (group, version, resource) => byResource.get(addressOf({ group, version, resource })),
    stored: (group, resource) => stored.get(nameOf({ group, resource })),
    byKind: (group, version, kind) => byKind.get(`${group}/${version}/${kind}`),
    all: () => all,
  };
}

function nameOf({ group, resource }: { readonly group: string; readonly resource: string }): string {
  return `${group}/${resource}`;
}

function addressOf({
  group,
  version,
  resource,
}: {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}): string {
  return `${group}/${version}/${resource}`;
}

function servedOf(resource: Resource, kinds: ReadonlyMap<string, Kind>): Served | undefined {
  const found = findKind(resource, kinds);
  if (found === undefined) return undefined;
  const { group, version, kind, namespaced } = resource;
  const structure = kindType(group, version, kind)?.type ?? definition('io.k8s.apimachinery.pkg.apis.meta.v1.Status');
  if (structure === undefined) return undefined;
  const { singular, shortNames, categories, verbs, storageVersionHash } = resource;
  return {
    kind: found.kind,
    type: { group, version, resource: resource.resource, kind, namespaced },
    version: found.version,
    names: {
      singular,
      shortNames,
      categories,
      verbs,
      ...(storageVersionHash === undefined ? {} : { storageVersionHash }),
    },
    structure,
    storage: storedStructure(found.kind) ?? structure,
    subresources: resource.subresources,
    custom: false,
    ...deprecationOf(resource),
  };
}

function storedStructure({ type: { group, version, kind } }: Kind): ObjectType | undefined {
  return kindType(group, version, kind)?.type;
}

/** The kind whose storage version this is, or the kind of another version that serves this one too. */
function findKind(
  resource: Resource,
  kinds: ReadonlyMap<string, Kind>,
): { readonly kind: Kind; readonly version: ServedVersion<KubeObject> | undefined } | undefined {
  const own = kinds.get(nameOf(resource));
  if (own?.type.version === resource.version) return { kind: own, version: undefined };
  for (const kind of kinds.values()) {
    const version = kind.served?.find(
      (served) =>
        (served.group ?? kind.type.group) === resource.group &&
        served.version === resource.version &&
        kind.type.resource === resource.resource,
    );
    if (version !== undefined) return { kind, version };
  }
  return own === undefined ? { kind: plainKind(resource), version: undefined } : undefined;
}

/** A kind without a file of its own: no rules beyond those that all kinds share. */
function plainKind({ group, version, resource, kind, namespaced }: Resource): Kind {
  return defineKind({ type: { group, version, resource, kind, namespaced }, strategy: {} });
}

/** Kinds that are served for old times' sake. */
const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['/v1/endpoints', 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  ['/v1/componentstatuses', 'v1 ComponentStatus is deprecated in v1.19+'],
]);

function deprecationOf(resource: Resource): { readonly deprecation?: string } {
  const deprecation = DEPRECATED.get(addressOf(resource));
  return deprecation === undefined ? {} : { deprecation };
}
