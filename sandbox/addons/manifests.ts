// Add-ons that are nothing but objects: what a cluster gets that is told to have them. Their programs run in pods.

import type { Client } from '../client/client.ts';
import { installMissing } from '../client/install.ts';
import { type JsonObject, withKey } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Work } from '../time/loop.ts';
import { gatewayObjects } from './gateway/gateway.ts';
import ingressNginx from './ingressnginx/manifest.json' with { type: 'json' };
import metricsAdapter from './metricsadapter/manifest.json' with { type: 'json' };

export type Addon = 'gateway-api' | 'ingress-nginx' | 'metrics-adapter';

const MANIFESTS: Readonly<Record<Addon, readonly KubeObject[]>> = {
  'gateway-api': gatewayObjects,
  'ingress-nginx': ingressNginx,
  'metrics-adapter': metricsAdapter,
};

/** All there are. */
export const ADDONS = Object.keys(MANIFESTS);

export function isAddon(name: unknown): name is Addon {
  return typeof name === 'string' && Object.hasOwn(MANIFESTS, name);
}

/** Installs one. Where there is a cloud, services at the edge ask it for addresses. */
export function installAddon(client: Client, addon: Addon, cloud: boolean): Work<void> {
  const objects = MANIFESTS[addon];
  return installMissing(client, cloud ? objects.map(behindLoadBalancer) : objects);
}

function behindLoadBalancer(object: KubeObject): KubeObject {
  const { spec } = object as { readonly spec?: JsonObject };
  if (object.kind !== 'Service' || spec?.['type'] !== 'NodePort') return object;
  return { ...object, ...{ spec: withKey(spec, 'type', 'LoadBalancer') } };
}
