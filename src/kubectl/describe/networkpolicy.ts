// Describing network policies.

import { describeLabelSelector } from '../../../sandbox/kube/selectors/labelselectors.ts';
import { NetworkPolicies } from '../../../sandbox/schema/generated/resources.ts';
import type {
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
} from '../../../sandbox/schema/generated/types.ts';
import { describedAlone } from './describer.ts';
import type { Page } from './page.ts';
import { metaOf } from './parts.ts';
import { marks, names } from './workload.ts';

interface Rule {
  readonly ports: readonly V1NetworkPolicyPort[] | undefined;
  readonly peers: readonly V1NetworkPolicyPeer[] | undefined;
}

const INGRESS = { title: 'ingress', peer: 'From', any: 'traffic not restricted by source' };
const EGRESS = { title: 'egress', peer: 'To', any: 'traffic not restricted by destination' };

export const describeNetworkPolicy = describedAlone(NetworkPolicies, (page, policy) => {
  const spec = policy.spec ?? {};
  names(page, policy);
  page.line(0, `Created on:\t${goTime(metaOf(policy).creationTimestamp)}`);
  marks(page, policy);
  page.line(0, 'Spec:');
  page.line(1, `PodSelector:     ${podsText(spec)}`);
  const types = spec.policyTypes ?? [];
  const incoming = (spec.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
  const outgoing = (spec.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
  direction(page, types.includes('Ingress'), incoming, INGRESS);
  direction(page, types.includes('Egress'), outgoing, EGRESS);
  page.line(1, `Policy Types: ${types.join(', ') || '<none>'}`);
});

/** `2026-01-01 00:00:00 +0000 UTC`, as Go prints a time. */
function goTime(time: string | undefined): string {
  return (time ?? '0001-01-01T00:00:00Z').replace('T', ' ').replace('Z', ' +0000 UTC');
}

function podsText({ podSelector }: V1NetworkPolicySpec): string {
  const { matchLabels = {}, matchExpressions = [] } = podSelector ?? {};
  if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) {
    return '<none> (Allowing the specific traffic to all pods in this namespace)';
  }
  return describeLabelSelector(podSelector);
}

function direction(page: Page, affected: boolean, rules: readonly Rule[], words: typeof INGRESS): void {
  if (!affected) {
    page.line(1, `Not affecting ${words.title} traffic`);
    return;
  }
  page.line(1, `Allowing ${words.title} traffic:`);
  if (rules.length === 0) page.line(2, `<none> (Selected pods are isolated for ${words.title} connectivity)`);
  rules.forEach(({ ports, peers }, i) => {
    portsPart(page, ports ?? []);
    peersPart(page, peers ?? [], words);
    if (i < rules.length - 1) page.line(2, '----------');
  });
}

function portsPart(page: Page, ports: readonly V1NetworkPolicyPort[]): void {
  if (ports.length === 0) page.line(2, 'To Port: <any> (traffic allowed to all ports)');
  for (const { port, endPort, protocol = 'TCP' } of ports) {
    const first = port ?? '<nil>';
    page.line(
      2,
      endPort === undefined ? `To Port: ${first}/${protocol}` : `To Port Range: ${first}-${endPort}/${protocol}`,
    );
  }
}

function peersPart(page: Page, peers: readonly V1NetworkPolicyPeer[], { peer, any }: typeof INGRESS): void {
  if (peers.length === 0) page.line(2, `${peer}: <any> (${any})`);
  for (const { podSelector, namespaceSelector, ipBlock } of peers) {
    page.line(2, `${peer}:`);
    if (namespaceSelector !== undefined) {
      page.line(3, `NamespaceSelector: ${describeLabelSelector(namespaceSelector)}`);
    }
    if (podSelector !== undefined) page.line(3, `PodSelector: ${describeLabelSelector(podSelector)}`);
    if (namespaceSelector !== undefined || podSelector !== undefined || ipBlock === undefined) continue;
    page.line(3, 'IPBlock:');
    page.line(4, `CIDR: ${ipBlock.cidr}`);
    page.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
  }
}
