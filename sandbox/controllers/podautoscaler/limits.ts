// How fast an autoscaler follows what its metrics ask for: windows that look back on earlier recommendations, and rates.
// Pure but for the memory that it is given.

import type {
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerBehavior,
  V2HPAScalingRules,
} from '../../schema/generated/types.ts';
import type { TimeMs } from '../../time/units.ts';

/** What an autoscaler remembers. Plain data. */
export interface ScalingMemory {
  recommendations: { readonly replicas: number; readonly at: TimeMs }[];
  /** Changes that were made; negative ones downwards. */
  changes: { readonly by: number; readonly at: TimeMs }[];
}

export function newScalingMemory(): ScalingMemory {
  return { recommendations: [], changes: [] };
}

interface Said {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

export interface Limited {
  readonly replicas: number;
  readonly able: Said;
  readonly limited: Said;
}

const DOWN_WINDOW = 300;
const WINDOW_MAX_MS = 3_600_000;
const READY: Said = { status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const WITHIN: Said = {
  status: 'False',
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
};
const LIMITS: { readonly [reason: string]: string } = {
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
};

export function limitReplicas(
  { spec }: V2HorizontalPodAutoscaler,
  memory: ScalingMemory,
  current: number,
  desired: number,
  now: TimeMs,
): Limited {
  const rules = spec?.behavior;
  const steady = stabilized(memory, windowsOf(rules), current, desired, now);
  const able =
    steady === desired ? READY : stabilizedSaid(rules === undefined ? 'down' : desired >= current ? 'up' : 'down');
  const bounds = {
    min: spec?.minReplicas ?? 1,
    max: spec?.maxReplicas ?? 1,
    up:
      rules === undefined
        ? Math.max(2 * current, 4)
        : Math.max(current, rateLimit(rules.scaleUp, memory, current, 'up', now)),
    down: rules === undefined ? 0 : Math.min(current, rateLimit(rules.scaleDown, memory, current, 'down', now)),
  };
  const { replicas, reason } = withinBounds(steady, current, bounds);
  const limited: Said = reason === undefined ? WITHIN : { status: 'True', reason, message: LIMITS[reason] ?? '' };
  return { replicas, able, limited };
}

function stabilizedSaid(direction: 'up' | 'down'): Said {
  return direction === 'up'
    ? {
        status: 'True',
        reason: 'ScaleUpStabilized',
        message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
      }
    : {
        status: 'True',
        reason: 'ScaleDownStabilized',
        message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
      };
}

/** For how many seconds recommendations count, in each direction. */
interface Windows {
  /** Without rules nothing holds scaling up back. */
  readonly up: number | undefined;
  readonly down: number;
}

function windowsOf(rules: V2HorizontalPodAutoscalerBehavior | undefined): Windows {
  const down = rules?.scaleDown?.stabilizationWindowSeconds ?? DOWN_WINDOW;
  return { up: rules === undefined ? undefined : (rules.scaleUp?.stabilizationWindowSeconds ?? 0), down };
}

/** Upwards the lowest, downwards the highest recommendation of the window counts. */
function stabilized(memory: ScalingMemory, windows: Windows, current: number, desired: number, now: TimeMs): number {
  let up = desired;
  let down = desired;
  for (const { replicas, at } of memory.recommendations) {
    if (windows.up !== undefined && at > now - windows.up * 1000) up = Math.min(up, replicas);
    if (at > now - windows.down * 1000) down = Math.max(down, replicas);
  }
  memory.recommendations = [
    ...memory.recommendations.filter(({ at }) => at > now - WINDOW_MAX_MS),
    { replicas: desired, at: now },
  ];
  return windows.up === undefined ? down : Math.min(Math.max(current, up), down);
}

function rateLimit(
  rules: V2HPAScalingRules | undefined,
  { changes }: ScalingMemory,
  current: number,
  direction: 'up' | 'down',
  now: TimeMs,
): number {
  const { selectPolicy = 'Max', policies = [] } = rules ?? {};
  if (selectPolicy === 'Disabled') return current;
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const recent = changes.filter(({ at }) => at > now - periodSeconds * 1000).reduce((sum, { by }) => sum + by, 0);
    const start = current - recent;
    if (type === 'Pods') return direction === 'up' ? start + value : start - value;
    return direction === 'up' ? Math.ceil(start * (1 + value / 100)) : Math.trunc(start * (1 - value / 100));
  });
  if (proposals.length === 0) return current;
  const widest = (direction === 'up') === (selectPolicy !== 'Min');
  return widest ? Math.max(...proposals) : Math.min(...proposals);
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly up: number;
  readonly down: number;
}

function withinBounds(desired: number, current: number, { min, max, up, down }: Bounds) {
  const most = desired > current ? Math.min(max, up) : max;
  const least = desired < current ? Math.max(min, down) : min;
  if (desired > most)
    return { replicas: most, reason: up < max && desired > current ? 'ScaleUpLimit' : 'TooManyReplicas' };
  if (desired < least)
    return { replicas: least, reason: down > min && desired < current ? 'ScaleDownLimit' : 'TooFewReplicas' };
  return { replicas: desired, reason: undefined };
}

/** What was done, for the rates. */
export function rememberChange(memory: ScalingMemory, by: number, now: TimeMs): void {
  memory.changes = [...memory.changes.filter(({ at }) => at > now - WINDOW_MAX_MS), { by, at: now }];
}
