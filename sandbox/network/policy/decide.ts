// Whether policies let a connection through, and if not, which of them stand in its way. Pure.

import { isInRange } from '../addresses.ts';
import type { Isolation, Peers, PolicyRule, PolicyTable, PortMatch } from './compile.ts';

/** A connection as a plug-in sees it: after services were translated. */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
}

/** Why a connection is stopped; undefined when it isn't. */
export function stoppedBy(table: PolicyTable, attempt: Attempt): string | undefined {
  return stopped(table, attempt, 'egress') ?? stopped(table, attempt, 'ingress');
}

/** What policies say of one direction: of whom the sender may reach, or of who may reach the receiver. */
export function stopped(table: PolicyTable, attempt: Attempt, direction: 'ingress' | 'egress'): string | undefined {
  const [own, peer] = direction === 'egress' ? [attempt.from, attempt.to] : [attempt.to, attempt.from];
  const known = table.pods.get(own);
  const isolation = known?.[direction];
  if (known === undefined || isolation === undefined || isAllowed(table, isolation, attempt, peer)) return undefined;
  const many = isolation.policies.length > 1;
  const policies = isolation.policies.join(', ');
  const what = `${attempt.protocol}${attempt.protocol === 'ICMP' ? '' : ` ${attempt.port}`}`;
  return direction === 'egress'
    ? `network ${many ? 'policies' : 'policy'} ${policies}: no rule lets pod ${known.pod} out to ${peer} at ${what}`
    : `network ${many ? 'policies' : 'policy'} ${policies}: no rule lets ${peer} in to pod ${known.pod} at ${what}`;
}

function isAllowed(table: PolicyTable, { rules }: Isolation, attempt: Attempt, peer: string): boolean {
  return rules.some((rule) => isPeer(rule.peers, peer) && hasPort(table, rule, attempt));
}

function isPeer(peers: Peers | undefined, address: string): boolean {
  if (peers === undefined || peers.addresses.has(address)) return true;
  return peers.blocks.some(
    ({ cidr, except }) => isInRange(cidr, address) && !except.some((each) => isInRange(each, address)),
  );
}

function hasPort(table: PolicyTable, { ports }: PolicyRule, attempt: Attempt): boolean {
  return ports === undefined || ports.some((match) => isPort(table, match, attempt));
}

function isPort({ portNames }: PolicyTable, { protocol, from, to, name }: PortMatch, attempt: Attempt): boolean {
  if (protocol !== attempt.protocol) return false;
  if (name !== undefined) return portNames.get(attempt.to)?.get(`${name}/${protocol}`) === attempt.port;
  return from === undefined || (attempt.port >= from && attempt.port <= (to ?? from));
}
