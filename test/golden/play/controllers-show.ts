// Snapshots of controllers/: objects as they are listed, pods in short lines.

import { isArray, type JsonObject, type JsonValue, listAt, objectAt, omit, printJson, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { read } from './calls.ts';
import { withoutBookkeeping } from './objects.ts';
import { podLine } from './pods.ts';

/** What a recorded snapshot shows: the keys say which objects, the values in which form. */
export type Shapes = JsonObject;

interface Stage {
  readonly world: World;
  readonly namespace: string;
}

const QUIET_MS = 800;
const LOOK_MS = 100;
const LIMIT_MS = 60_000;

/** The objects, not before a point in time, and when nothing has changed in them for 0.8 s. */
export async function showObjects(stage: Stage, shapes: Shapes, notBefore: number): Promise<JsonObject> {
  const { world } = stage;
  const early = notBefore - world.now();
  if (early > 0) await world.advance(early);
  const end = world.now() + LIMIT_MS;
  let since = world.now();
  let shown = await lookAt(stage, shapes);
  while (world.now() < Math.min(since + QUIET_MS, end)) {
    await world.advance(Math.min(LOOK_MS, Math.max(1, since + QUIET_MS - world.now())));
    const now = world.now();
    const next = await lookAt(stage, shapes);
    if (printJson(next) !== printJson(shown)) since = now;
    shown = next;
  }
  return shown;
}

/** Snapshots, but not the end, show objects in the order of their creation. */
export function inOrderOfCreation(shown: JsonObject): JsonObject {
  const created = (object: JsonValue) => textAt(object, 'metadata', 'creationTimestamp') ?? '';
  const sorted = Object.entries(shown).map(([key, list]) => [
    key,
    isArray(list) ? [...list].sort((a, b) => (created(a) < created(b) ? -1 : created(a) > created(b) ? 1 : 0)) : list,
  ]);
  return Object.fromEntries(sorted);
}

/** The objects at this moment. */
export async function lookAt(stage: Stage, shapes: Shapes): Promise<JsonObject> {
  const shown: [string, JsonValue][] = [];
  for (const [key, shape] of Object.entries(shapes)) shown.push([key, await lookAtOne(stage, key, shape ?? null)]);
  return Object.fromEntries(shown);
}

async function lookAtOne({ world, namespace }: Stage, key: string, shape: JsonValue): Promise<JsonValue> {
  const [resource = '', name] = key.split('/');
  if (name !== undefined) {
    const object = await read(world, `/api/v1/${key}`);
    return object === undefined ? null : withoutBookkeeping(objectAt(object));
  }
  const short = isShort(key, shape);
  const home = textAt(listAt(shape)[0], 'metadata', 'namespace') ?? namespace;
  const kind = resource.startsWith('pod') && resource !== 'poddisruptionbudgets' ? 'pods' : resource;
  const items = listAt(await read(world, collectionPath(kind, short ? namespace : home)), 'items');
  if (short) return items.map(podLine);
  return items.map((item) => withoutBookkeeping(omit(objectAt(item), 'kind', 'apiVersion')));
}

function isShort(key: string, shape: JsonValue): boolean {
  if (key === 'podLines') return true;
  if (key !== 'pods') return false;
  return isArray(shape) && textAt(shape[0], 'metadata', 'name') === undefined;
}

/** Group and version of what is shown; in no group where nothing else is said. */
const groups: ReadonlyMap<string, string> = new Map([
  ...['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'].map(
    (one) => [one, 'apps/v1'] as const,
  ),
  ...['jobs', 'cronjobs'].map((one) => [one, 'batch/v1'] as const),
  ['horizontalpodautoscalers', 'autoscaling/v2'],
  ['endpointslices', 'discovery.k8s.io/v1'],
  ['poddisruptionbudgets', 'policy/v1'],
  ...['ingresses', 'networkpolicies'].map((one) => [one, 'networking.k8s.io/v1'] as const),
  ...['roles', 'rolebindings'].map((one) => [one, 'rbac.authorization.k8s.io/v1'] as const),
  ['leases', 'coordination.k8s.io/v1'],
  ['certificatesigningrequests', 'certificates.k8s.io/v1'],
  ...['storageclasses', 'volumeattachments'].map((one) => [one, 'storage.k8s.io/v1'] as const),
]);

const clusterWide: ReadonlySet<string> = new Set([
  'nodes',
  'namespaces',
  'persistentvolumes',
  'storageclasses',
  'volumeattachments',
  'certificatesigningrequests',
]);

/** Where a resource is listed; cluster-wide ones without their namespace. */
export function collectionPath(resource: string, namespace: string): string {
  const group = groups.get(resource);
  const base = group === undefined ? '/api/v1' : `/apis/${group}`;
  return clusterWide.has(resource) ? `${base}/${resource}` : `${base}/namespaces/${namespace}/${resource}`;
}

/** What is listed at the end of every case. */
const ENDING = [
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'controllerrevisions',
  'jobs',
  'cronjobs',
  'pods',
  'services',
  'endpointslices',
  'endpoints',
  'persistentvolumeclaims',
  'poddisruptionbudgets',
];

/** The shapes of the end: all that is recorded, and what else there could be; pods in full. */
export function finalShapes(_: Stage, final: JsonObject): Shapes {
  const full = [{ metadata: { name: '' } }];
  const more = ENDING.filter((key) => !(key in final)).map((key) => [key, key === 'pods' ? full : []] as const);
  return { ...final, ...Object.fromEntries(more) };
}
