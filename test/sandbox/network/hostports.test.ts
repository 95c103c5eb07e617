import { describe, expect, it } from 'vitest';
import { newCluster, usualSpec } from '../../../sandbox/cluster.ts';
import { Nodes, Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1PodSpec } from '../../../sandbox/schema/generated/types.ts';
import { seconds } from '../../../sandbox/time/units.ts';

describe('A host port', () => {
  const { client, run, advance } = newCluster({ spec: { ...usualSpec(2), dns: 'builtin' } });
  advance(seconds(10));
  const create = (name: string, spec: V1PodSpec): void => {
    run(client().create(Pods, { metadata: { name, namespace: 'default' }, spec }));
  };
  const phaseOf = (name: string) => run(client().get(Pods, { name, namespace: 'default' })).status?.phase;
  const main = { name: 'main', image: 'busybox:1.36' };
  create('web', {
    nodeName: 'worker-1',
    containers: [
      {
        ...main,
        command: ['sh', '-c', 'echo web > index.html; httpd -f -p 80'],
        ports: [{ containerPort: 80, hostPort: 8888 }],
      },
    ],
  });
  advance(seconds(10));
  const [host = ''] =
    run(client().get(Nodes, { name: 'worker-1' })).status?.addresses?.map(({ address }) => address) ?? [];
  const reaches = (name: string, nodeName: string, address: string, hostNetwork = false): boolean => {
    const command = ['wget', '-T', '2', '-qO', '/dev/null', address];
    create(name, { nodeName, hostNetwork, restartPolicy: 'Never', containers: [{ ...main, command }] });
    advance(seconds(15));
    return phaseOf(name) === 'Succeeded';
  };

  it('leads to its pod from other nodes, from pods beside it and from the node itself', () => {
    expect(reaches('elsewhere', 'worker-2', `${host}:8888`)).toBe(true);
    expect(reaches('beside', 'worker-1', `${host}:8888`)).toBe(true);
    expect(reaches('itself', 'worker-1', '127.0.0.1:8888', true)).toBe(true);
  });

  it('is there on its node only, and only while its pod is', () => {
    const [other = ''] =
      run(client().get(Nodes, { name: 'worker-2' })).status?.addresses?.map(({ address }) => address) ?? [];
    expect(reaches('wrong', 'worker-1', `${other}:8888`)).toBe(false);
    run(client().delete(Pods, { name: 'web', namespace: 'default' }));
    advance(seconds(40));
    expect(reaches('late', 'worker-2', `${host}:8888`)).toBe(false);
  });
});
