// The rules that a node's kernel holds: what its kube-proxy has written last. They stay when kube-proxy doesn't.

import type { Door, PortRules, Protocol } from './rules.ts';

/** One door and the rules behind it. */
export interface Rule {
  readonly door: Door;
  readonly rules: PortRules;
}

/** Plain data. */
export interface ProxyTable {
  /** By `namespace/name` of the service. */
  readonly services: Map<string, readonly PortRules[]>;
  /** By `TCP/10.96.0.10:53`, or `TCP/*:30080` for node ports. */
  readonly doors: Map<string, Rule>;
}

export function newProxyTable(): ProxyTable {
  return { services: new Map(), doors: new Map() };
}

/** Puts the rules of a service in place of those before; without any it is forgotten. */
export function writeRules(table: ProxyTable, service: string, ports: readonly PortRules[]): void {
  for (const rules of table.services.get(service) ?? []) {
    for (const door of rules.doors) {
      const key = doorKey(rules.protocol, door);
      if (table.doors.get(key)?.rules.service === service) table.doors.delete(key);
    }
  }
  if (ports.length === 0) table.services.delete(service);
  else table.services.set(service, ports);
  for (const rules of ports) {
    for (const door of rules.doors) {
      const key = doorKey(rules.protocol, door);
      if (!table.doors.has(key)) table.doors.set(key, Object.freeze({ door, rules }));
    }
  }
}

/** The rule for an address and port; for a node port when the address is one of the node's own. */
export function findRule(
  table: ProxyTable,
  protocol: Protocol | 'ICMP',
  to: { readonly host: string; readonly port: number },
  isOwnAddress: boolean,
): Rule | undefined {
  const { doors } = table;
  const rule = doors.get(doorKey(protocol, { address: to.host, port: to.port }));
  return rule ?? (isOwnAddress ? doors.get(doorKey(protocol, { address: '*', port: to.port })) : undefined);
}

function doorKey(protocol: Protocol | 'ICMP', { address, port }: Pick<Door, 'address' | 'port'>): string {
  return `${protocol}/${address}:${port}`;
}
