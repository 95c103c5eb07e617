// Which kinds the server has: controllers that care for objects of every kind ask for them when they start.

import type { Client } from '../../client/client.ts';
import type { Component } from '../../client/component.ts';
import { lazyFor } from '../../kube/lazy.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { groupResource } from '../../kube/resource.ts';
import * as builtin from '../../schema/generated/resources.ts';
import type { V1CustomResourceDefinition } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';

/** Kinds that nobody looks after: the other name of events, and component statuses, which can't be watched. */
const IGNORED: ReadonlySet<string> = new Set(['events.events.k8s.io', 'componentstatuses']);
/** They tell of others and go by themselves: nobody watches them for their own sake. They still go with their namespace. */
const EVENTS = groupResource(builtin.CoreEvents);

/** The kinds that are served, by group and resource. Plain data that dies with the component. */
type Served = Map<string, ResourceType>;

export interface Discovery {
  served(): Served;
  /** The type of an owner reference; undefined when no such kind is known. */
  find(apiVersion: string, kind: string): ResourceType | undefined;
}

/** Told of each kind but events once in each life of the component, and again, as not `fresh`, when it is wired to a copied state. */
type Found = (type: ResourceType, fresh: boolean) => void;

/** What a component knows of what is served. All its controllers share it. */
export function discovery(component: Component, found?: Found): Discovery {
  const shared = discoveryOf(component);
  if (found !== undefined) {
    shared.listeners.push(found);
    for (const type of shared.served().values()) if (groupResource(type) !== EVENTS) found(type, false);
  }
  return shared;
}

type Shared = Discovery & { readonly listeners: Found[] };

/** By the component's client: a controller may be given a component that is dressed up, and still shares with the others. */
const holderOf = lazyFor((_: Client): { discovery?: Shared } => ({}));

function discoveryOf(component: Component): Shared {
  const holder = holderOf(component.client);
  holder.discovery ??= newDiscovery(component);
  return holder.discovery;
}

function newDiscovery(component: Component): Shared {
  const served = component.memory<Served>('kinds', () => new Map());
  const listeners: Found[] = [];
  const crds = component.informer(builtin.CustomResourceDefinitions);
  const add = (type: ResourceType): void => {
    const name = groupResource(type);
    if (served().has(name) || IGNORED.has(name)) return;
    served().set(name, type);
    if (name !== EVENTS) for (const found of listeners) found(type, true);
  };
  const ask = component.timer<object>('kinds', function* () {
    for (const type of Object.values(builtin)) if (yield* isServed(component.client, type)) add(type);
  });
  component.onStart(() => ask.post({}));
  crds.on(({ type, object }) => {
    const custom = customType(object);
    if (type !== 'deleted' && custom !== undefined) add(custom);
  });
  return {
    listeners,
    served,
    find: (apiVersion, kind) => {
      for (const type of served().values()) if (type.kind === kind && sameGroup(type, apiVersion)) return type;
      return undefined;
    },
  };
}

function sameGroup({ group }: ResourceType, apiVersion: string): boolean {
  const slash = apiVersion.indexOf('/');
  return (slash < 0 ? '' : apiVersion.slice(0, slash)) === group;
}

/** A kind that can't be listed can't be looked after either. */
function* isServed(client: Client, type: ResourceType): Work<boolean> {
  try {
    yield* client.list(type, undefined, { limit: 1 });
    return true;
  } catch {
    return false;
  }
}

/** The stored kind of a definition that is established. */
function customType({ spec, status }: V1CustomResourceDefinition): ResourceType | undefined {
  const established = status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True');
  const version = spec.versions.find(({ served }) => served)?.name;
  if (established !== true || version === undefined) return undefined;
  const { group, names, scope } = spec;
  return { group, version, kind: names.kind, resource: names.plural, namespaced: scope === 'Namespaced' };
}
