import { describe, expect, it } from 'vitest';
import { addPod, newNodeInfo } from '../../../sandbox/scheduler/nodeinfo.ts';
import type { Plugin } from '../../../sandbox/scheduler/plugin.ts';
import { balancedAllocation } from '../../../sandbox/scheduler/plugins/balancedallocation.ts';
import { nodeResourcesFit } from '../../../sandbox/scheduler/plugins/noderesourcesfit.ts';
import { podInfo } from '../../../sandbox/scheduler/podinfo.ts';
import type { Objects, Snapshot } from '../../../sandbox/scheduler/snapshot.ts';
import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';

function pod(name: string, requests: Record<string, string>): V1Pod {
  const containers = [{ name: 'c', image: 'i', resources: { requests } }];
  return { metadata: { name, namespace: 'default', uid: name }, spec: { containers } };
}

function nodeWith(...pods: readonly V1Pod[]) {
  const allocatable = { cpu: '4', memory: '4Gi', pods: '10' };
  const node = newNodeInfo({ metadata: { name: 'n' }, status: { allocatable } });
  for (const one of pods) addPod(node, podInfo(one));
  return node;
}

function score(plugin: Plugin, asking: V1Pod, ...present: readonly V1Pod[]): number | undefined {
  const node = nodeWith(...present);
  const snapshot: Snapshot = {
    nodes: [node],
    node: () => node,
    withAffinity: () => [],
    withAntiAffinity: () => [],
    image: () => undefined,
    objects: {} as Objects,
  };
  return plugin.scorer?.(podInfo(asking), snapshot, [node])?.score(node);
}

const resources = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 3 },
];

describe('scores by resources', () => {
  const asking = pod('p', { cpu: '1', memory: '1Gi' });
  const present = pod('q', { cpu: '1' });

  it('prefer empty nodes by default; who asks for no memory counts for a little', () => {
    expect(score(nodeResourcesFit(), asking)).toBe(75);
    expect(score(nodeResourcesFit(), asking, present)).toBe(Math.floor((50 + 70) / 2));
  });

  it('can prefer full nodes, with weights', () => {
    expect(score(nodeResourcesFit({ type: 'MostAllocated', resources }), asking)).toBe(25);
    expect(score(nodeResourcesFit({ type: 'MostAllocated', resources }), asking, present)).toBe(
      Math.floor((50 + 3 * 29) / 4),
    );
  });

  it('can follow a broken line', () => {
    const shape = [
      { utilization: 0, score: 0 },
      { utilization: 50, score: 10 },
      { utilization: 100, score: 0 },
    ];
    expect(score(nodeResourcesFit({ type: 'RequestedToCapacityRatio', resources, shape }), asking)).toBe(50);
    const full = pod('full', { cpu: '2', memory: '2Gi' });
    expect(score(nodeResourcesFit({ type: 'RequestedToCapacityRatio', resources, shape }), asking, full)).toBe(50);
  });

  it('prefer nodes whose use becomes more even', () => {
    expect(score(balancedAllocation(), asking)).toBe(75);
    expect(score(balancedAllocation(), pod('p', { memory: '1Gi' }), present)).toBe(81);
    expect(score(balancedAllocation(), pod('p', { cpu: '1' }), present)).toBe(69);
  });

  it('say nothing of evenness about pods that ask for nothing', () => {
    expect(score(balancedAllocation(), pod('p', {}))).toBeUndefined();
  });
});
