import { describe, expect, it } from 'vitest';
import { readClusterFile } from '../../../src/session/clusterfile.ts';

describe('a cluster file', () => {
  it('counts workers', () => {
    expect(readClusterFile('nodes: 1').nodes.map(({ name }) => name)).toEqual(['control-plane', 'worker-1']);
    expect(readClusterFile('').nodes).toHaveLength(3);
  });

  it('describes nodes one by one', () => {
    const text =
      'nodes:\n- {name: big, cpu: 8, memory: 32Gi, labels: {disk: ssd}, taints: ["gpu=true:NoSchedule", "a:NoExecute"]}\n- {}';
    expect(readClusterFile(text).nodes.slice(1)).toMatchObject([
      {
        name: 'big',
        cores: 8,
        memory: 32 * 2 ** 30,
        labels: { disk: 'ssd' },
        taints: [
          { key: 'gpu', value: 'true', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoExecute' },
        ],
      },
      { name: 'worker-2', cores: 4 },
    ]);
  });

  it('says what else there is', () => {
    expect(readClusterFile('cloud: true\nmetrics: true')).toMatchObject({ cloud: true, metrics: true });
    expect(readClusterFile('metrics: false')).not.toHaveProperty('metrics');
    expect(readClusterFile('csi: true')).toMatchObject({ csi: true });
    expect(readClusterFile('network: flannel')).toMatchObject({ networkPlugin: 'flannel' });
  });

  it.each([
    ['nodes: many', 'nodes: a number or a list'],
    ['nodes: 501', 'nodes: 0 to 500'],
    ['faults: []', 'faults is not built yet'],
    ['node: 3', 'node: no such key'],
    ['cloud: 3', 'cloud: true or false'],
    ['metrics: please', 'metrics: true or false'],
    ['addons: [helm]', 'addons: a list of gateway-api, ingress-nginx'],
    ['network: token-ring', 'network: one of kindnet, flannel, calico, canal'],
    ['nodes: [{cpu: lots}]', 'nodes[0].cpu: "lots" is no amount'],
    ['nodes: [{name: A_b}]', 'nodes[0].name: not a name of a node'],
    ['nodes: [{name: a}, {name: a}]', 'two are called a'],
    ['nodes: [{taints: [x]}]', 'is not KEY=VALUE:EFFECT'],
    ['a: &a [1]\nb: [*a', 'Flow sequence'],
  ])('refuses %j', (text, message) => {
    expect(() => readClusterFile(text)).toThrow(message);
  });
});
