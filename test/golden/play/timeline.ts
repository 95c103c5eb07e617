// Plays a case of timelines/: commands at their times, and everything that is seen meanwhile.

import { at, isArray, type JsonObject, type JsonValue, listAt, numberAt, objectAt, omit, textAt } from '../json.ts';
import type { ApiStream, Chunk, World } from '../world.ts';
import { decodeText, read, requestOf, send } from './calls.ts';
import { collectionPath } from './controllers-show.ts';
import { waitFor } from './until.ts';

export interface Observation {
  readonly t_ms: number;
  readonly kind: string;
  readonly value: JsonObject;
}

const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';

/** All observations of a case, in the order of their times. */
export async function playTimeline(world: World, recorded: JsonObject): Promise<readonly Observation[]> {
  const namespace = textAt(recorded, 'namespace') ?? 'default';
  await prepare(world, namespace);
  const kinds = new Set(listAt(recorded, 'observations').map((one) => textAt(one, 'kind') ?? ''));
  const watches = await openWatches(world, namespace, [
    'pod-status',
    'event',
    ...[...kinds].filter((kind) => kind.startsWith('row:')),
  ]);
  const start = world.now();
  const actions: Observation[] = [];
  for (const action of listAt(recorded, 'observations').filter((one) => textAt(one, 'kind') === 'action')) {
    actions.push(await act(world, start, action, watches));
  }
  await reach(world, start + (numberAt(recorded, 'seconds') ?? 0) * 1000, watches);
  for (const { stream } of watches) await stream.close();
  const seen = watches.flatMap((watch) => watch.seen.map((one) => observation(watch, one, start)));
  return [...actions, ...seen].sort((a, b) => a.t_ms - b.t_ms);
}

async function prepare(world: World, namespace: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await send(world, { method: 'POST', path: '/api/v1/namespaces', body });
  await waitFor(
    world,
    30_000,
    async () => (await read(world, `/api/v1/namespaces/${namespace}/serviceaccounts/default`)) !== undefined,
  );
  await world.run(`kubectl config set-context --current --namespace=${namespace}`);
}

interface Watch {
  readonly kind: string;
  readonly stream: ApiStream;
  readonly seen: { readonly at: number; readonly event: JsonValue }[];
  rest: string;
}

async function openWatches(world: World, namespace: string, kinds: readonly string[]): Promise<readonly Watch[]> {
  const watches: Watch[] = [];
  for (const kind of kinds) {
    const resource = kind === 'pod-status' ? 'pods' : kind === 'event' ? 'events' : kind.slice('row:'.length);
    const table = kind !== 'event' && kind !== 'row:endpointslices';
    const query = table ? '?watch=1&includeObject=Object' : '?watch=1';
    const headers = { Accept: table ? TABLE : 'application/json' };
    const path = `${collectionPath(resource, namespace)}${query}`;
    watches.push({ kind, stream: await world.open(requestOf({ method: 'GET', path, headers })), seen: [], rest: '' });
  }
  return watches;
}

const LOOK_MS = 50;

/** Moves the clock on to a point in time, and takes up what comes meanwhile. */
async function reach(world: World, until: number, watches: readonly Watch[]): Promise<void> {
  while (world.now() < until) {
    await world.advance(Math.min(LOOK_MS, until - world.now()));
    for (const watch of watches) for (const chunk of watch.stream.take()) note(watch, chunk);
  }
}

function note(watch: Watch, { at: time, bytes }: Chunk): void {
  const lines = (watch.rest + Buffer.from(bytes).toString()).split('\n');
  watch.rest = lines.pop() ?? '';
  for (const line of lines) if (line !== '') watch.seen.push({ at: time, event: decodeText(line) });
}

/** `t_ms` is when a command ended, for those that say how long they took: when it began. */
async function act(world: World, start: number, action: JsonValue, watches: readonly Watch[]): Promise<Observation> {
  const timed = at(action, 'value', 'took_ms') !== undefined;
  if (timed) await reach(world, start + (numberAt(action, 't_ms') ?? 0), watches);
  const begun = world.now();
  const { stdout, stderr, exit } = await world.run(textAt(action, 'value', 'run') ?? 'true');
  await reach(world, begun + 50, watches);
  const took = world.now() - begun;
  const value = {
    run: textAt(action, 'value', 'run') ?? '',
    stdout,
    stderr,
    exit,
    ...(timed ? { took_ms: took } : {}),
  };
  return { t_ms: (timed ? begun : world.now()) - start, kind: 'action', value };
}

function observation(
  { kind }: Watch,
  { at: time, event }: { at: number; event: JsonValue },
  start: number,
): Observation {
  const watch = textAt(event, 'type') ?? '';
  const object = at(event, 'object') ?? null;
  return { t_ms: time - start, kind, value: { watch, ...describe(kind, object, start) } };
}

function describe(kind: string, object: JsonValue, start: number): JsonObject {
  if (kind === 'event') return eventSeen(object);
  if (kind === 'row:endpointslices') return sliceSeen(object);
  const row = listAt(object, 'rows')[0] ?? null;
  const cells = listAt(row, 'cells');
  if (kind === 'pod-status') return podSeen(cells.slice(0, 5), objectAt(row, 'object'), start);
  return { row: cells, status: at(row, 'object', 'status') ?? {} };
}

function eventSeen(event: JsonValue): JsonObject {
  const fieldPath = textAt(event, 'involvedObject', 'fieldPath');
  const count = numberAt(event, 'count') ?? 0;
  return {
    type: textAt(event, 'type') ?? '',
    reason: textAt(event, 'reason') ?? '',
    object: `${(textAt(event, 'involvedObject', 'kind') ?? '').toLowerCase()}/${textAt(event, 'involvedObject', 'name')}`,
    from: textAt(event, 'source', 'component') ?? textAt(event, 'reportingComponent') ?? '',
    count: count === 0 ? null : count,
    message: textAt(event, 'message') ?? '',
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}

function sliceSeen(slice: JsonValue): JsonObject {
  return {
    name: textAt(slice, 'metadata', 'name') ?? '',
    endpoints: listAt(slice, 'endpoints').map((endpoint) => ({
      addresses: listAt(endpoint, 'addresses'),
      conditions: objectAt(endpoint, 'conditions'),
      target: textAt(endpoint, 'targetRef', 'name') ?? null,
    })),
  };
}

function podSeen(row: readonly JsonValue[], pod: JsonObject, start: number): JsonObject {
  const status = objectAt(pod, 'status');
  const { reason, message } = status;
  const grace = numberAt(pod, 'metadata', 'deletionGracePeriodSeconds');
  const deleting = textAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
  return {
    name: textAt(pod, 'metadata', 'name') ?? '',
    row,
    phase: status['phase'] ?? '',
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    qosClass: status['qosClass'] ?? '',
    ...(deleting ? { deleting: { graceSeconds: grace ?? null } } : {}),
    node: textAt(pod, 'spec', 'nodeName') !== undefined,
    podIP: textAt(status, 'podIP') !== undefined,
    conditions: listAt(status, 'conditions').map((one) => conditionSeen(objectAt(one))),
    ...containersSeen('containerStatuses', status, start),
    ...containersSeen('initContainerStatuses', status, start),
  };
}

function conditionSeen({ type, status, reason, message }: JsonObject): JsonObject {
  return {
    type: type ?? '',
    status: status ?? '',
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

function containersSeen(key: string, status: JsonObject, start: number): JsonObject {
  const statuses = status[key];
  if (!isArray(statuses)) return {};
  return {
    [key]: statuses.map((one) => {
      const { name, ready, started, restartCount, state, lastState } = objectAt(one);
      return {
        name: name ?? '',
        ready: ready ?? false,
        ...(started === undefined ? {} : { started }),
        restartCount: restartCount ?? 0,
        state: stateSeen(objectAt(state), start),
        lastState: stateSeen(objectAt(lastState), start),
      };
    }),
  };
}

function stateSeen(state: JsonObject, start: number): JsonObject {
  return Object.fromEntries(
    Object.entries(state).map(([key, inner]) => {
      const shown = Object.entries(omit(objectAt(inner), 'containerID')).map(([name, value]) => [
        name,
        /At$/.test(name) && typeof value === 'string' ? sinceStart(value, start) : value,
      ]);
      return [key, Object.fromEntries(shown)];
    }),
  );
}

/** `t+12` */
function sinceStart(time: string, start: number): string {
  const seconds = Math.round((Date.parse(time) - start) / 1000);
  return `t${seconds < 0 ? '' : '+'}${seconds}`;
}
