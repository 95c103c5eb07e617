// What a turn of the autoscaler carries along.

import type { Informer } from '../../client/informer.ts';
import type {
  V1Pod,
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerCondition,
} from '../../schema/generated/types.ts';
import type { TimeMs } from '../../time/units.ts';
import type { ControllerHost } from '../controller.ts';
import type { Discovery } from '../shared/discovery.ts';
import type { ScalingMemory } from './limits.ts';

export interface Turn {
  readonly host: ControllerHost;
  readonly kinds: Discovery;
  readonly pods: Informer<V1Pod>;
  readonly memory: ScalingMemory;
  readonly autoscaler: V2HorizontalPodAutoscaler;
  readonly now: TimeMs;
  conditions: readonly V2HorizontalPodAutoscalerCondition[];
}

export function note({ host, autoscaler }: Turn, type: 'Normal' | 'Warning', reason: string, message: string): void {
  host.events.note({ about: autoscaler, type, reason, message, causes: host.client.caller.origin.causes });
}
