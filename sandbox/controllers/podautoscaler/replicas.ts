// How many replicas a metric asks for. Pods without figures, and those that have just begun, are taken into account with
// care: they may damp a change, never turn it around. Pure.

import { own } from '../../kube/json.ts';
import { milliValue, parseQuantity } from '../../kube/quantity.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';

/** What one pod uses, in thousandths, and when that was measured. */
export interface Sample {
  readonly value: number;
  readonly at: TimeMs;
  readonly windowMs: number;
}

/** By the name of the pod. */
export type Samples = ReadonlyMap<string, Sample>;

export interface Tolerance {
  readonly up: number;
  readonly down: number;
}

const CPU_INITIALIZATION_MS = 300_000;
const INITIAL_READINESS_MS = 30_000;
const INT32_MAX = 2_147_483_647;

export interface Proposal {
  readonly replicas: number;
  /** Percent of what is requested; undefined where an amount was aimed at. */
  readonly utilization: number | undefined;
  /** Of one pod on the average, in thousandths. */
  readonly average: number;
}

/** `percent` of the requests, or `amount` in thousandths. */
export type Aim = { readonly percent: number } | { readonly amount: number };

/** What is known of the pods. */
export interface Measured {
  readonly pods: readonly V1Pod[];
  readonly samples: Samples;
  /** `cpu`, `memory`; empty for a metric that is no resource. */
  readonly resource: string;
  /** Where one container of each pod counts alone. */
  readonly container: string | undefined;
  readonly now: TimeMs;
}

/** Throws an Error that says what is missing. */
export function proposeReplicas(current: number, measured: Measured, aim: Aim, tolerance: Tolerance): Proposal {
  const { pods, samples, resource, container } = measured;
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count');
  const { ready, unready, missing, ignored } = groupPods(measured);
  const figures = new Map(
    [...samples].filter(([name]) => !unready.has(name) && !ignored.has(name)).map(([name, { value }]) => [name, value]),
  );
  const requests = 'percent' in aim ? requestsOf(pods, resource, container) : new Map<string, number>();
  if (figures.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)');
  const first = usageOf(figures, requests, aim);
  const shown = { utilization: first.utilization, average: first.average };
  const surges = unready.size > 0 && first.ratio > 1;
  if (!surges && missing.size === 0) {
    const same = isWithin(first.ratio, tolerance);
    return { ...shown, replicas: same ? current : Math.ceil(round(first.ratio * ready)) };
  }
  for (const name of missing) figures.set(name, fillIn(name, first.ratio, requests, aim));
  if (surges) for (const name of unready) figures.set(name, 0);
  const { ratio } = usageOf(figures, requests, aim);
  const turned = (first.ratio < 1 && ratio > 1) || (first.ratio > 1 && ratio < 1);
  if (isWithin(ratio, tolerance) || turned) return { ...shown, replicas: current };
  const replicas = Math.ceil(round(ratio * figures.size));
  const contradicts = (ratio < 1 && replicas > current) || (ratio > 1 && replicas < current);
  return { ...shown, replicas: contradicts ? current : replicas };
}

/** As many as it takes to bring a figure of all pods to what it shall be; each ready pod is taken to bear its share. */
export function proposeByRatio(current: number, ratio: number, ready: () => number, tolerance: Tolerance): number {
  if (current === 0) return Math.ceil(round(ratio));
  return isWithin(ratio, tolerance) ? current : Math.min(INT32_MAX, Math.ceil(round(ratio * ready())));
}

/** A figure that the pods share: how many of them, and what is each one's part now. In thousandths. */
export interface Proposed {
  readonly replicas: number;
  readonly value: number;
}

export function proposePerPod(current: number, value: number, each: number, tolerance: Tolerance): Proposed {
  const same = isWithin(value / (each * current), tolerance);
  const replicas = same ? current : Math.min(INT32_MAX, Math.ceil(round(value / each)));
  return { replicas, value: Math.ceil(round(value / current)) };
}

/** Binary fractions must not make one replica more. */
function round(value: number): number {
  return Number(value.toFixed(9));
}

/** A pod of which nothing is known is taken to use nothing when more is needed, all of it when less is. */
function fillIn(name: string, ratio: number, requests: ReadonlyMap<string, number>, aim: Aim): number {
  if (ratio >= 1) return 0;
  return 'percent' in aim ? ((requests.get(name) ?? 0) * Math.max(100, aim.percent)) / 100 : aim.amount;
}

function usageOf(figures: ReadonlyMap<string, number>, requests: ReadonlyMap<string, number>, aim: Aim) {
  let used = 0;
  let requested = 0;
  for (const [name, value] of figures) {
    const request = requests.get(name);
    if ('percent' in aim && request === undefined) continue;
    used += value;
    requested += request ?? 0;
  }
  const average = Math.trunc(used / figures.size);
  if (!('percent' in aim)) return { ratio: average / aim.amount, utilization: undefined, average };
  if (requested === 0) throw new Error('no metrics returned matched known pods');
  const utilization = Math.trunc((used * 100) / requested);
  return { ratio: utilization / aim.percent, utilization, average };
}

function isWithin(ratio: number, { up, down }: Tolerance): boolean {
  return ratio >= 1 - down && ratio <= 1 + up;
}

function groupPods({ pods, samples, resource, now }: Measured) {
  const [unready, missing, ignored] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let ready = 0;
  for (const pod of pods) {
    const { name = '', deletionTimestamp } = pod.metadata ?? {};
    const sample = samples.get(name);
    if (deletionTimestamp !== undefined || pod.status?.phase === 'Failed') ignored.add(name);
    else if (pod.status?.phase === 'Pending') unready.add(name);
    else if (sample === undefined) missing.add(name);
    else if (resource === 'cpu' && isStarting(pod, sample, now)) unready.add(name);
    else ready++;
  }
  return { ready, unready, missing, ignored };
}

/** What a pod uses while it starts says nothing of what it will need. */
function isStarting({ status }: V1Pod, { at, windowMs }: Sample, now: TimeMs): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const start = parseTime(status?.startTime ?? undefined);
  const since = parseTime(ready?.lastTransitionTime ?? undefined);
  if (ready === undefined || start === undefined || since === undefined) return true;
  if (start + CPU_INITIALIZATION_MS > now) return ready.status === 'False' || at < since + windowMs;
  return ready.status === 'False' && start + INITIAL_READINESS_MS > since;
}

function requestsOf(pods: readonly V1Pod[], resource: string, only: string | undefined): ReadonlyMap<string, number> {
  const result = new Map<string, number>();
  for (const { metadata, spec } of pods) {
    let sum = 0;
    const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
    for (const { name, resources } of [...(spec?.containers ?? []), ...sidecars]) {
      if (only !== undefined && name !== only) continue;
      const request = own(resources?.requests, resource);
      if (request === undefined)
        throw new Error(`missing request for ${resource} in container ${name} of Pod ${metadata?.name ?? ''}`);
      sum += milliValue(parseQuantity(String(request)));
    }
    result.set(metadata?.name ?? '', sum);
  }
  return result;
}
