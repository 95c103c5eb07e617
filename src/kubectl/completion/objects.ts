// What a cluster and a kubeconfig offer for completion. What can't be had is simply not offered.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { groupResource } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { preferredResources } from '../commands/apiresources.ts';
import { type Info, objectOf } from '../resource/info.ts';
import type { Selection } from '../resource/selection.ts';
import { itemsOf } from '../resource/sources.ts';
import { attachablePod } from '../streams/pods.ts';

const PAGE = 500;

/** Like kubectl's own, it doesn't wait for a pod to come. */
const PATIENCE = durationMs(100);

/** Names of all objects of a type that begin with a text. */
export function* namesOf(call: Call, type: string, start: string, namespace?: string): Blocking<readonly string[]> {
  const found = yield* infosOf(call, namespace, { args: [type], allOfType: true, flatten: true, latest: true });
  return found.map(({ name }) => name).filter((name) => name.startsWith(start));
}

/** Types that can be read; the last one of a list `pods,serv` is completed. */
export function* typesOf(call: Call, start: string): Blocking<readonly string[]> {
  const comma = start.lastIndexOf(',') + 1;
  const [before, last] = [start.slice(0, comma), start.slice(comma)];
  try {
    const rows = preferredResources(yield* (yield* call.discovery()).served(), ['get']);
    const names = rows.map(({ resource, group }) => groupResource({ group, resource: resource.name }));
    return names.filter((name) => name.startsWith(last)).map((name) => before + name);
  } catch {
    return [];
  }
}

export function* containersOf(call: Call, resource: string, start: string): Blocking<readonly string[]> {
  const pod = yield* podOf(call, resource);
  const names = ['initContainers', 'containers'].flatMap((field) => listAt(pod, 'spec', field));
  return names.map((each) => String(each['name'])).filter((name) => name.startsWith(start));
}

/** Ports of a service, or of the containers of a pod. */
export function* portsOf(call: Call, resource: string, start: string): Blocking<readonly string[]> {
  const [type = '', name] = resource.split('/');
  const isService = name !== undefined && ['service', 'services', 'svc'].includes(type);
  const ports = isService
    ? listAt(yield* objectAt(call, ['service', name]), 'spec', 'ports').map(({ port }) => port)
    : listAt(yield* podOf(call, resource), 'spec', 'containers').flatMap((container) =>
        listAt({ container }, 'container', 'ports').map(({ containerPort }) => containerPort),
      );
  const [local] = start.split(':');
  return ports.map((port) => `${local || String(port)}:${String(port)}`).filter((text) => text.startsWith(start));
}

/** What the kubeconfig has of a kind. */
export function* configured(
  call: Call,
  field: 'contexts' | 'clusters' | 'users',
  start: string,
): Blocking<readonly string[]> {
  try {
    const names = [...(yield* call.kubeconfig())[field].keys()];
    return names.filter((name) => name.startsWith(start)).sort();
  } catch {
    return [];
  }
}

/** The pod of that name, or one of a workload. */
function* podOf(call: Call, resource: string): Blocking<JsonObject | undefined> {
  if (!resource.includes('/')) return yield* objectAt(call, ['pod', resource]);
  const named = { names: [resource], defaultType: 'pods' };
  const [info] = yield* infosOf(call, undefined, { named, typed: true });
  if (info === undefined) return undefined;
  try {
    return yield* objectAt(call, ['pod', (yield* attachablePod(call, info, PATIENCE)).metadata?.name ?? '']);
  } catch {
    return undefined;
  }
}

function* objectAt(call: Call, args: readonly string[]): Blocking<JsonObject | undefined> {
  const [info] = yield* infosOf(call, undefined, { args, latest: true });
  return info === undefined ? undefined : objectOf(info);
}

function* infosOf(
  call: Call,
  namespace: string | undefined,
  what: Omit<Selection, 'namespace'>,
): Blocking<readonly Info[]> {
  try {
    const own = namespace ?? (yield* call.namespace()).namespace;
    return yield* (yield* call.select({ ...what, namespace: own, chunkSize: PAGE })).infos();
  } catch {
    return [];
  }
}

function listAt(object: JsonObject | undefined, field: string, list: string): readonly JsonObject[] {
  const inner = object?.[field];
  return isObject(inner) ? itemsOf({ items: inner[list] ?? [] }) : [];
}
