// What a CustomResourceDefinition makes the server serve: a collection in each of its versions.

import { createHash } from 'node:crypto';
import type { JsonObject } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { apiVersion, parseApiVersion } from '../../kube/resource.ts';
import { structureOfCrd } from '../../schema/crd.ts';
import type { V1CustomResourceDefinition, V1CustomResourceDefinitionVersion } from '../../schema/generated/types.ts';
import type { Subresource as SchemaSubresource } from '../../schema/schema.ts';
import type { Kind } from '../kind.ts';
import type { Served } from '../registry.ts';
import { columnsOf } from './columns.ts';
import type { Conversion } from './conversion.ts';
import type { Schema } from './jsonschema.ts';
import { normalised } from './normalise.ts';
import { valueAtPath } from './paths.ts';
import { readerOf } from './reading.ts';
import { replicasPathsOf, scaleView } from './scale.ts';
import { type CustomRules, mainStrategy, statusStrategy } from './strategy.ts';

/** All versions of a definition, in no order. Definitions never change: each is looked at once. */
export const definedBy = lazyFor((crd: V1CustomResourceDefinition): readonly Served[] =>
  isEstablished(crd) ? crd.spec.versions.map((each) => makeServed(crd, each)) : [],
);

/** The versions that are served. */
export const servedOf = lazyFor((crd: V1CustomResourceDefinition): readonly Served[] =>
  definedBy(crd).filter(({ type }) => crd.spec.versions.some(({ name, served }) => served && name === type.version)),
);

export function conditionOf({ status }: V1CustomResourceDefinition, type: string): string | undefined {
  return status?.conditions?.find((condition) => condition.type === type)?.status;
}

export function isEstablished(crd: V1CustomResourceDefinition): boolean {
  return conditionOf(crd, 'Established') === 'True';
}

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

function makeServed(crd: V1CustomResourceDefinition, version: V1CustomResourceDefinitionVersion): Served {
  const { group, scope } = crd.spec;
  const names = crd.status?.acceptedNames ?? crd.spec.names;
  const namespaced = scope === 'Namespaced';
  const schema = schemaOf(version);
  const storage = crd.spec.versions.find((each) => each.storage) ?? version;
  const type = { group, version: version.name, resource: names.plural, kind: names.kind, namespaced };
  const conversion = conversionOf(crd, storage);
  return {
    kind: kindOf(crd, version, schema),
    type,
    // Custom resources are of their own version from the door to the storage.
    version: undefined,
    names: {
      singular: names.singular ?? '',
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      verbs: VERBS,
      storageVersionHash: versionHash(group, storage.name, names.kind),
      ...(names.listKind === undefined ? {} : { listKind: names.listKind }),
    },
    structure: structureOfCrd(schema),
    storage: structureOfCrd(schema),
    subresources: subresourcesOf(version, names.kind),
    custom: true,
    versions: crd.spec.versions.map(({ name }) => apiVersion({ group, version: name })),
    ...(conversion === undefined ? {} : { conversion }),
    normalise: (object) => normalised(schemaFor(object, crd, version), object),
    reader: readerOf(crd, version.name, schemaOf),
    schema,
    ...deprecationOf(crd, version),
    terminating: conditionOf(crd, 'Terminating') === 'True',
  };
}

function conversionOf(
  { spec }: V1CustomResourceDefinition,
  storage: V1CustomResourceDefinitionVersion,
): Conversion | undefined {
  const { strategy, webhook } = spec.conversion ?? { strategy: 'None' };
  const stored = apiVersion({ group: spec.group, version: storage.name });
  if (strategy !== 'Webhook' || webhook?.clientConfig === undefined) {
    return spec.versions.length > 1 ? { strategy: 'None', stored } : undefined;
  }
  const { clientConfig: client, conversionReviewVersions: reviewVersions } = webhook;
  return { strategy: 'Webhook', client, reviewVersions, stored };
}

/** By which clients see that objects are stored in another version from now on. */
function versionHash(group: string, version: string, kind: string): string {
  const text = `${group}/${version}/${kind}`;
  return createHash('sha256').update(text).digest().subarray(0, 8).toString('base64');
}

/** A version without a schema keeps everything. */
function schemaOf({ schema }: V1CustomResourceDefinitionVersion): Schema {
  return (
    (schema?.openAPIV3Schema as Schema | undefined) ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  );
}

/** By which schema an object is read: that of the version and kind that it says it is. */
function schemaFor(
  { apiVersion: said, kind }: JsonObject,
  { spec: { group, versions, names } }: V1CustomResourceDefinition,
  expected: V1CustomResourceDefinitionVersion,
): Schema {
  const own = apiVersion({ group, version: expected.name });
  if (kind !== undefined && kind !== names.kind) return ANYTHING;
  if (said === own || typeof said !== 'string' || said === '') return schemaOf(expected);
  if (parseApiVersion(said).group !== group) return ANYTHING;
  const other = versions.find(({ name }) => apiVersion({ group, version: name }) === said);
  return other === undefined ? NOTHING : schemaOf(other);
}

const ANYTHING: Schema = { 'x-kubernetes-preserve-unknown-fields': true };
/** Nobody knows a field of such a version. */
const NOTHING: Schema = {};

function kindOf(crd: V1CustomResourceDefinition, version: V1CustomResourceDefinitionVersion, schema: Schema): Kind {
  const { spec, status } = crd;
  const names = status?.acceptedNames ?? spec.names;
  const namespaced = spec.scope === 'Namespaced';
  const { status: statusPart, scale } = version.subresources ?? {};
  const rules: CustomRules = { namespaced, schema, status: statusPart !== undefined, scale };
  return {
    type: { group: spec.group, version: version.name, resource: names.plural, kind: names.kind, namespaced },
    strategy: mainStrategy(rules),
    subresources: {
      ...(statusPart === undefined ? {} : { status: { type: 'part', strategy: statusStrategy(rules) } as const }),
      ...(scale === undefined ? {} : { scale: scaleView(scale, replicasPathsOf(crd)) }),
    },
    columns: columnsOf(version.additionalPrinterColumns),
    selectableFields: Object.fromEntries(
      (version.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), selectable(jsonPath)]),
    ),
  };
}

function selectable(path: string): (object: KubeObject) => string {
  return (object) => {
    const value = valueAtPath(object, path);
    return value === undefined || value === null ? '' : String(value);
  };
}

function subresourcesOf(
  { subresources }: V1CustomResourceDefinitionVersion,
  kind: string,
): readonly SchemaSubresource[] {
  const verbs = ['get', 'patch', 'update'];
  return [
    ...(subresources?.status === undefined ? [] : [{ name: 'status', kind, verbs }]),
    ...(subresources?.scale === undefined
      ? []
      : [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs }]),
  ];
}

function deprecationOf(
  { spec }: V1CustomResourceDefinition,
  { name, deprecated, deprecationWarning }: V1CustomResourceDefinitionVersion,
): { readonly deprecation?: string } {
  if (deprecated !== true) return {};
  if (deprecationWarning !== undefined) return { deprecation: deprecationWarning };
  const { group, names, versions } = spec;
  const better = versions.find((each) => each.served && each.deprecated !== true && each.name !== name);
  const advice = better === undefined ? '' : `; use ${group}/${better.name} ${names.kind}`;
  return { deprecation: `${group}/${name} ${names.kind} is deprecated${advice}` };
}
