// How fast nodes that don't answer lose their pods: zone by zone, slower the more nodes of a zone are silent, and not at
// all when all of the cluster is, since then it is rather the control plane that is cut off. Pure but for its record.

import { own } from '../../kube/json.ts';
import type { V1Node } from '../../schema/generated/types.ts';
import type { TimeMs } from '../../time/units.ts';

type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** One zone: its state, and the nodes that wait to be tainted, one token each. */
export interface Zone {
  state: ZoneState;
  /** Nodes a second. */
  rate: number;
  tokens: number;
  refilled: TimeMs;
  readonly waiting: Set<string>;
}

/** Plain data. */
export type Zones = Map<string, Zone>;

const RATE = 0.1;
const SECONDARY_RATE = 0.01;
const LARGE_CLUSTER = 50;
const UNHEALTHY_SHARE = 0.55;

export function zoneOf({ metadata }: V1Node): string {
  const label = (name: string) => own(metadata?.labels, `topology.kubernetes.io/${name}`) ?? '';
  return `${label('region')}:${label('zone')}`;
}

export function zoneNamed(zones: Zones, name: string, now: TimeMs): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone: Zone = { state: 'Initial', rate: RATE, tokens: 1, refilled: now, waiting: new Set() };
  zones.set(name, zone);
  return zone;
}

/** The state of a zone by how many of its nodes are ready. */
function stateOfZone(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  if (notReady > 2 && notReady / (notReady + ready) >= UNHEALTHY_SHARE) return 'PartialDisruption';
  return 'Normal';
}

function rateFor(state: ZoneState, size: number): number {
  if (state !== 'PartialDisruption') return RATE;
  return size > LARGE_CLUSTER ? SECONDARY_RATE : 0;
}

/** What the new states mean for the whole. `entered`: all has just gone silent. `left`: something answers again. */
export function disrupt(
  zones: Zones,
  counts: ReadonlyMap<string, { readonly ready: number; readonly notReady: number }>,
  now: TimeMs,
): 'entered' | 'left' | 'as usual' {
  for (const name of [...zones.keys()]) if (!counts.has(name)) zones.delete(name);
  const states = new Map([...counts].map(([name, { ready, notReady }]) => [name, stateOfZone(ready, notReady)]));
  for (const name of counts.keys()) zoneNamed(zones, name, now);
  const all = [...states.values()].every((state) => state === 'FullDisruption');
  const were = [...zones.values()].every(({ state }) => state === 'FullDisruption');
  if (all && were) return 'as usual';
  for (const [name, zone] of zones) {
    const state = states.get(name) ?? 'Normal';
    const { ready = 0, notReady = 0 } = counts.get(name) ?? {};
    if (all) setRate(zone, 0, now);
    else if (were || zone.state !== state) setRate(zone, rateFor(state, ready + notReady), now);
    zone.state = state;
  }
  return all ? 'entered' : were ? 'left' : 'as usual';
}

function setRate(zone: Zone, rate: number, now: TimeMs): void {
  if (zone.rate === rate) return;
  zone.rate = rate;
  zone.tokens = rate > 0 ? 1 : 0;
  zone.refilled = now;
}

/** Takes the right to taint one node; false when it isn't there yet. */
export function takeToken(zone: Zone, now: TimeMs): boolean {
  zone.tokens = Math.min(1, zone.tokens + ((now - zone.refilled) / 1000) * zone.rate);
  zone.refilled = now;
  if (zone.tokens < 1) return false;
  zone.tokens = 0;
  return true;
}
