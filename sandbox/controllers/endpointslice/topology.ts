// Topology aware routing ("Auto"): each zone is given endpoints for its share of the cluster's CPU, its own ones first,
// and none is to carry more than a fifth above its part. Where that can't be, there are no hints, and it is said why.
// Pure.

import { own } from '../../kube/json.ts';
import { milliValue, parseQuantity } from '../../kube/quantity.ts';
import type { V1Endpoint, V1Node, V1Service } from '../../schema/generated/types.ts';

const ZONE = 'topology.kubernetes.io/zone';
const MODES = ['service.kubernetes.io/topology-aware-hints', 'service.kubernetes.io/topology-mode'];
const CONTROL_PLANES = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** How much more than its part an endpoint may have to carry. */
const OVERLOAD = 0.2;

/** Whether a service asks for it. */
export function asksForZones({ metadata }: V1Service): boolean {
  const mode = MODES.map((key) => own(metadata?.annotations, key)).find((value) => value !== undefined);
  return mode === 'Auto' || mode === 'auto';
}

/** Each zone's part of the CPU of all nodes that are ready; undefined when some node doesn't say enough. */
export function sharesOf(nodes: readonly V1Node[]): ReadonlyMap<string, number> | undefined {
  const cpu = new Map<string, number>();
  for (const { metadata, status } of nodes) {
    if (CONTROL_PLANES.some((label) => own(metadata?.labels, label) !== undefined)) continue;
    if (!status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True')) continue;
    const zone = own(metadata?.labels, ZONE) ?? '';
    const amount = milliValue(parseQuantity(String(own(status.allocatable, 'cpu') ?? '0')));
    if (zone === '' || amount === 0) return undefined;
    cpu.set(zone, (cpu.get(zone) ?? 0) + amount);
  }
  const all = [...cpu.values()].reduce((sum, one) => sum + one, 0);
  return cpu.size < 2 ? undefined : new Map([...cpu].map(([zone, amount]) => [zone, amount / all]));
}

/** The zone that each endpoint is for, or why there are no hints. */
export type ZonePlan =
  | { readonly zones: ReadonlyMap<V1Endpoint, string>; readonly problem?: undefined }
  | { readonly zones?: undefined; readonly problem: string };

export function planZones(endpoints: readonly V1Endpoint[], shares: ReadonlyMap<string, number> | undefined): ZonePlan {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready === true);
  const wanted = wantedBy(ready.length, shares);
  if (typeof wanted === 'string') return { problem: wanted };
  const zones = new Map<V1Endpoint, string>();
  for (const endpoint of ready) {
    if (endpoint.zone === undefined || endpoint.zone === '')
      return { problem: 'One or more endpoints do not have a zone specified' };
    zones.set(endpoint, endpoint.zone);
  }
  balance(zones, wanted);
  return { zones };
}

/** How many endpoints each zone should have, in fractions; or why that can't be. */
function wantedBy(
  count: number,
  shares: ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, number> | string {
  if (shares === undefined)
    return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';
  const counts = `(${count} endpoints, ${shares.size} zones)`;
  if (shares.size > count) return `Insufficient number of endpoints ${counts}`;
  let left = count;
  const wanted = new Map<string, number>();
  for (const [zone, share] of shares) {
    const least = Math.ceil((share * count) / (1 + OVERLOAD));
    wanted.set(zone, Math.max(share * count, least));
    left -= least;
  }
  if (left >= 0) return wanted;
  return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`;
}

/** Moves endpoints from zones that have at least half an endpoint too many to those that lack as much. */
function balance(zones: Map<V1Endpoint, string>, wanted: ReadonlyMap<string, number>): void {
  const surplus = new Map([...wanted].map(([zone, count]) => [zone, -count]));
  for (const zone of zones.values()) surplus.set(zone, (surplus.get(zone) ?? 0) + 1);
  for (const [endpoint, zone] of zones) {
    const most = [...surplus].reduce((a, b) => (b[1] > a[1] ? b : a));
    const least = [...surplus].reduce((a, b) => (b[1] < a[1] ? b : a));
    const [over, lack] = [most[1], -least[1]];
    if ((over < 1 && lack < 1) || over < 0.5 || lack < 0.5) return;
    if ((surplus.get(zone) ?? 0) < 0.5) continue;
    zones.set(endpoint, least[0]);
    surplus.set(zone, (surplus.get(zone) ?? 0) - 1);
    surplus.set(least[0], least[1] + 1);
  }
}
