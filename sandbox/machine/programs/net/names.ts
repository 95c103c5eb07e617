// What programs that ask for names have in common: the servers and the search path of /etc/resolv.conf, and asking.

import { durationMs } from '../../../time/units.ts';
import { type Blocking, type DnsAnswer, type DnsType, type Sys, SysError } from '../../sys.ts';
import { tryTextFile } from '../kit/input.ts';

export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

export function* readResolverConfig(sys: Sys): Blocking<ResolverConfig> {
  const text = (yield* tryTextFile(sys, '/etc/resolv.conf')) ?? '';
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const valuesOf = (word: string): readonly string[] =>
    lines.filter(([first]) => first === word).flatMap(([, ...rest]) => rest);
  const ndots = valuesOf('options').find((option) => option.startsWith('ndots:'));
  const servers = valuesOf('nameserver');
  return {
    servers: servers.length > 0 ? servers : ['127.0.0.1'],
    search: lines.findLast(([first]) => first === 'search' || first === 'domain')?.slice(1) ?? [],
    ndots: Number(ndots?.slice('ndots:'.length) ?? 1),
  };
}

/** The names to ask for in turn, as the C library's resolver does it. */
export function candidates(name: string, { search, ndots }: ResolverConfig): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const within = search.map((domain) => `${name}.${domain}`);
  return name.split('.').length - 1 >= ndots ? [name, ...within] : [...within, name];
}

export function isIPv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}

/** `4.3.2.1.in-addr.arpa`. */
export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

export type Asked = DnsAnswer | 'refused' | 'timeout';

/** Asks the servers in turn until one answers. */
export function* askServers(
  sys: Sys,
  servers: readonly string[],
  question: { readonly name: string; readonly type: DnsType; readonly port?: number },
  { timeoutMs = 5000, attempts = 2 }: { readonly timeoutMs?: number; readonly attempts?: number } = {},
): Blocking<Asked> {
  let last: Asked = 'timeout';
  for (let round = 0; round < attempts; round++) {
    for (const server of servers) {
      try {
        return yield* sys.lookup({ server, ...question }, durationMs(timeoutMs));
      } catch (error) {
        if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
        last = error.code === 'ECONNREFUSED' ? 'refused' : 'timeout';
      }
    }
  }
  return last;
}

const TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'NS', 'SOA', 'TXT', 'MX']);

/** A record type as users write it. */
export function dnsType(text: string): DnsType | undefined {
  const upper = text.toUpperCase();
  return TYPES.has(upper) ? (upper as DnsType) : undefined;
}
