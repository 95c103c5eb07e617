// The Gateway API: its kinds, and a controller that serves Gateways of the class `sim` out of a pod.

import type { JsonObject } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';
import manifest from './manifest.json' with { type: 'json' };
import { gatewayClassSchema, gatewaySchema, httpRouteSchema, referenceGrantSchema } from './schema.ts';

const GROUP = 'gateway.networking.k8s.io';

interface Definition {
  readonly kind: string;
  readonly plural: string;
  readonly short?: string;
  readonly scope?: 'Cluster' | 'Namespaced';
  readonly versions: readonly string[];
  readonly schema: JsonObject;
  readonly columns: readonly (readonly [string, string])[];
}

const ACCEPTED = ['Accepted', '.status.conditions[?(@.type=="Accepted")].status'] as const;

const DEFINITIONS: readonly Definition[] = [
  {
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    short: 'gc',
    scope: 'Cluster',
    versions: ['v1', 'v1beta1'],
    schema: gatewayClassSchema,
    columns: [['Controller', '.spec.controllerName'], ACCEPTED],
  },
  {
    kind: 'Gateway',
    plural: 'gateways',
    short: 'gtw',
    versions: ['v1', 'v1beta1'],
    schema: gatewaySchema,
    columns: [
      ['Class', '.spec.gatewayClassName'],
      ['Address', '.status.addresses[*].value'],
      ['Programmed', '.status.conditions[?(@.type=="Programmed")].status'],
    ],
  },
  {
    kind: 'HTTPRoute',
    plural: 'httproutes',
    versions: ['v1', 'v1beta1'],
    schema: httpRouteSchema,
    columns: [['Hostnames', '.spec.hostnames']],
  },
  {
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    short: 'refgrant',
    versions: ['v1beta1'],
    schema: referenceGrantSchema,
    columns: [],
  },
];

/** The kinds that it brings along. */
export const gatewayTypes: readonly ResourceType[] = DEFINITIONS.map(({ kind, plural, scope, versions }) => ({
  group: GROUP,
  version: versions[0] ?? 'v1',
  kind,
  resource: plural,
  namespaced: scope !== 'Cluster',
}));

/** All that is installed, in order. */
export const gatewayObjects: readonly KubeObject[] = [...DEFINITIONS.map(definitionOf), ...manifest];

function definitionOf({
  kind,
  plural,
  short,
  scope = 'Namespaced',
  versions,
  schema,
  columns,
}: Definition): KubeObject {
  const age = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
  const printed = columns.map(([name, jsonPath]) => ({ name, type: 'string', jsonPath }));
  const names = {
    kind,
    listKind: `${kind}List`,
    plural,
    singular: kind.toLowerCase(),
    categories: ['gateway-api'],
    ...(short === undefined ? {} : { shortNames: [short] }),
  };
  const properties = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
  const spec = {
    group: GROUP,
    scope,
    names,
    versions: versions.map((version, index) => ({
      name: version,
      served: true,
      storage: index === 0,
      subresources: { status: {} },
      schema: { openAPIV3Schema: { ...schema, properties: { ...properties, ...objectAt(schema, 'properties') } } },
      additionalPrinterColumns: [...printed, age],
    })),
  };
  const metadata = {
    name: `${plural}.${GROUP}`,
    annotations: {
      'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/3328',
      'gateway.networking.k8s.io/channel': 'standard',
    },
  };
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, ...{ spec } };
}

function objectAt(schema: JsonObject, key: string): JsonObject {
  return (schema[key] ?? {}) as JsonObject;
}
