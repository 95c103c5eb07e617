// The registry of what Kubernetes 1.36 knows: definitions, kinds, served resources. Constant, the same for every cluster.

import { compareText } from '../kube/go/text.ts';
import { apiVersion, type GroupVersionKind, parseApiVersion } from '../kube/resource.ts';
import type { KindType, ObjectType } from '../kube/structure.ts';
import served from './data/resources.json' with { type: 'json' };
import { ALIASES, aliasOf, fullName, isServed, KINDS } from './rows.ts';
import { structureOf } from './structures.ts';

/** A part of a resource under a path of its own: `pods/status`, `deployments/scale`. */
export interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Group and version of the kind, where they aren't those of the resource. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** A collection as discovery describes it. */
export interface Resource extends GroupVersionKind {
  readonly resource: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly storageVersionHash?: string;
  readonly subresources: readonly Subresource[];
}

/** Every resource that the API server itself serves, by group, version and name. */
export const RESOURCES: readonly Resource[] = served;

/** The structure of a definition: `io.k8s.api.core.v1.PodSpec`. */
export function definition(name: string): ObjectType | undefined {
  const alias = aliasOf(name);
  return alias === undefined ? undefined : structureOf(alias);
}

/** The names of all definitions. */
export function definitionNames(): readonly string[] {
  return ALIASES.map(fullName);
}

/**
 * A kind with the structure of its objects; undefined for kinds that aren't known or whose version isn't served. Tables
 * and the like are the same in all their versions.
 */
export function kindType(group: string, version: string, kind: string): KindType | undefined {
  const alias = aliasOfKind(group, version, kind);
  return alias !== undefined && isServed(alias) ? typeOf(alias, { group, version, kind }) : undefined;
}

/** The same for every kind that the server has a Go type of: more than it serves, old versions included. */
export function registeredType({ group, version, kind }: GroupVersionKind): KindType | undefined {
  const alias = aliasOfKind(group, version, kind);
  return alias === undefined ? undefined : typeOf(alias, { group, version, kind });
}

function aliasOfKind(group: string, version: string, kind: string): string | undefined {
  return kindsOf(group, group === 'meta.k8s.io' ? 'v1' : version).get(kind);
}

function typeOf(alias: string, { group, version, kind }: GroupVersionKind): KindType | undefined {
  const type = structureOf(alias);
  return type === undefined ? undefined : { group, version, kind, type };
}

/** The kinds that every version of every group has. */
const META_KINDS: readonly string[] = [
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
];

const kindTables = new Map<string, ReadonlyMap<string, string>>();

/** The kinds of a group's version, each with the alias of its definition. Reads its line of the data at the first call. */
export function kindsOf(group: string, version: string): ReadonlyMap<string, string> {
  const key = apiVersion({ group, version });
  const known = kindTables.get(key);
  if (known !== undefined) return known;
  const table = Object.hasOwn(KINDS, key) ? readKinds(KINDS[key] ?? '') : new Map<string, string>();
  if (table.size > 0) kindTables.set(key, table);
  return table;
}

function readKinds(line: string): ReadonlyMap<string, string> {
  const [home = '', ...kinds] = line.split(' ');
  const entries = kinds.flatMap((text): readonly (readonly [string, string])[] => {
    if (text === '*') return META_KINDS.map((kind) => [kind, `meta.v1.${kind}`]);
    const [kind = '', alias = `${home}.${kind}`] = text.split('=');
    return [[kind, alias]];
  });
  return new Map(entries);
}

/** Group versions that have kinds, served or not. */
export function registeredVersions(): readonly string[] {
  return Object.keys(KINDS);
}

/** Versions whose kinds the document doesn't list, and such that it lists although nothing here is of them. */
const NOT_LISTED: ReadonlySet<string> = new Set([
  '',
  'meta.k8s.io/v1',
  'apidiscovery.k8s.io/v2',
  'metrics.k8s.io/v1beta1',
]);
const LISTED_BESIDES: readonly string[] = [
  'admission.k8s.io/v1',
  'admission.k8s.io/v1beta1',
  'apiextensions.k8s.io/v1beta1',
  'apiregistration.k8s.io/v1beta1',
  'imagepolicy.k8s.io/v1alpha1',
];

/** The kinds that a definition is, as the API's document lists them (x-kubernetes-group-version-kind). */
export function groupVersionKindsOf(name: string): readonly GroupVersionKind[] {
  const alias = aliasOf(name) ?? '';
  const versions = Object.keys(KINDS).filter((version) => !NOT_LISTED.has(version));
  const own = versions.flatMap((version) => {
    const parsed = parseApiVersion(version);
    const kinds = [...kindsOf(parsed.group, parsed.version)].filter(([, definition]) => definition === alias);
    return kinds.map(([kind]) => ({ ...parsed, kind }));
  });
  const kind = alias.slice('meta.v1.'.length);
  const common = alias === `meta.v1.${kind}` && (kind === 'DeleteOptions' || kind === 'WatchEvent');
  const besides = common ? LISTED_BESIDES.map((version) => ({ ...parseApiVersion(version), kind })) : [];
  return [...own, ...besides].sort((a, b) => compareText(a.group, b.group) || compareText(a.version, b.version));
}

/** Groups, versions and kinds that a definition stands for: one, mostly; options of requests stand for one in each group. */
export function kindsOfDefinition(name: string): readonly GroupVersionKind[] {
  return KINDS_BY_DEFINITION().get(name) ?? [];
}

const KINDS_BY_DEFINITION = lazily(() => {
  const found = new Map<string, GroupVersionKind[]>();
  for (const text of Object.keys(KINDS)) {
    const { group, version } = parseApiVersion(text);
    for (const [kind, alias] of kindsOf(group, version)) {
      const list = found.get(fullName(alias)) ?? [];
      found.set(fullName(alias), list);
      // Documents of discovery belong to no version.
      const one = { group, kind, version: version === '' ? 'v1' : version };
      if (!list.some((other) => other.group === one.group && other.version === one.version)) list.push(one);
    }
  }
  return found;
});

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
