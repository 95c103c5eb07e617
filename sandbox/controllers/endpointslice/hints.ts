// Hints in endpoints that keep traffic near: in the zone or on the node of the one who asks. Pure.

import { sameJson } from '../../kube/json.ts';
import type { V1Endpoint, V1EndpointHints, V1EndpointSlice, V1Service } from '../../schema/generated/types.ts';
import type { SlicePlan } from './plan.ts';
import { asksForZones, planZones } from './topology.ts';

const NEAR: ReadonlySet<string> = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode']);

/** What a plan with hints comes to; `problem`: why a service that asks for zones of its own has none. */
export interface HintedPlan extends SlicePlan {
  readonly problem?: string;
}

/** The plan with hints as the service asks for them; slices whose hints are wrong are changed too. */
export function withHints(
  service: V1Service,
  existing: readonly V1EndpointSlice[],
  plan: SlicePlan,
  shares: () => ReadonlyMap<string, number> | undefined,
): HintedPlan {
  const touched = new Set([...plan.update, ...plan.delete].map(({ metadata }) => metadata?.name));
  const kept = existing.filter(({ metadata }) => !touched.has(metadata?.name));
  const { hint, problem } = hinter(service, [...kept, ...plan.update, ...plan.create], shares);
  const wrong = kept.filter(({ endpoints }) => (endpoints ?? []).some((one) => hint(one) !== one));
  const all = (slice: V1EndpointSlice): V1EndpointSlice => ({ ...slice, endpoints: (slice.endpoints ?? []).map(hint) });
  const hinting = { create: plan.create.map(all), update: [...plan.update, ...wrong].map(all), delete: plan.delete };
  return problem === undefined ? hinting : { ...hinting, problem };
}

interface Hinter {
  readonly hint: (endpoint: V1Endpoint) => V1Endpoint;
  readonly problem?: string;
}

function hinter(
  service: V1Service,
  slices: readonly V1EndpointSlice[],
  shares: () => ReadonlyMap<string, number> | undefined,
): Hinter {
  const { trafficDistribution = '' } = service.spec ?? {};
  if (!asksForZones(service))
    return { hint: (one) => hinted(one, NEAR.has(trafficDistribution) ? trafficDistribution : '') };
  const { zones, problem } = planZones(
    slices.flatMap(({ endpoints }) => endpoints ?? []),
    shares(),
  );
  if (problem !== undefined) return { hint: (one) => hinted(one, ''), problem };
  return { hint: (one) => withZone(one, zones.get(one)) };
}

function withZone(endpoint: V1Endpoint, zone: string | undefined): V1Endpoint {
  const hints = zone === undefined ? undefined : { forZones: [{ name: zone }] };
  return sameJson(hints, endpoint.hints) ? endpoint : withOnly(endpoint, hints);
}

/** The same object when its hints are right. What isn't ready keeps the ones that it has. */
function hinted(endpoint: V1Endpoint, distribution: string): V1Endpoint {
  if (distribution !== '' && endpoint.conditions?.ready !== true) return endpoint;
  const hints = hintsFor(endpoint, distribution);
  return sameJson(hints, endpoint.hints) ? endpoint : withOnly(endpoint, hints);
}

function withOnly({ hints: _, ...rest }: V1Endpoint, hints: V1EndpointHints | undefined): V1Endpoint {
  return hints === undefined ? rest : { ...rest, hints };
}

function hintsFor({ zone, nodeName }: V1Endpoint, distribution: string): V1EndpointHints | undefined {
  if (distribution === '') return undefined;
  const forNodes = distribution === 'PreferSameNode' && nodeName !== undefined ? [{ name: nodeName }] : undefined;
  const forZones = zone === undefined ? undefined : [{ name: zone }];
  if (forNodes === undefined && forZones === undefined) return undefined;
  return { ...(forZones === undefined ? {} : { forZones }), ...(forNodes === undefined ? {} : { forNodes }) };
}
