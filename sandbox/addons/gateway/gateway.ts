// The Gateway API: its kinds, and a controller that serves Gateways of the class `sim` out of a pod.

import { type Definition, definitionObject, typeOfDefinition } from '../../client/definitions.ts';
import type { KubeObject } from '../../kube/meta.ts';
import manifest from './manifest.json' with { type: 'json' };
import { gatewayClassSchema, gatewaySchema, httpRouteSchema, referenceGrantSchema } from './schema.ts';

const COMMON = {
  group: 'gateway.networking.k8s.io',
  categories: ['gateway-api'],
  annotations: {
    'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/3328',
    'gateway.networking.k8s.io/channel': 'standard',
  },
};

const ACCEPTED = ['Accepted', '.status.conditions[?(@.type=="Accepted")].status'] as const;

const DEFINITIONS: readonly Definition[] = [
  {
    ...COMMON,
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    short: ['gc'],
    scope: 'Cluster',
    versions: ['v1', 'v1beta1'],
    schema: gatewayClassSchema,
    columns: [['Controller', '.spec.controllerName'], ACCEPTED],
  },
  {
    ...COMMON,
    kind: 'Gateway',
    plural: 'gateways',
    short: ['gtw'],
    versions: ['v1', 'v1beta1'],
    schema: gatewaySchema,
    columns: [
      ['Class', '.spec.gatewayClassName'],
      ['Address', '.status.addresses[*].value'],
      ['Programmed', '.status.conditions[?(@.type=="Programmed")].status'],
    ],
  },
  {
    ...COMMON,
    kind: 'HTTPRoute',
    plural: 'httproutes',
    versions: ['v1', 'v1beta1'],
    schema: httpRouteSchema,
    columns: [['Hostnames', '.spec.hostnames']],
  },
  {
    ...COMMON,
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    short: ['refgrant'],
    versions: ['v1beta1'],
    schema: referenceGrantSchema,
    columns: [],
  },
];

/** The kinds that it brings along. */
export const gatewayTypes = DEFINITIONS.map(typeOfDefinition);

/** All that is installed, in order. */
export const gatewayObjects: readonly KubeObject[] = [...DEFINITIONS.map(definitionObject), ...manifest];
