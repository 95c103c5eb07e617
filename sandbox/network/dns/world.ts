// Names of the world outside, as public DNS gives them: data, which lessons fill.

import { plain } from '../../machine/programs/coredns/answers.ts';
import type { DnsAnswer, DnsQuestion, DnsRecord } from '../../machine/sys.ts';

const CHAIN_MAX = 8;

/** Names that a world has when nobody says otherwise; their addresses are nobody's. */
const USUAL: Readonly<Record<string, string>> = {
  'example.com': '203.0.113.10',
  'www.example.com': '203.0.113.10',
  'example.org': '203.0.113.11',
  'example.net': '203.0.113.12',
  'kubernetes.io': '203.0.113.20',
  'github.com': '203.0.113.21',
  'google.com': '203.0.113.22',
  'registry.k8s.io': '203.0.113.23',
  'registry-1.docker.io': '203.0.113.24',
  'quay.io': '203.0.113.25',
  'billing.example.test': '203.0.113.40',
};

export function usualWorld(): Map<string, readonly DnsRecord[]> {
  return new Map(Object.entries(USUAL).map(([name, address]) => worldName(name, [address])));
}

/** An alias is followed to its end. */
export function worldAnswer(world: ReadonlyMap<string, readonly DnsRecord[]>, { name, type }: DnsQuestion): DnsAnswer {
  const answers: DnsRecord[] = [];
  let asked = plain(name);
  for (let i = 0; i < CHAIN_MAX; i++) {
    const records = world.get(asked);
    if (records === undefined) break;
    const alias = records.find((record) => record.type === 'CNAME');
    answers.push(...records.filter((record) => record.type === type || record === alias));
    if (alias === undefined || type === 'CNAME') break;
    asked = plain(alias.data);
  }
  const status = answers.length > 0 || world.has(plain(name)) ? 'NOERROR' : 'NXDOMAIN';
  return { status, authoritative: false, answers, authority: answers.length > 0 ? [] : [ROOT] };
}

const ROOT: DnsRecord = Object.freeze({
  name: '.',
  type: 'SOA',
  ttl: 86_400,
  data: 'a.root-servers.net. nstld.verisign-grs.com. 2026010100 1800 900 604800 86400',
});

/** Records for a name and its addresses: what `world` holds. */
export function worldName(name: string, addresses: readonly string[]): readonly [string, readonly DnsRecord[]] {
  const bare = plain(name);
  return [bare, Object.freeze(addresses.map((data) => Object.freeze({ name: `${bare}.`, type: 'A', ttl: 300, data })))];
}
