// A stand-in for the controller that taints nodes by their conditions, until the real one moves in.

import type { ComponentEngine } from '../../../sandbox/client/component.ts';
import { keyOf } from '../../../sandbox/client/informer.ts';
import { Nodes } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Node } from '../../../sandbox/schema/generated/types.ts';
import type { ComponentDefinition } from '../../../sandbox/simulator.ts';

export const TAINTER: ComponentDefinition = {
  name: 'tainter',
  user: { name: 'system:serviceaccount:kube-system:node-controller', groups: ['system:masters'] },
  setup: taintNodes,
};

/** Taints by condition and its status. */
const TAINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: 'node.kubernetes.io/not-ready', Unknown: 'node.kubernetes.io/unreachable' },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
};
const OURS: ReadonlySet<string> = new Set([
  ...Object.values(TAINTS).flatMap((byStatus) => Object.values(byStatus)),
  'node.kubernetes.io/unschedulable',
]);

function taintNodes(component: ComponentEngine): void {
  const nodes = component.informer(Nodes);
  const queue = component.queue('nodes', function* (key, turn) {
    const node = nodes.get(key);
    if (node === undefined) return undefined;
    const wanted = wantedTaints(node);
    const present = node.spec?.taints ?? [];
    const kept = present.filter(({ key: taint, effect }) => !(OURS.has(taint) && effect === 'NoSchedule'));
    const ours = present.filter((taint) => !kept.includes(taint)).map(({ key: taint }) => taint);
    if (ours.length === wanted.length && wanted.every((taint) => ours.includes(taint))) return undefined;
    const taints = [...kept, ...wanted.map((taint) => ({ key: taint, effect: 'NoSchedule' }))];
    yield* turn.client.update(Nodes, { ...node, spec: { ...node.spec, taints } });
    return undefined;
  });
  nodes.on(({ object, causes }) => queue.add(keyOf(object), causes));
}

function wantedTaints({ spec, status }: V1Node): readonly string[] {
  const byCondition = (status?.conditions ?? []).flatMap(({ type, status: value }) => TAINTS[type]?.[value] ?? []);
  return spec?.unschedulable === true ? [...byCondition, 'node.kubernetes.io/unschedulable'] : byCondition;
}
