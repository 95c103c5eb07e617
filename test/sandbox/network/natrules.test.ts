import { expect, test } from 'vitest';
import { printRules } from '../../../sandbox/network/proxy/printed.ts';
import { rulesOf } from '../../../sandbox/network/proxy/rules.ts';
import { newProxyTable, writeRules } from '../../../sandbox/network/proxy/table.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import { endpointOf, newLab, runPod, service, slice } from './lab.ts';

const PORT = [{ name: 'http', port: 8080, protocol: 'TCP' }];

test('chains have the names that kube-proxy gives them', () => {
  const table = newProxyTable();
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const ports = [{ name: 'https', port: 443, targetPort: 6443, protocol: 'TCP' }];
  const endpoints = [{ addresses: ['172.18.0.2'], conditions: { ready: true } }];
  const slices = [{ addressType: 'IPv4', endpoints, ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }];
  const view = { name: 'w1', zone: undefined };
  writeRules(table, 'default/kubernetes', rulesOf({ metadata, spec: { clusterIP: '10.96.0.1', ports } }, slices, view));
  const lines = printRules(table);
  expect(lines).toContain(
    '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y',
  );
  expect(lines.filter((line) => line.includes('DNAT'))).toHaveLength(1);
});

test('on a node it can be seen how its rules lag behind a changed endpoint slice', () => {
  const lab = newLab();
  const pods = ['w1', 'w2'].map((node, i) => runPod(lab, `web-${i}`, node, 'learn/hello:1.0'));
  service(lab, 'web', { ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] });
  slice(
    lab,
    'web',
    PORT,
    pods.slice(0, 1).map((pod) => endpointOf(pod)),
  );
  lab.simulator.loop.advance(durationMs(1500));
  const targets = (node: string) => {
    const own = lab.simulator.kernel.fabric.natRules?.(networkOf(node)) ?? [];
    return own.flatMap((line) => /"default\/web:http" .*--to-destination (\S+)$/.exec(line)?.[1] ?? []);
  };
  const networkOf = (node: string) => {
    const found = lab.simulator.kernel.state.hosts.get(node)?.network;
    if (found === undefined) throw new Error(`no host ${node}`);
    return found;
  };
  expect(targets('w1')).toEqual(['10.244.1.2:8080']);
  lab.proxies.get('w2')?.stop();
  slice(
    lab,
    'web',
    PORT,
    pods.map((pod) => endpointOf(pod)),
  );
  lab.simulator.loop.advance(durationMs(1500));
  expect(targets('w1')).toEqual(['10.244.1.2:8080', '10.244.2.2:8080']);
  expect(targets('w2')).toEqual(['10.244.1.2:8080']);
});
