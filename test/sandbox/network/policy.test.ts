import { describe, expect, it } from 'vitest';
import { compilePolicies, type PolicyTable } from '../../../sandbox/network/policy/compile.ts';
import { stoppedBy } from '../../../sandbox/network/policy/decide.ts';
import type { V1NetworkPolicy } from '../../../sandbox/schema/generated/types.ts';
import { newLab, runPod, sh } from './lab.ts';

const namespaces = ['front', 'back', 'ops', 'kube-system'].map((name) => ({
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
}));

const ADDRESSES = {
  'front/web': '10.244.1.2',
  'front/other': '10.244.1.3',
  'back/kv': '10.244.2.2',
  'ops/debug': '10.244.1.4',
  'ops/other': '10.244.1.5',
  'kube-system/dns': '10.244.2.9',
} as const;
type Name = keyof typeof ADDRESSES;

const LABELS: Readonly<Record<Name, Readonly<Record<string, string>>>> = {
  'front/web': { app: 'web', access: 'true' },
  'front/other': { app: 'other' },
  'back/kv': { app: 'kv' },
  'ops/debug': { role: 'debug' },
  'ops/other': { role: 'other' },
  'kube-system/dns': { 'k8s-app': 'kube-dns' },
};

const pods = Object.entries(ADDRESSES).map(([key, podIP]) => {
  const [namespace = '', name = ''] = key.split('/');
  const ports = key === 'back/kv' ? [{ name: 'redis', containerPort: 6379 }] : [];
  return {
    metadata: { namespace, name, labels: LABELS[key as Name] },
    spec: { containers: [{ name: 'main', ports }] },
    status: { phase: 'Running', podIP },
  };
});

function table(...policies: readonly V1NetworkPolicy[]): PolicyTable {
  return compilePolicies(policies, pods, namespaces);
}

function policy(namespace: string, name: string, spec: V1NetworkPolicy['spec']): V1NetworkPolicy {
  return { metadata: { namespace, name }, ...(spec === undefined ? {} : { spec }) };
}

/** Which pods reach the store. */
function reach(policies: PolicyTable, port = 6379): readonly string[] {
  const to = ADDRESSES['back/kv'];
  const names = Object.keys(ADDRESSES) as Name[];
  return names.filter(
    (name) => stoppedBy(policies, { from: ADDRESSES[name], to, port, protocol: 'TCP' }) === undefined,
  );
}

const DENY = policy('back', 'deny', { podSelector: {}, policyTypes: ['Ingress'] });
const KV = { matchLabels: { app: 'kv' } };
const inFront = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'front' } } };
const access = { podSelector: { matchLabels: { access: 'true' } } };

describe('network policies', () => {
  it('leave pods open that none selects', () => {
    expect(reach(table())).toHaveLength(6);
    expect(reach(table(policy('front', 'deny', { podSelector: {}, policyTypes: ['Ingress'] })))).toHaveLength(6);
  });

  it('close a pod that one selects, and add up', () => {
    expect(reach(table(DENY))).toEqual([]);
    const allow = policy('back', 'allow', { podSelector: KV, ingress: [{ from: [{ ...inFront, ...access }] }] });
    expect(reach(table(DENY, allow))).toEqual(['front/web']);
  });

  it('take two selectors in one entry together, and two entries each for itself', () => {
    const two = policy('back', 'two', { podSelector: KV, ingress: [{ from: [inFront, access] }] });
    expect(reach(table(two))).toEqual(['front/web', 'front/other']);
  });

  it('speak of ports of the pod, by number, range or name', () => {
    const ports = (port: number | string, endPort?: number) =>
      policy('back', 'ports', {
        podSelector: KV,
        ingress: [{ ports: [{ port, ...(endPort === undefined ? {} : { endPort }) }] }],
      });
    expect(reach(table(ports(6379)))).toHaveLength(6);
    expect(reach(table(ports(80)))).toEqual([]);
    expect(reach(table(ports(6000, 7000)))).toHaveLength(6);
    expect(reach(table(ports('redis')))).toHaveLength(6);
    expect(reach(table(ports('redis')), 80)).toEqual([]);
  });

  it('know blocks of addresses with exceptions', () => {
    const block = policy('back', 'block', {
      podSelector: KV,
      ingress: [{ from: [{ ipBlock: { cidr: '10.244.1.0/24', except: ['10.244.1.4/32'] } }] }],
    });
    expect(reach(table(block))).toEqual(['front/web', 'front/other', 'ops/other']);
  });

  it('close the way out, names included, until it is opened', () => {
    const out = policy('front', 'out', { podSelector: {}, policyTypes: ['Egress'] });
    const ask = { from: ADDRESSES['front/web'], to: ADDRESSES['kube-system/dns'], port: 53, protocol: 'UDP' } as const;
    expect(stoppedBy(table(out), ask)).toBe(
      'network policy front/out: no rule lets pod front/web out to 10.244.2.9 at UDP 53',
    );
    const dns = policy('front', 'dns', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
      ],
    });
    expect(stoppedBy(table(out, dns), ask)).toBeUndefined();
    expect(reach(table(out, dns))).not.toContain('front/web');
  });

  it('mean both directions when egress rules are there and no types are named', () => {
    const both = policy('back', 'both', { podSelector: KV, egress: [{}] });
    expect(reach(table(both))).toEqual([]);
  });

  it('drop connections, but never those from the node to its own pods', () => {
    const lab = newLab();
    const kv = runPod(lab, 'kv', 'w1', 'learn/kv:7');
    const client = runPod(lab, 'client', 'w1', 'busybox:1.36', { command: ['sleep', '1000'] });
    const pod = (name: string, podIP: string) => ({
      metadata: { namespace: 'default', name, labels: { app: name } },
      status: { phase: 'Running', podIP },
    });
    lab.state.network.policies = compilePolicies(
      [policy('default', 'deny', { podSelector: { matchLabels: { app: 'kv' } } })],
      [pod('kv', kv.address), pod('client', client.address)],
      [{ metadata: { name: 'default' } }],
    );
    expect(sh(lab, client, `nc -zv -w 2 ${kv.address} 6379`)).toMatchObject({ status: 1, stderr: 'nc: timed out\n' });
    expect(lab.state.network.seen.at(-1)).toMatchObject({
      outcome: 'dropped',
      because: 'network policy default/deny: no rule lets 10.244.1.3 in to pod default/kv at TCP 6379',
    });
    const host = lab.simulator.kernel.state.hosts.get('w1');
    const route = lab.simulator.kernel.fabric.route(host?.network as never, { host: kv.address, port: 6379 });
    expect(route.kind).toBe('network');
  });
});
