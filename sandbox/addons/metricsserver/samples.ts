// What was measured: of each container and each node the last sample and the one before. Usage is what lies between them.

import type { NodeUsage, PodUsage, Usage, UsageSource } from '../../kube/usage.ts';
import { between, type DurationMs, seconds, type TimeMs } from '../../time/units.ts';

/** A moment of a node or a container. */
export interface Point {
  readonly startedAt: TimeMs;
  readonly at: TimeMs;
  /** CPU time since the start, in nanoseconds. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** All that one round of asking brought. */
export interface Batch {
  readonly nodes: ReadonlyMap<string, Point>;
  /** `namespace/name` → container → point. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Point>>;
}

/** Plain data. */
export interface MetricsState {
  last: Batch;
  previous: Batch;
}

/** How often kubelets are asked. */
export const RESOLUTION: DurationMs = seconds(15);
/** A container that has run so long has figures at once: what it used since its start. */
const FRESH_MIN: DurationMs = seconds(10);

const NOTHING: Batch = { nodes: new Map(), pods: new Map() };

export function newMetricsState(): MetricsState {
  return { last: NOTHING, previous: NOTHING };
}

/** Takes in a round. Who wasn't in it is forgotten. */
export function remember(state: MetricsState, batch: Batch): void {
  const { last } = state;
  const pods = [...batch.pods].map(([key, containers]) => [key, earlier(containers, last.pods.get(key))] as const);
  const nodes = [...batch.nodes].flatMap(([name, point]) => {
    const before = last.nodes.get(name);
    return before === undefined || before.at >= point.at ? [] : [[name, before] as const];
  });
  state.previous = { nodes: new Map(nodes), pods: new Map(pods) };
  state.last = batch;
}

/** Whether there are figures of anything. */
export function isReady({ previous }: MetricsState): boolean {
  return previous.nodes.size > 0;
}

function earlier(containers: ReadonlyMap<string, Point>, last: ReadonlyMap<string, Point> | undefined) {
  const found = [...containers].flatMap(([name, point]) => {
    const before = pointBefore(point, last?.get(name));
    return before === undefined ? [] : [[name, before] as const];
  });
  return new Map(found);
}

/** The start of a young container counts as a sample; a container that was started again has nothing from before. */
function pointBefore(point: Point, last: Point | undefined): Point | undefined {
  const age = point.at - point.startedAt;
  if (age >= FRESH_MIN && age < RESOLUTION) return { ...point, at: point.startedAt, cpu: 0 };
  return last !== undefined && point.startedAt < last.at && last.at < point.at ? last : undefined;
}

/** The figures of a state, read when they are asked for. */
export function usageFrom(state: MetricsState): UsageSource {
  return {
    node(name) {
      const [last, before] = [state.last.nodes.get(name), state.previous.nodes.get(name)];
      return last === undefined || before === undefined ? undefined : nodeUsage(last, before);
    },
    pod(namespace, name) {
      const key = `${namespace}/${name}`;
      const [last, before] = [state.last.pods.get(key), state.previous.pods.get(key)];
      return last === undefined || before === undefined ? undefined : podUsage(last, before);
    },
  };
}

function nodeUsage(last: Point, before: Point): NodeUsage {
  return { at: last.at, window: between(before.at, last.at), usage: usageBetween(before, last) };
}

/** Nothing as long as one of its containers has no figures; its time is that of the container measured first. */
function podUsage(last: ReadonlyMap<string, Point>, before: ReadonlyMap<string, Point>): PodUsage | undefined {
  const containers: { readonly name: string; readonly usage: Usage }[] = [];
  let time: { readonly at: TimeMs; readonly window: DurationMs } | undefined;
  // In one order, whichever the pod has.
  for (const [name, point] of [...last].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const earlierPoint = before.get(name);
    if (earlierPoint === undefined) return undefined;
    containers.push({ name, usage: usageBetween(earlierPoint, point) });
    const { at } = point;
    if (time === undefined || at < time.at) time = { at, window: between(earlierPoint.at, at) };
  }
  return time === undefined ? undefined : { ...time, containers };
}

const NANOS_PER_MS = 1_000_000;
/** Memory is used by the page. */
const PAGE = 4096;

function usageBetween(before: Point, { at, cpu, memory }: Point): Usage {
  const nanos = Math.max(0, cpu - before.cpu);
  return {
    cpu: Math.round((nanos / ((at - before.at) * NANOS_PER_MS)) * 1e9),
    memory: Math.ceil(memory / PAGE) * PAGE,
  };
}
