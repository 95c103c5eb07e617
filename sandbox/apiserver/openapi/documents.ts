// The OpenAPI documents: one of everything in version 2, one for each group and version in version 3. They are made from
// the registry when they are asked for.

import { createHash } from 'node:crypto';
import type { JsonObject } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import type { ObjectType } from '../../kube/structure.ts';
import { definition, kindType } from '../../schema/schema.ts';
import type { Registry, Served } from '../registry.ts';
import { type Dialect, definitionsOf, VERSION_2, VERSION_3 } from './definitions.ts';
import { generalDocument, generalPaths } from './general.ts';
import { PARAMETERS_2, PARAMETERS_3, type ParameterDialect, parametersOf } from './parameters.ts';

const INFO = { title: 'Kubernetes', version: '1.36' };
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const COMMON = ['DeleteOptions', 'Status', 'WatchEvent', 'APIResourceList', 'APIGroup', 'APIGroupList', 'APIVersions'];

/** /openapi/v2 */
export function openApiV2(registry: Registry): JsonObject {
  const served = registry.all();
  const definitions = schemasOf(served, VERSION_2);
  const version = definition('io.k8s.apimachinery.pkg.version.Info');
  const more = version === undefined ? [] : definitionsOf([version], VERSION_2);
  return {
    swagger: '2.0',
    info: INFO,
    paths: pathsOf(served, PARAMETERS_2),
    definitions: Object.fromEntries([...definitions, ...more]),
  };
}

/** /openapi/v3: where the documents are. The hash changes with what they say. */
export function openApiV3Paths(registry: Registry): JsonObject {
  const versions = new Set(registry.all().map(({ type }) => pathOf(type)));
  const found = [...versions, ...generalPaths(registry.builtinGroups)].sort();
  const paths = found.flatMap((path) => {
    const document = openApiV3(registry, path);
    if (document === undefined) return [];
    return [[path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(document)}` }] as const];
  });
  return { paths: Object.fromEntries(paths) };
}

const hashOf = lazyFor((document: JsonObject): string =>
  createHash('sha512').update(JSON.stringify(document)).digest('hex').toUpperCase(),
);

const SECURITY = {
  BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
};

/** The document of `api/v1`, `apis/apps/v1`, `apis/apps`, `version`; undefined when nothing of it is served. */
export function openApiV3(registry: Registry, path: string): JsonObject | undefined {
  const served = registry.all().filter(({ type }) => pathOf(type) === path);
  const [first] = served;
  if (first !== undefined) return remembered(first, served, () => versionDocument(served));
  return generalOf(path, registry.builtinGroups);
}

function versionDocument(served: readonly Served[]): JsonObject {
  const schemas = Object.fromEntries(schemasOf(served, VERSION_3));
  return whole({ paths: pathsOf(served, PARAMETERS_3), schemas });
}

/** Documents of what isn't a resource, by the groups that there are. */
const general = new WeakMap<ReadonlySet<string>, Map<string, JsonObject>>();

function generalOf(path: string, groups: ReadonlySet<string>): JsonObject | undefined {
  const known = general.get(groups) ?? new Map<string, JsonObject>();
  general.set(groups, known);
  const made = known.get(path);
  if (made !== undefined) return made;
  const parts = generalDocument(path, groups);
  if (parts === undefined) return undefined;
  const document = whole(parts);
  known.set(path, document);
  return document;
}

function whole({ paths = {}, ...components }: JsonObject): JsonObject {
  return { openapi: '3.0.0', info: INFO, paths, components: { ...components, securitySchemes: SECURITY } };
}

interface Remembered {
  readonly served: readonly Served[];
  readonly document: JsonObject;
}

/** Documents by the first resource that they describe: they hold as long as what is served is the same. */
const documents = new WeakMap<Served, Remembered>();

function remembered(first: Served, served: readonly Served[], make: () => JsonObject): JsonObject {
  const known = documents.get(first);
  const isSame = known?.served.length === served.length && served.every((each, i) => each === known.served[i]);
  if (known !== undefined && isSame) return known.document;
  const document = make();
  documents.set(first, { served, document });
  return document;
}

function pathOf({ group, version }: Served['type']): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function schemasOf(served: readonly Served[], dialect: Dialect): ReadonlyMap<string, JsonObject> {
  const builtin = served.filter(({ custom }) => !custom);
  const common = COMMON.flatMap((name) => definition(`${META}.${name}`) ?? []);
  const types = builtin.flatMap((each): readonly ObjectType[] => [
    each.structure,
    ...typeOf(each.type.group, each.type.version, `${each.type.kind}List`),
    ...each.subresources.flatMap(({ group, version, kind }) =>
      typeOf(group ?? each.type.group, version ?? each.type.version, kind),
    ),
  ]);
  const found = new Map(definitionsOf([...common, ...types], dialect));
  for (const each of served) if (each.custom) found.set(nameOf(each), customSchema(each, dialect));
  return found;
}

function typeOf(group: string, version: string, kind: string): readonly ObjectType[] {
  const found = kindType(group, version, kind)?.type;
  return found === undefined ? [] : [found];
}

/** The name of a custom resource's definition: the group backwards. */
function nameOf({ type: { group, version, kind } }: Served): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function customSchema({ type, schema = {} }: Served, dialect: Dialect): JsonObject {
  const { group, version, kind } = type;
  const properties = schema['properties'];
  return {
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: dialect.reference(`${META}.ObjectMeta`),
      ...(typeof properties === 'object' && properties !== null ? properties : {}),
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
  };
}

const METHODS: ReadonlyMap<string, readonly [method: string, action: string]> = new Map([
  ['list', ['get', 'list']],
  ['create', ['post', 'post']],
  ['deletecollection', ['delete', 'deletecollection']],
  ['get', ['get', 'get']],
  ['update', ['put', 'put']],
  ['patch', ['patch', 'patch']],
  ['delete', ['delete', 'delete']],
]);
const OF_COLLECTION = ['list', 'create', 'deletecollection'];

/** The paths of resources, with what can be done there and of which kind it is. */
function pathsOf(served: readonly Served[], dialect: ParameterDialect): JsonObject {
  return Object.fromEntries(
    served.flatMap((each) => resourcePaths(each, dialect)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function resourcePaths(
  { type, names, subresources }: Served,
  dialect: ParameterDialect,
): readonly (readonly [string, JsonObject])[] {
  const { group, version, resource, kind, namespaced } = type;
  const root = `/${pathOf(type)}`;
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
  const about = { group, kind, version };
  const own = names.verbs.filter((verb) => METHODS.has(verb));
  const ofCollection = own.filter((verb) => OF_COLLECTION.includes(verb));
  const ofObject = own.filter((verb) => !OF_COLLECTION.includes(verb));
  return [
    ...(ofCollection.length === 0 ? [] : [[collection, operations(ofCollection, about, dialect)] as const]),
    ...(ofObject.length === 0 ? [] : [[`${collection}/{name}`, operations(ofObject, about, dialect)] as const]),
    ...subresources.map((subresource) => {
      const of = { group: subresource.group ?? group, kind: subresource.kind, version: subresource.version ?? version };
      return [`${collection}/{name}/${subresource.name}`, operations(subresource.verbs, of, dialect)] as const;
    }),
  ];
}

function operations(verbs: readonly string[], about: JsonObject, dialect: ParameterDialect): JsonObject {
  const found = verbs.flatMap((verb) => {
    const [method, action] = METHODS.get(verb) ?? [];
    if (method === undefined || action === undefined) return [];
    const said = { 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': about };
    return [[method, { ...parametersOf(method, dialect), ...said }] as const];
  });
  return Object.fromEntries(found);
}
