// kubeadm's part after a node has joined: labels that say what the node is for, which its kubelet must not set itself.

import type { Component } from './client/component.ts';
import { mayKubeletSet } from './kube/nodelabels.ts';
import { Nodes } from './schema/generated/resources.ts';
import { ADMIN, type ComponentDefinition } from './simulator.ts';

interface Joining {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Acts as the administrator, once for each node that registers. Nothing runs where no node needs it. */
export function nodeRoles(nodes: readonly Joining[]): readonly ComponentDefinition[] {
  const wanted = new Map(
    nodes.flatMap(({ name, labels }) => {
      const others = Object.entries(labels).filter(([key]) => !mayKubeletSet(key));
      return others.length === 0 ? [] : [[name, Object.fromEntries(others)] as const];
    }),
  );
  if (wanted.size === 0) return [];
  return [{ name: 'kubeadm', user: ADMIN, setup: (component) => setUp(component, wanted) }];
}

function setUp(component: Component, wanted: ReadonlyMap<string, Readonly<Record<string, string>>>): void {
  const nodes = component.informer(Nodes);
  const marked = component.memory<{ readonly uids: Set<string> }>('marked nodes', () => ({ uids: new Set() }));
  const queue = component.queue('node roles', function* (name, turn) {
    const labels = wanted.get(name);
    const { uid = '' } = nodes.get(name)?.metadata ?? {};
    if (labels === undefined || uid === '' || marked().uids.has(uid)) return undefined;
    yield* turn.client.patch(Nodes, { name }, { type: 'strategic', body: { metadata: { labels } } });
    marked().uids.add(uid);
    return undefined;
  });
  nodes.on(({ type, object, causes }) => {
    if (type === 'added') queue.add(object.metadata?.name ?? '', causes);
  });
}
