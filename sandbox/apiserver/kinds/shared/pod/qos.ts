// Quality of service: how a pod fares when its node runs short, which follows from what it requests and is limited to.

import { own } from '../../../../kube/json.ts';
import { parseQuantity, signOfQuantity } from '../../../../kube/quantity.ts';
import type { V1PodSpec, V1ResourceRequirements } from '../../../../schema/generated/types.ts';
import { compareAmounts, type ResourceList } from '../resources.ts';

export type QualityOfService = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'];

export function qualityOfService(spec: V1PodSpec): QualityOfService {
  const whole = spec.resources;
  const parts: readonly V1ResourceRequirements[] =
    whole !== undefined
      ? [whole]
      : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
  const asksFor = (part: V1ResourceRequirements) => [...positive(part.requests), ...positive(part.limits)].length > 0;
  if (!parts.some(asksFor)) return 'BestEffort';
  return guaranteed(parts) ? 'Guaranteed' : 'Burstable';
}

function positive(list: ResourceList | undefined): readonly string[] {
  return COUNTED.filter((name) => signOfQuantity(parseQuantity(own(list, name) ?? '0')) > 0);
}

/** Every part is limited in both, and what all request is what all are limited to. */
function guaranteed(parts: readonly V1ResourceRequirements[]): boolean {
  return parts.every(({ requests, limits }) => {
    if (positive(limits).length < COUNTED.length) return false;
    return COUNTED.every((name) => {
      const request = own(requests, name);
      return request !== undefined && compareAmounts(request, own(limits, name) ?? '0') === 0;
    });
  });
}
