// Hints in endpoints that keep traffic near: in the zone or on the node of the one who asks. Pure.

import { sameJson } from '../../kube/json.ts';
import type { V1Endpoint, V1EndpointHints, V1EndpointSlice, V1Service } from '../../schema/generated/types.ts';
import type { SlicePlan } from './plan.ts';

const NEAR: ReadonlySet<string> = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode']);

/** The plan with hints as the service asks for them; slices whose hints are wrong are changed too. */
export function withHints(service: V1Service, existing: readonly V1EndpointSlice[], plan: SlicePlan): SlicePlan {
  const { trafficDistribution = '' } = service.spec ?? {};
  const hint = (one: V1Endpoint): V1Endpoint => hinted(one, NEAR.has(trafficDistribution) ? trafficDistribution : '');
  const touched = new Set([...plan.update, ...plan.delete].map(({ metadata }) => metadata?.name));
  const wrong = existing.filter(
    ({ metadata, endpoints }) => !touched.has(metadata?.name) && (endpoints ?? []).some((one) => hint(one) !== one),
  );
  const all = (slice: V1EndpointSlice): V1EndpointSlice => ({ ...slice, endpoints: (slice.endpoints ?? []).map(hint) });
  return { create: plan.create.map(all), update: [...plan.update, ...wrong].map(all), delete: plan.delete };
}

/** The same object when its hints are right. What isn't ready keeps the ones that it has. */
function hinted(endpoint: V1Endpoint, distribution: string): V1Endpoint {
  if (distribution !== '' && endpoint.conditions?.ready !== true) return endpoint;
  const hints = hintsFor(endpoint, distribution);
  if (sameJson(hints, endpoint.hints)) return endpoint;
  const { hints: _, ...rest } = endpoint;
  return hints === undefined ? rest : { ...rest, hints };
}

function hintsFor({ zone, nodeName }: V1Endpoint, distribution: string): V1EndpointHints | undefined {
  if (distribution === '') return undefined;
  const forNodes = distribution === 'PreferSameNode' && nodeName !== undefined ? [{ name: nodeName }] : undefined;
  const forZones = zone === undefined ? undefined : [{ name: zone }];
  if (forNodes === undefined && forZones === undefined) return undefined;
  return { ...(forZones === undefined ? {} : { forZones }), ...(forNodes === undefined ? {} : { forNodes }) };
}
