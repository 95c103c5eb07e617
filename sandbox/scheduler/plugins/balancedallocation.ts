// NodeResourcesBalancedAllocation: prefers nodes on which the pod makes the use of cpu and memory more even.

import type { NodeInfo } from '../nodeinfo.ts';
import { MAX_SCORE, type Plugin } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';
import { amountOf, isScalar } from '../resources.ts';

const HALF = MAX_SCORE / 2;

export function balancedAllocation(resources: readonly string[] = ['cpu', 'memory']): Plugin {
  return {
    name: 'NodeResourcesBalancedAllocation',
    scorer(pod) {
      if (resources.every((name) => amountOf(pod.taken, name) === 0)) return undefined;
      return {
        score: (node) => {
          const better = evenness(resources, pod, node, true) - evenness(resources, pod, node, false);
          return HALF + Math.trunc((HALF + better) / 2);
        },
      };
    },
    interests: [],
  };
}

/** 100 when all resources are used to the same part, 50 when one is used up and another isn't used at all. */
function evenness(resources: readonly string[], pod: PodInfo, { allocatable, requested }: NodeInfo, withPod: boolean) {
  const parts: number[] = [];
  for (const name of resources) {
    const wanted = amountOf(pod.taken, name);
    if (wanted === 0 && isScalar(name)) continue;
    const capacity = amountOf(allocatable, name);
    if (capacity === 0) continue;
    parts.push(Math.min(1, (amountOf(requested, name) + (withPod ? wanted : 0)) / capacity));
  }
  return Math.trunc((1 - deviation(parts)) * MAX_SCORE);
}

function deviation(parts: readonly number[]): number {
  const [first = 0, second = 0] = parts;
  if (parts.length < 2) return 0;
  if (parts.length === 2) return Math.abs((first - second) / 2);
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return Math.sqrt(parts.reduce((sum, part) => sum + (part - mean) * (part - mean), 0) / parts.length);
}
