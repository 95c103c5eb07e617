// A stand-in for the scheduler, until the real one moves in: the least used of the nodes that have no taint.

import type { ComponentEngine, Turn } from '../../../sandbox/client/component.ts';
import { keyOf } from '../../../sandbox/client/informer.ts';
import { Events, Nodes, Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import type { ComponentDefinition } from '../../../sandbox/simulator.ts';
import type { Work } from '../../../sandbox/time/loop.ts';
import { rfc3339Micro } from '../../../sandbox/time/units.ts';

export const SCHEDULER: ComponentDefinition = {
  name: 'default-scheduler',
  user: { name: 'system:kube-scheduler', groups: ['system:masters', 'system:authenticated'] },
  setup: schedule,
};

function schedule(component: ComponentEngine): void {
  const pods = component.informer(Pods);
  const nodes = component.informer(Nodes);
  const queue = component.queue('pods', function* (key, turn) {
    const pod = pods.get(key);
    if (pod === undefined || !waits(pod)) return undefined;
    const free = nodes.list().filter(({ spec }) => spec?.unschedulable !== true && (spec?.taints ?? []).length === 0);
    const used = (name: string | undefined) => pods.list().filter(({ spec }) => spec?.nodeName === name).length;
    const [best] = [...free].sort((a, b) => used(a.metadata?.name) - used(b.metadata?.name));
    if (best !== undefined) yield* bind(turn, pod, best.metadata?.name ?? '');
    return undefined;
  });
  pods.on(({ object, causes }) => {
    if (waits(object)) queue.add(keyOf(object), causes);
  });
  nodes.on(({ causes }) => {
    for (const pod of pods.list()) if (waits(pod)) queue.add(keyOf(pod), causes);
  });
}

function waits({ spec, metadata }: V1Pod): boolean {
  return (
    spec?.nodeName === undefined && spec?.schedulingGates === undefined && metadata?.deletionTimestamp === undefined
  );
}

function* bind({ client, now }: Turn, pod: V1Pod, node: string): Work<void> {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = pod.metadata ?? {};
  const target = { apiVersion: 'v1', kind: 'Node', name: node };
  yield* client.post(Pods, { name, namespace }, 'binding', {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target,
  });
  yield* client.create(Events, {
    metadata: { generateName: `${name}.`, namespace },
    eventTime: rfc3339Micro(now()),
    reportingController: 'default-scheduler',
    reportingInstance: 'default-scheduler-standin',
    action: 'Binding',
    reason: 'Scheduled',
    type: 'Normal',
    note: `Successfully assigned ${namespace}/${name} to ${node}`,
    regarding: { kind: 'Pod', namespace, name, uid, apiVersion: 'v1', resourceVersion },
  });
}
