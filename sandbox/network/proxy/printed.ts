// The rules of a node as `iptables-save -t nat` prints them: what its kube-proxy has written last, under the names of
// chains that kube-proxy makes. Behind a changed endpoint slice they lag until the next writing.

import { createHash } from 'node:crypto';
import type { Door, PortRules, RuleEndpoint } from './rules.ts';
import type { ProxyTable } from './table.ts';

const HEAD = [
  '*nat',
  ':PREROUTING ACCEPT [0:0]',
  ':INPUT ACCEPT [0:0]',
  ':OUTPUT ACCEPT [0:0]',
  ':POSTROUTING ACCEPT [0:0]',
];
const ALWAYS = ['KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-SERVICES'];
const PORTALS = '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES';
const MARK = '0x4000';

/** Lines, as the program prints them. */
export function printRules({ services }: ProxyTable): readonly string[] {
  const ports = [...services.values()].flat().filter(({ cluster, local }) => cluster.length + local.length > 0);
  const parts = ports.map(partOf);
  const chains = [...ALWAYS, ...parts.flatMap(({ chains: own }) => own)].sort();
  return [
    ...HEAD,
    ...chains.map((chain) => `:${chain} - [0:0]`),
    `-A PREROUTING ${PORTALS}`,
    `-A OUTPUT ${PORTALS}`,
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    `-A KUBE-MARK-MASQ -j MARK --set-xmark ${MARK}/${MARK}`,
    `-A KUBE-POSTROUTING -m mark ! --mark ${MARK}/${MARK} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --set-xmark ${MARK}/0x0`,
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    ...parts.flatMap(({ doors }) => doors),
    ...parts.flatMap(({ rules }) => rules),
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
    'COMMIT',
  ];
}

interface Part {
  readonly chains: readonly string[];
  readonly doors: readonly string[];
  readonly rules: readonly string[];
}

function partOf(port: PortRules): Part {
  const name = port.port === '' ? port.service : `${port.service}:${port.port}`;
  const protocol = port.protocol.toLowerCase();
  const chain = (kind: string, endpoint = ''): string => `KUBE-${kind}-${short(`${name}${protocol}${endpoint}`)}`;
  const ways: readonly (readonly [string, readonly RuleEndpoint[]])[] = [
    [chain('SVC'), port.cluster],
    [chain('SVL'), port.local],
  ];
  const used = ways.filter(([, endpoints]) => endpoints.length > 0);
  const separate = (endpoint: RuleEndpoint): string => chain('SEP', addressOf(endpoint));
  const endpoints = new Map([...port.cluster, ...port.local].map((one) => [separate(one), one]));
  const outside = chain(port.externalPolicy === 'Local' ? 'SVL' : 'SVC');
  const inside = chain(port.internalPolicy === 'Local' ? 'SVL' : 'SVC');
  return {
    chains: [...used.map(([key]) => key), ...endpoints.keys()],
    doors: port.doors.map((door) => doorRule(door, name, protocol, door.kind === 'cluster' ? inside : outside)),
    rules: [
      ...used.flatMap(([key, list]) => choice(key, name, list, separate)),
      ...[...endpoints].flatMap(([key, endpoint]) => translation(key, name, protocol, endpoint, port)),
    ],
  };
}

const DOORS: Readonly<Record<Door['kind'], string>> = {
  cluster: ' cluster IP',
  external: ' external IP',
  'load-balancer': ' loadbalancer IP',
  'node-port': '',
};

function doorRule({ kind, address, port }: Door, name: string, protocol: string, to: string): string {
  const [chain, where] = kind === 'node-port' ? ['KUBE-NODEPORTS', ''] : ['KUBE-SERVICES', ` -d ${address}/32`];
  return `-A ${chain}${where} -p ${protocol} -m comment --comment "${name}${DOORS[kind]}" -m ${protocol} --dport ${port} -j ${to}`;
}

/** The first of n is taken with the probability 1/n, the second with 1/(n-1), the last always. */
function choice(
  chain: string,
  name: string,
  endpoints: readonly RuleEndpoint[],
  separate: (endpoint: RuleEndpoint) => string,
): readonly string[] {
  return endpoints.map((endpoint, i) => {
    const left = endpoints.length - i;
    const random = left === 1 ? '' : ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}`;
    return `-A ${chain} -m comment --comment "${name} -> ${addressOf(endpoint)}"${random} -j ${separate(endpoint)}`;
  });
}

function translation(
  chain: string,
  name: string,
  protocol: string,
  endpoint: RuleEndpoint,
  { affinityMs }: PortRules,
): readonly string[] {
  const comment = `-m comment --comment "${name}"`;
  const recent = affinityMs === undefined ? '' : ` -m recent --set --name ${chain} --mask 255.255.255.255 --rsource`;
  return [
    `-A ${chain} -s ${endpoint.address}/32 ${comment} -j KUBE-MARK-MASQ`,
    `-A ${chain} -p ${protocol} ${comment}${recent} -m ${protocol} -j DNAT --to-destination ${addressOf(endpoint)}`,
  ];
}

function addressOf({ address, port }: RuleEndpoint): string {
  return `${address}:${port}`;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SHORT = 16;

/** The first 16 digits in base 32 of the hash of a name. */
function short(text: string): string {
  let bits = '';
  for (const byte of createHash('sha256').update(text).digest().subarray(0, 10))
    bits += byte.toString(2).padStart(8, '0');
  return Array.from({ length: SHORT }, (_, i) => BASE32[Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)]).join('');
}
