// What was asked for beside what there is: `spec` against `status`, for the kinds whose status answers their spec. A table of
// pairs; everything else follows from it.

import { isArray, isObject, type JsonValue, own } from '../../sandbox/kube/json.ts';
import type { Glyphs } from './glyphs.ts';
import { cut, fill, type Row, row, STYLES, span, textWidth } from './text.ts';

/** A wish and the answer to it, as texts. */
export interface Pair {
  readonly what: string;
  readonly wish: string;
  readonly is: string;
  readonly same: boolean;
}

type Field = readonly [path: string, otherwise?: string];

interface PairOfFields {
  readonly what: string;
  readonly wish: Field;
  readonly is: Field;
}

const replicas = (what: string, field: string): PairOfFields => ({
  what,
  wish: ['spec.replicas', '1'],
  is: [`status.${field}`, '0'],
});

const scheduled = (what: string, field: string): PairOfFields => ({
  what,
  wish: ['status.desiredNumberScheduled', '0'],
  is: [`status.${field}`, '0'],
});

const GENERATION: PairOfFields = {
  what: 'generation',
  wish: ['metadata.generation', '-'],
  is: ['status.observedGeneration', '-'],
};

const REPLICAS = [replicas('replicas', 'replicas'), replicas('ready', 'readyReplicas')];
const AVAILABLE = replicas('available', 'availableReplicas');
const UPDATED = replicas('updated', 'updatedReplicas');

const PAIRS: Readonly<Record<string, readonly PairOfFields[]>> = {
  Deployment: [...REPLICAS, UPDATED, AVAILABLE, GENERATION],
  ReplicaSet: [...REPLICAS, AVAILABLE, GENERATION],
  ReplicationController: [...REPLICAS, AVAILABLE, GENERATION],
  StatefulSet: [...REPLICAS, UPDATED, AVAILABLE, GENERATION],
  DaemonSet: [
    scheduled('scheduled', 'currentNumberScheduled'),
    scheduled('ready', 'numberReady'),
    scheduled('updated', 'updatedNumberScheduled'),
    scheduled('available', 'numberAvailable'),
    GENERATION,
  ],
  Job: [{ what: 'completions', wish: ['spec.completions', '1'], is: ['status.succeeded', '0'] }],
  HorizontalPodAutoscaler: [
    { what: 'replicas', wish: ['status.desiredReplicas', '-'], is: ['status.currentReplicas', '-'] },
  ],
  PodDisruptionBudget: [{ what: 'healthy', wish: ['status.desiredHealthy', '-'], is: ['status.currentHealthy', '-'] }],
  PersistentVolumeClaim: [
    { what: 'storage', wish: ['spec.resources.requests.storage', '-'], is: ['status.capacity.storage', '-'] },
    { what: 'phase', wish: ['', 'Bound'], is: ['status.phase', '-'] },
  ],
  Namespace: [{ what: 'phase', wish: ['', 'Active'], is: ['status.phase', '-'] }],
};

/** Conditions that are to be False; all others are to be True. */
const UNWISHED = new Set([
  'DisruptionTarget',
  'DiskPressure',
  'Failed',
  'FailureTarget',
  'MemoryPressure',
  'NetworkUnavailable',
  'PIDPressure',
  'ReplicaFailure',
  'ScalingLimited',
  'Suspended',
]);

/** Every pair of an object; none where nothing answers. */
export function pairsOf(kind: string, object: object): readonly Pair[] {
  const fields = (own(PAIRS, kind) ?? []).map(({ what, wish, is }) =>
    pair(what, valueAt(object, wish), valueAt(object, is)),
  );
  return [...fields, ...(kind === 'Pod' ? containerPairs(object) : []), ...conditionPairs(object)];
}

function pair(what: string, wish: string, is: string, same = wish === is): Pair {
  return { what, wish, is, same };
}

function at(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, key) => (isObject(part) ? own(part, key) : undefined), object);
}

function valueAt(object: object, [path, otherwise = '']: Field): string {
  const value = at(object, path);
  return value === undefined || value === null || isObject(value) || isArray(value) ? otherwise : String(value);
}

function listAt(object: unknown, path: string): readonly JsonValue[] {
  const value = at(object, path);
  return isArray(value) ? value : [];
}

/** A container is to run the image that was asked for; one that has done its work has done what was wished. */
function containerPairs(pod: object): readonly Pair[] {
  const statuses = listAt(pod, 'status.containerStatuses');
  return listAt(pod, 'spec.containers').flatMap((container) => {
    const name = String(at(container, 'name'));
    const status = statuses.find((each) => at(each, 'name') === name);
    const image = String(at(container, 'image'));
    const runs = String(at(status, 'image') ?? '-');
    const state = stateOf(status);
    const done = at(status, 'state.terminated.exitCode') === 0;
    return [
      pair(`${name} image`, image, runs, runs.endsWith(image)),
      pair(`${name} state`, done ? 'Completed' : 'ready', state),
    ];
  });
}

function stateOf(status: unknown): string {
  const reason = at(status, 'state.waiting.reason') ?? at(status, 'state.terminated.reason');
  if (reason !== undefined) return String(reason);
  if (at(status, 'state.running') === undefined) return '-';
  return at(status, 'ready') === true ? 'ready' : 'running, not ready';
}

function conditionPairs(object: object): readonly Pair[] {
  return listAt(object, 'status.conditions').map((condition) => {
    const type = String(at(condition, 'type'));
    const status = String(at(condition, 'status'));
    const wish = UNWISHED.has(type) ? 'False' : 'True';
    const reason = status === wish ? '' : ` ${String(at(condition, 'reason') ?? '')}`;
    return pair(type, wish, `${status}${reason}`, status === wish);
  });
}

/** The object in a row, and below it what differs; `all` shows every pair. */
export function wishRows(
  title: string,
  pairs: readonly Pair[],
  { columns, glyphs, all }: { readonly columns: number; readonly glyphs: Glyphs; readonly all: boolean },
): Row[] {
  const differ = pairs.filter(({ same }) => !same);
  const sign = differ.length === 0 ? span(glyphs.ready, STYLES.good) : span(glyphs.bad, STYLES.bad);
  const shown = all ? pairs : differ;
  const width = (part: 'what' | 'wish'): number =>
    Math.min(34, Math.max(0, ...shown.map((each) => textWidth(each[part])))) + 2;
  const [what, wish] = [width('what'), width('wish')];
  return [
    row(' ', sign, ' ', span(title, STYLES.strong)),
    ...shown.map((each) =>
      row(
        '     ',
        ...fill([span(each.what, STYLES.dim)], what, glyphs.more),
        ...fill([span(each.wish)], wish, glyphs.more),
        each.same ? span(each.is) : span(`${glyphs.bad} ${each.is}`, STYLES.bad),
      ),
    ),
  ].map((each) => cut(each, columns, glyphs.more));
}
