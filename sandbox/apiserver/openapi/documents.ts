// The OpenAPI documents: one of everything in version 2, one for each group and version in version 3. They are made from
// the registry when they are asked for.

import { createHash } from 'node:crypto';
import type { JsonObject } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import type { ObjectType } from '../../kube/structure.ts';
import type { Documentation } from '../../schema/documentation.ts';
import { definition, kindType } from '../../schema/schema.ts';
import type { Registry, Served } from '../registry.ts';
import { customDefinitions } from './custom.ts';
import { type Dialect, definitionsOf, dialectOf, VERSION_2 } from './definitions.ts';
import { generalPath, generalPaths } from './general.ts';
import { groupPath, type Operation, type Path, pathsOf } from './operations.ts';
import { pathItem } from './pathitems.ts';
import { pathsOfVersion2 } from './version2.ts';

const INFO = { title: 'Kubernetes', version: '1.36' };
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** What a document of a group's version may speak of beside its own kinds. */
const COMMON = ['DeleteOptions', 'Status', 'WatchEvent', 'APIResourceList', 'Patch'];
const OF_ALL = [...COMMON, 'APIGroup', 'APIGroupList', 'APIVersions'];

/** What is documented, and in which words. */
export interface Documented {
  readonly registry: Registry;
  readonly documentation: Documentation;
}

/** /openapi/v2 */
export function openApiV2({ registry, documentation }: Documented): JsonObject {
  const served = registry.all();
  const definitions = schemasOf(served, VERSION_2, OF_ALL, documentation);
  const version = definition('io.k8s.apimachinery.pkg.version.Info');
  const more = version === undefined ? [] : definitionsOf([version], VERSION_2, documentation);
  const groups = registry.builtinGroups;
  const general = generalPaths(groups)
    .map((path) => generalPath(path, groups))
    .filter((path) => path !== undefined);
  return {
    swagger: '2.0',
    info: INFO,
    ...pathsOfVersion2([...[...byDocument(served).values()].flatMap(pathsOf), ...general], documentation),
    definitions: Object.fromEntries([...definitions, ...more]),
    securityDefinitions: SECURITY,
    security: [{ BearerToken: [] }],
  };
}

/** /openapi/v3: where the documents are. The hash changes with what they say, without their being made. */
export function openApiV3Paths({ registry }: Documented): JsonObject {
  const versions = byDocument(registry.all());
  const general = generalPaths(registry.builtinGroups).map((path) => [path, path] as const);
  const found = [...[...versions].map(([path, served]) => [path, served.map(gistOf).join()] as const), ...general];
  const paths = found
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, gist]) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(gist)}` }] as const);
  return { paths: Object.fromEntries(paths) };
}

/** By the path of the document that describes them. */
function byDocument(served: readonly Served[]): ReadonlyMap<string, readonly Served[]> {
  const found = new Map<string, Served[]>();
  for (const each of served) {
    const path = groupPath(each.type);
    const known = found.get(path);
    if (known === undefined) found.set(path, [each]);
    else known.push(each);
  }
  return found;
}

function hashOf(gist: string): string {
  return createHash('sha512').update(gist).digest('hex').toUpperCase();
}

/** All that a document is made of, of one collection; built-in structures are the release's. */
const gistOf = lazyFor(({ type, names, subresources, schema = {} }: Served): string =>
  JSON.stringify([INFO, type, names, subresources, schema]),
);

const SECURITY = {
  BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
};

/** The document of `api/v1`, `apis/apps/v1`, `apis/apps`, `version`; undefined when nothing of it is served. */
export function openApiV3({ registry, documentation }: Documented, path: string): JsonObject | undefined {
  const served = registry.all().filter(({ type }) => groupPath(type) === path);
  const [first] = served;
  const known = memoryOf(documentation);
  if (first !== undefined)
    return remembered(known.versions, first, served, () => versionDocument(served, documentation));
  return generalOf(known.general(registry.builtinGroups), path, registry.builtinGroups, documentation);
}

/** Documents that were made with these words. */
const memoryOf = lazyFor((_: Documentation) => ({
  /** By the first resource that they describe: they hold as long as what is served is the same. */
  versions: new WeakMap<Served, Remembered>(),
  /** Of what isn't a resource, by the groups that there are. */
  general: lazyFor((_groups: ReadonlySet<string>) => new Map<string, JsonObject>()),
}));

function versionDocument(served: readonly Served[], docs: Documentation): JsonObject {
  const { group = '', version = '' } = served[0]?.type ?? {};
  const dialect = dialectOf(group, version);
  const paths = pathsOf(served);
  const named = new Set(paths.flatMap(([, operations]) => operations.flatMap(definitionsNamed)));
  const common = COMMON.filter((name) => named.has(`${META}.${name}`));
  return whole(paths, schemasOf(served, dialect, common, docs), docs);
}

/** What goes in and comes out of an operation. */
function definitionsNamed({ body, answers }: Operation): readonly (string | undefined)[] {
  return [body?.definition, answers.definition];
}

function generalOf(
  known: Map<string, JsonObject>,
  path: string,
  groups: ReadonlySet<string>,
  docs: Documentation,
): JsonObject | undefined {
  const made = known.get(path);
  if (made !== undefined) return made;
  const described = generalPath(path, groups);
  if (described === undefined) return undefined;
  const roots = described[1].flatMap(({ answers }) => definition(answers.definition ?? '') ?? []);
  const document = whole([described], definitionsOf(roots, dialectOf('', 'v1'), docs), docs);
  known.set(path, document);
  return document;
}

function whole(paths: readonly Path[], schemas: ReadonlyMap<string, JsonObject>, docs: Documentation): JsonObject {
  const items = paths.map(([path, operations]) => [path, pathItem(operations, docs)] as const);
  const components = {
    ...(schemas.size === 0 ? {} : { schemas: Object.fromEntries(schemas) }),
    securitySchemes: SECURITY,
  };
  return { openapi: '3.0.0', info: INFO, paths: Object.fromEntries(items.sort(byName)), components };
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

interface Remembered {
  readonly served: readonly Served[];
  readonly document: JsonObject;
}

function remembered(
  documents: WeakMap<Served, Remembered>,
  first: Served,
  served: readonly Served[],
  make: () => JsonObject,
): JsonObject {
  const known = documents.get(first);
  const isSame = known?.served.length === served.length && served.every((each, i) => each === known.served[i]);
  if (known !== undefined && isSame) return known.document;
  const document = make();
  documents.set(first, { served, document });
  return document;
}

/** It is no type of the API: any object. */
const PATCH = 'Patch';

function schemasOf(
  served: readonly Served[],
  dialect: Dialect,
  always: readonly string[],
  docs: Documentation,
): ReadonlyMap<string, JsonObject> {
  const builtin = served.filter(({ custom }) => !custom);
  const common = always.flatMap((name) => definition(`${META}.${name}`) ?? []);
  const types = builtin.flatMap((each): readonly ObjectType[] => [
    each.structure,
    ...typeOf(each.type.group, each.type.version, `${each.type.kind}List`),
    ...each.subresources
      .filter(({ kind }) => !kind.endsWith('Options'))
      .flatMap(({ group, version, kind }) => typeOf(group ?? each.type.group, version ?? each.type.version, kind)),
  ]);
  const found = new Map(definitionsOf([...common, ...types], dialect, docs));
  if (always.includes(PATCH)) found.set(`${META}.${PATCH}`, { ...patchText(docs), type: 'object' });
  for (const each of served) {
    if (!each.custom) continue;
    for (const [name, schema] of customDefinitions(each, dialect, docs)) found.set(name, schema);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function typeOf(group: string, version: string, kind: string): readonly ObjectType[] {
  const found = kindType(group, version, kind)?.type;
  return found === undefined ? [] : [found];
}

function patchText(docs: Documentation): JsonObject {
  const description = docs.descriptionOf(`${META}.${PATCH}`);
  return description === undefined ? {} : { description };
}
