// Custom resource definitions as add-ons bring them: one row of facts for a kind, written out as the object it is.

import type { JsonObject } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ResourceType } from '../kube/resource.ts';

export interface Definition {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly scope?: 'Cluster' | 'Namespaced';
  /** The first is the one that is stored. */
  readonly versions: readonly string[];
  readonly schema: JsonObject;
  readonly hasStatus?: boolean;
  readonly columns: readonly Column[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Its heading, where it is in the object, and its type: a string unless given. */
type Column = readonly [name: string, jsonPath: string, type?: 'boolean' | 'integer' | 'date'];

/** The kind as clients name it. */
export function typeOfDefinition({ group, kind, plural, scope, versions }: Definition): ResourceType {
  return { group, version: versions[0] ?? 'v1', kind, resource: plural, namespaced: scope !== 'Cluster' };
}

/** The object that tells the API server of a kind. */
export function definitionObject(definition: Definition): KubeObject {
  const { group, kind, plural, short, categories, scope = 'Namespaced', versions, annotations } = definition;
  const names = {
    kind,
    listKind: `${kind}List`,
    plural,
    singular: kind.toLowerCase(),
    ...(categories === undefined ? {} : { categories }),
    ...(short === undefined ? {} : { shortNames: short }),
  };
  const spec = { group, scope, names, versions: versions.map((name, at) => versionOf(definition, name, at === 0)) };
  const metadata = { name: `${plural}.${group}`, ...(annotations === undefined ? {} : { annotations }) };
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, ...{ spec } };
}

function versionOf({ schema, columns, hasStatus = true }: Definition, name: string, storage: boolean): JsonObject {
  const common = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
  const own = (schema['properties'] ?? {}) as JsonObject;
  const printed = columns.map(([heading, jsonPath, type = 'string']) => ({ name: heading, type, jsonPath }));
  return {
    name,
    served: true,
    storage,
    ...(hasStatus ? { subresources: { status: {} } } : {}),
    schema: { openAPIV3Schema: { ...schema, properties: { ...common, ...own } } },
    additionalPrinterColumns: [...printed, { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
  };
}
