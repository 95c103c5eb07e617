// What the cluster's zone answers to a question, as CoreDNS's kubernetes plugin does: pure. An answer may be an alias
// that leads elsewhere; whoever asks follows it.

import type { DnsAnswer, DnsRecord, DnsType } from '../../sys.ts';
import type { NamedEndpoint, NamedPort, NamedService, Names } from './names.ts';

export interface Zone {
  /** `cluster.local`. */
  readonly domain: string;
  readonly ttl: number;
  /** Whether pods have names, and without being looked up. */
  readonly pods: 'disabled' | 'insecure' | 'verified';
  /** Stands in the SOA record. */
  readonly serial: number;
}

/** What comes of a name: nothing is known of it, it is there (perhaps without records), or it is an alias. */
type Found =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'records'; readonly targets: readonly Target[] }
  | { readonly kind: 'alias'; readonly of: string };

/** Something that a name stands for. */
interface Target {
  readonly address: string;
  /** Its own name within the zone, in which service records point to it. */
  readonly name: string;
  readonly port: number;
}

const UNKNOWN: Found = { kind: 'unknown' };
const NO_RECORDS: Found = { kind: 'records', targets: [] };

export function inZone(name: string, domain: string): boolean {
  const bare = plain(name);
  return bare === domain || bare.endsWith(`.${domain}`);
}

/** Lower case, without the dot at the end. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** The alias that must still be followed, when the answer is one. */
export interface ZoneAnswer {
  readonly answer: DnsAnswer;
  readonly alias: string | undefined;
}

export function answerZone(names: Names, zone: Zone, name: string, type: DnsType): ZoneAnswer {
  const bare = plain(name);
  if (bare === zone.domain) return { answer: answerOf('NOERROR', apex(zone, type), zone), alias: undefined };
  if (bare === `dns-version.${zone.domain}` && type === 'TXT')
    return { answer: answerOf('NOERROR', [record(bare, 'TXT', zone, '"1.1.0"')], zone), alias: undefined };
  const labels = bare.slice(0, -zone.domain.length - 1).split('.');
  const found = find(names, zone, labels);
  if (found.kind === 'unknown') return { answer: answerOf('NXDOMAIN', [], zone), alias: undefined };
  if (found.kind === 'alias') {
    const wanted = type === 'A' || type === 'AAAA' || type === 'CNAME' || type === 'SRV';
    const records = wanted ? [record(bare, 'CNAME', zone, `${plain(found.of)}.`)] : [];
    return {
      answer: answerOf('NOERROR', records, zone),
      alias: type === 'A' || type === 'AAAA' ? plain(found.of) : undefined,
    };
  }
  return { answer: answerOf('NOERROR', recordsOf(found.targets, bare, type, zone), zone), alias: undefined };
}

/** The name of an address, if the cluster has given it one. */
export function answerReverse(names: Names, zone: Zone, name: string): DnsAnswer | undefined {
  const bare = plain(name);
  if (!bare.endsWith(REVERSE)) return undefined;
  const address = bare.slice(0, -REVERSE.length).split('.').reverse().join('.');
  const found = namesOf(names, zone, address);
  if (found.length === 0) return undefined;
  return answerOf(
    'NOERROR',
    found.map((each) => record(bare, 'PTR', zone, `${each}.`)),
    zone,
  );
}

const REVERSE = '.in-addr.arpa';

function namesOf(names: Names, zone: Zone, address: string): readonly string[] {
  const found: string[] = [];
  for (const service of names.services.values())
    if (service.addresses.includes(address)) return [nameOf(service, zone)];
  for (const [key, slices] of names.endpoints) {
    const service = names.services.get(key);
    if (service === undefined) continue;
    for (const { endpoints } of slices.values())
      for (const endpoint of endpoints)
        if (endpoint.address === address) found.push(`${hostnameOf(endpoint)}.${nameOf(service, zone)}`);
  }
  return [...new Set(found)];
}

function nameOf({ name, namespace }: NamedService, { domain }: Zone): string {
  return `${name}.${namespace}.svc.${domain}`;
}

function hostnameOf({ hostname, address }: NamedEndpoint): string {
  return hostname ?? address.replaceAll('.', '-').replaceAll(':', '-');
}

function find(names: Names, zone: Zone, labels: readonly string[]): Found {
  const rest = [...labels];
  const kind = rest.pop();
  if (kind !== 'svc' && kind !== 'pod') return UNKNOWN;
  const namespace = rest.pop();
  if (namespace === undefined) return NO_RECORDS;
  if (!names.namespaces.has(namespace)) return UNKNOWN;
  const name = rest.pop();
  if (name === undefined) return NO_RECORDS;
  if (kind === 'pod') return rest.length === 0 ? findPod(zone, name) : UNKNOWN;
  const service = names.services.get(`${namespace}/${name}`);
  return service === undefined ? UNKNOWN : findService(names, zone, service, rest);
}

/** `10-244-1-5`. */
function findPod(zone: Zone, name: string): Found {
  const address = name.replaceAll('-', '.');
  if (zone.pods === 'disabled' || !/^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(address)) return UNKNOWN;
  return { kind: 'records', targets: [{ address, name: '', port: 0 }] };
}

/** What stands before a service's name: nothing, `_port._protocol`, or one endpoint's hostname. */
function findService(names: Names, zone: Zone, service: NamedService, before: readonly string[]): Found {
  const wanted = wantedOf(before);
  if (wanted === undefined) return UNKNOWN;
  if (service.alias !== undefined) return { kind: 'alias', of: service.alias };
  const own = nameOf(service, zone);
  const targets =
    service.addresses.length > 0 && wanted.hostname === undefined
      ? fits(service.ports, wanted).flatMap(({ port }) =>
          service.addresses.map((address) => ({ address, name: own, port })),
        )
      : endpointTargets(names, service, own, wanted);
  return targets.length === 0 ? UNKNOWN : { kind: 'records', targets };
}

interface Wanted {
  readonly port: string | undefined;
  readonly protocol: string | undefined;
  readonly hostname: string | undefined;
}

function wantedOf(before: readonly string[]): Wanted | undefined {
  const [first, second] = before;
  if (first === undefined) return { port: undefined, protocol: undefined, hostname: undefined };
  if (before.length === 1) return { port: undefined, protocol: undefined, hostname: first };
  if (before.length > 2 || second === undefined) return undefined;
  const strip = (label: string): string => label.replace(/^_/, '');
  return { port: strip(first), protocol: strip(second), hostname: undefined };
}

function endpointTargets(names: Names, service: NamedService, own: string, wanted: Wanted): readonly Target[] {
  const targets: Target[] = [];
  for (const { endpoints, ports } of (
    names.endpoints.get(`${service.namespace}/${service.name}`) ?? new Map()
  ).values()) {
    for (const endpoint of endpoints) {
      const hostname = hostnameOf(endpoint);
      if (wanted.hostname !== undefined && wanted.hostname !== hostname) continue;
      for (const { port } of fits(ports.length > 0 ? ports : NO_PORT, wanted))
        targets.push({ address: endpoint.address, name: `${hostname}.${own}`, port });
    }
  }
  return targets;
}

const NO_PORT: readonly NamedPort[] = [{ name: '', protocol: 'tcp', port: 0 }];

function fits(ports: readonly NamedPort[], { port, protocol }: Wanted): readonly NamedPort[] {
  const matches = (wanted: string | undefined, given: string): boolean =>
    wanted === undefined || wanted === '*' || wanted === given;
  return ports.filter((each) => matches(port, each.name) && matches(protocol, each.protocol));
}

function recordsOf(targets: readonly Target[], name: string, type: DnsType, zone: Zone): readonly DnsRecord[] {
  if (type === 'A') {
    const addresses = [...new Set(targets.map(({ address }) => address))].filter((each) => !each.includes(':'));
    return addresses.map((address) => record(name, 'A', zone, address));
  }
  if (type !== 'SRV') return [];
  const named = targets.filter((target) => target.name !== '');
  const weight = Math.floor(100 / Math.max(1, named.length));
  const data = new Set(named.map((target) => `0 ${weight} ${target.port} ${target.name}.`));
  return [...data].map((each) => record(name, 'SRV', zone, each));
}

function apex(zone: Zone, type: DnsType): readonly DnsRecord[] {
  if (type === 'SOA') return [soa(zone)];
  return type === 'NS' ? [record(zone.domain, 'NS', zone, `ns.dns.${zone.domain}.`)] : [];
}

function soa(zone: Zone): DnsRecord {
  const { domain, serial, ttl } = zone;
  return record(domain, 'SOA', zone, `ns.dns.${domain}. hostmaster.${domain}. ${serial} 7200 1800 86400 ${ttl}`);
}

function record(name: string, type: DnsType, { ttl }: Zone, data: string): DnsRecord {
  return { name: `${name}.`, type, ttl, data };
}

/** Without records, an answer says who is to be asked instead. */
function answerOf(status: 'NOERROR' | 'NXDOMAIN', answers: readonly DnsRecord[], zone: Zone): DnsAnswer {
  return { status, authoritative: true, answers, authority: answers.length > 0 ? [] : [soa(zone)] };
}
