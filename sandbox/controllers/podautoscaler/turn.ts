// What a turn of the autoscaler carries along.

import type { Informer, Key } from '../../client/informer.ts';
import { approximateValue, parseQuantity } from '../../kube/quantity.ts';
import type {
  V1APIService,
  V1Pod,
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerCondition,
  V2MetricStatus,
} from '../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import type { ControllerHost } from '../controller.ts';
import type { Discovery } from '../shared/discovery.ts';
import type { ScalingMemory } from './limits.ts';
import type { Tolerance } from './replicas.ts';

const TOLERANCE = 0.1;

export interface Turn {
  readonly host: ControllerHost;
  readonly kinds: Discovery;
  readonly pods: Informer<V1Pod>;
  /** Which APIs of metrics there are. */
  readonly services: Informer<V1APIService>;
  readonly memory: ScalingMemory;
  /** Which pods each autoscaler has looked at, by its key: selectors as text. */
  readonly selectors: Map<Key, string>;
  readonly autoscaler: V2HorizontalPodAutoscaler;
  readonly now: TimeMs;
  conditions: readonly V2HorizontalPodAutoscalerCondition[];
}

/** What is scaled: the replicas that are asked for, and those that are there. */
export interface Scaled {
  readonly replicas: number;
  readonly current: number;
}

/** What one metric asks for. */
export interface Answer {
  readonly replicas: number;
  readonly metric: string;
  readonly status: V2MetricStatus;
}

/** How far a figure may be off before anything is done. */
export function toleranceOf({ autoscaler }: Turn): Tolerance {
  const { scaleUp, scaleDown } = autoscaler.spec?.behavior ?? {};
  const of = (text: string | undefined): number =>
    text === undefined ? TOLERANCE : approximateValue(parseQuantity(text));
  return { up: of(scaleUp?.tolerance), down: of(scaleDown?.tolerance) };
}

export function note({ host, autoscaler }: Turn, type: 'Normal' | 'Warning', reason: string, message: string): void {
  host.events.note({ about: autoscaler, type, reason, message, causes: host.client.caller.origin.causes });
}

/** A condition keeps its time while its status stays. */
export function say(turn: Turn, type: string, status: 'True' | 'False', reason: string, message: string): void {
  const known = turn.conditions.find((one) => one.type === type);
  const lastTransitionTime =
    known?.status === status ? (known.lastTransitionTime ?? rfc3339(turn.now)) : rfc3339(turn.now);
  const next = { type, status, lastTransitionTime, reason, message };
  turn.conditions =
    known === undefined ? [...turn.conditions, next] : turn.conditions.map((one) => (one === known ? next : one));
}
