// The scheduler's books of nodes and their pods: what informers say, and the pods that it has placed itself and that
// nobody has confirmed yet. They can be made again from both at any time, so they are no part of the state.

import { type Informer, keyOf } from '../client/informer.ts';
import { lazyFor } from '../kube/lazy.ts';
import type { V1Node, V1Pod } from '../schema/generated/types.ts';
import { addPod, type NodeInfo, newNodeInfo, removePod, setNode } from './nodeinfo.ts';
import { type PodInfo, podInfo } from './podinfo.ts';
import type { ImageState, Objects, Snapshot } from './snapshot.ts';

/** Pods that were given a node, whose binding hasn't been seen: node by key of the pod. */
export type Assumed = Map<string, { readonly uid: string; readonly node: string }>;

export interface Cache {
  infoOf(pod: V1Pod): PodInfo;
  /** A node has come or changed, or has gone. */
  setNode(node: V1Node): void;
  removeNode(name: string): void;
  /** Puts a pod on a node, taking it from where it was; undefined: takes it from everywhere. */
  place(key: string, pod: PodInfo | undefined, node: string | undefined): void;
  snapshot(): Snapshot;
}

export interface CacheSources {
  readonly nodes: Informer<V1Node>;
  readonly pods: Informer<V1Pod>;
  readonly assumed: Assumed;
  readonly objects: Objects;
}

export function createCache({ nodes: nodeSource, pods: podSource, assumed, objects }: CacheSources): Cache {
  const nodes = new Map<string, NodeInfo>();
  const homes = new Map<string, string>();
  /** Pods of nodes that aren't known, or not yet. */
  const strays = new Map<string, Map<string, PodInfo>>();
  const affinity = new Set<NodeInfo>();
  const antiAffinity = new Set<NodeInfo>();
  const images = new Map<string, ImageState>();
  let order: readonly NodeInfo[] | undefined;

  const infoOf = lazyFor(podInfo);

  const note = (node: NodeInfo): void => {
    if (node.withAffinity > 0) affinity.add(node);
    else affinity.delete(node);
    if (node.withAntiAffinity > 0) antiAffinity.add(node);
    else antiAffinity.delete(node);
  };

  const countImages = (node: NodeInfo, times: 1 | -1): void => {
    for (const [name, size] of node.images) {
      const known = images.get(name) ?? { size, nodes: 0 };
      if (known.nodes + times === 0) images.delete(name);
      else images.set(name, { size: known.size, nodes: known.nodes + times });
    }
  };

  const take = (key: string): void => {
    const home = homes.get(key);
    if (home === undefined) return;
    homes.delete(key);
    strays.get(home)?.delete(key);
    const node = nodes.get(home);
    if (node === undefined) return;
    removePod(node, key);
    note(node);
  };

  const cache: Cache = {
    infoOf,
    setNode(node) {
      const name = node.metadata?.name ?? '';
      const known = nodes.get(name);
      if (known !== undefined) {
        if (zoneOf(known.node) !== zoneOf(node)) order = undefined;
        countImages(known, -1);
        setNode(known, node);
        countImages(known, 1);
        return;
      }
      const info = newNodeInfo(node);
      nodes.set(name, info);
      order = undefined;
      countImages(info, 1);
      for (const pod of strays.get(name)?.values() ?? []) addPod(info, pod);
      strays.delete(name);
      note(info);
    },
    removeNode(name) {
      const node = nodes.get(name);
      if (node === undefined) return;
      countImages(node, -1);
      nodes.delete(name);
      affinity.delete(node);
      antiAffinity.delete(node);
      if (node.pods.size > 0) strays.set(name, new Map(node.pods));
      order = undefined;
    },
    place(key, pod, home) {
      take(key);
      if (pod === undefined || home === undefined) return;
      homes.set(key, home);
      const node = nodes.get(home);
      if (node === undefined) {
        const there = strays.get(home) ?? new Map<string, PodInfo>();
        strays.set(home, there.set(key, pod));
        return;
      }
      addPod(node, pod);
      note(node);
    },
    snapshot() {
      order ??= inTurn(nodes, nodeSource);
      return {
        nodes: order,
        node: (name) => nodes.get(name),
        withAffinity: () => affinity,
        withAntiAffinity: () => antiAffinity,
        image: (name) => images.get(name),
        objects,
      };
    },
  };

  for (const node of nodeSource.list()) cache.setNode(node);
  for (const pod of podSource.list()) {
    const key = keyOf(pod);
    const node = pod.spec?.nodeName ?? assumed.get(key)?.node ?? '';
    if (node !== '') cache.place(key, infoOf(pod), node);
  }
  return cache;
}

/** The zone that a node is in, with its region; empty when it has no labels of them. */
function zoneOf({ metadata }: V1Node): string {
  const labels = metadata?.labels ?? {};
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  return region === '' && zone === '' ? '' : `${region}\u0000${zone}`;
}

/** One node of each zone, then the next of each, so that what stops early has looked everywhere. */
function inTurn(nodes: ReadonlyMap<string, NodeInfo>, source: Informer<V1Node>): readonly NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  for (const object of source.list()) {
    const node = nodes.get(object.metadata?.name ?? '');
    if (node === undefined) continue;
    const zone = zoneOf(object);
    const there = zones.get(zone);
    if (there === undefined) zones.set(zone, [node]);
    else there.push(node);
  }
  const order: NodeInfo[] = [];
  for (let i = 0; order.length < nodes.size; i++) {
    let found = false;
    for (const zone of zones.values()) {
      const node = zone[i];
      if (node === undefined) continue;
      order.push(node);
      found = true;
    }
    if (!found) break;
  }
  return order;
}
