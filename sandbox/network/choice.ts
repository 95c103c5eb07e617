// Which endpoint a new connection gets: the one that its client had, where a service asks for that, otherwise any.

import type { TimeMs } from '../time/units.ts';
import type { RuleEndpoint } from './proxy/rules.ts';
import type { Rule } from './proxy/table.ts';
import type { Affinity } from './state.ts';

/** Under which a client's last endpoint is remembered. */
export function affinityKey({ rules }: Rule, client: string): string {
  return `${rules.service} ${rules.protocol} ${rules.port} ${client}`;
}

/** `chance` draws a whole number below its argument. */
export function chooseEndpoint(
  { rules }: Rule,
  endpoints: readonly RuleEndpoint[],
  stuck: Affinity | undefined,
  now: TimeMs,
  chance: (limit: number) => number,
): RuleEndpoint | undefined {
  if (endpoints.length === 0) return undefined;
  if (rules.affinityMs !== undefined && stuck !== undefined && stuck.until > now) {
    const same = endpoints.find(({ address, port }) => `${address}:${port}` === stuck.endpoint);
    if (same !== undefined) return same;
  }
  return endpoints[chance(endpoints.length)];
}
