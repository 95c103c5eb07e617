// The latest connections, for the map, for checks and for `why`: who asked for what, where it went and how that began.

import type { TimeMs } from '../time/units.ts';

/** One connection as it began. Frozen. */
export interface Seen {
  readonly at: TimeMs;
  /** The host and the pod sandbox that it came from. */
  readonly host: string;
  readonly sandbox: string | undefined;
  readonly source: string;
  /** What was asked for: `10.96.0.10:53`. */
  readonly asked: string;
  readonly protocol: string;
  /** `namespace/name` of the service that the address belongs to. */
  readonly service: string | undefined;
  /** Where it was sent, and the pod (`namespace/name`) that is there as the service's rules have it. */
  readonly to: string | undefined;
  readonly pod: string | undefined;
  readonly outcome: 'sent' | 'refused' | 'reset' | 'dropped' | 'unreachable';
  /** A kubelet asked, for a probe or a hook. */
  readonly probe: boolean;
  /** Why it wasn't let through. */
  readonly because: string | undefined;
}

const SEEN_MAX = 512;

export function remember(seen: Seen[], one: Seen): void {
  seen.push(Object.freeze(one));
  if (seen.length > SEEN_MAX * 2) seen.splice(0, SEEN_MAX);
}
