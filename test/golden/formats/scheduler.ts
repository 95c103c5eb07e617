// scheduler/: nodes, pods, where they went or why not.

import { withKey } from '../../../sandbox/kube/json.ts';
import type { Answer, Format, Place, Recording, Verdict } from '../format.ts';
import {
  at,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  omit,
  printJson,
  textAt,
} from '../json.ts';
import { compareValues, firstDifference, newComparison, plainValue, valueUnits } from '../normalise.ts';
import { read, send } from '../play/calls.ts';
import { EPOCH, firstTime } from '../play/clock.ts';
import { listEvents } from '../play/events.ts';
import { type PlayedNodes, playNodes } from '../play/nodes.ts';
import { collectionOf, createObject, patchStatus } from '../play/objects.ts';
import { podState } from '../play/pods.ts';
import { waitFor } from '../play/until.ts';
import type { World, Worlds } from '../world.ts';
import { compareEvents } from './events.ts';

const NAMESPACE = 'default';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const OUTCOME = ['steps', 'repeats', 'result', 'existing_after', 'objects_after', 'pods_per_node'] as const;

export const scheduler: Format = {
  folder: 'scheduler',
  name: 'scheduler',
  races: true,
  recognises: ({ content }) =>
    ['objects', 'nodes', 'existing', 'pods', 'result'].every((key) => key in objectAt(content)),
  parts: () => [''],
  play,
  compare,
  compared: ({ content }) =>
    [...OUTCOME, 'events']
      .filter((key) => key in objectAt(content))
      .flatMap((key): readonly Place[] =>
        key === 'steps'
          ? listAt(content, 'steps').flatMap((step, i) =>
              ['then', 'status', 'message']
                .filter((part) => part in objectAt(step))
                .map((part) => ({ part: '', path: ['steps', i, part] })),
            )
          : [{ part: '', path: [key] }],
      ),
  plain,
};

/** Events have no order. */
function plain(_: Recording, { path }: Place, value: JsonValue): string {
  const events =
    path.at(-1) === 'events'
      ? listAt(value)
          .map((one) => printJson(plainValue(one)))
          .sort()
      : value;
  return printJson(plainValue(events, String(path.at(-1))));
}

async function play({ content }: Recording, worlds: Worlds): Promise<Answer> {
  const recorded = objectAt(content);
  const startTime = firstTime(printJson(content)) ?? EPOCH;
  const bare = await worlds.create({ extent: 'plane', startTime, addons: [], files: {} });
  try {
    const nodes = playNodes(bare);
    const game: Game = { world: nodes.world, nodes, recorded };
    await setUp(game);
    const steps = recorded['steps'] === undefined ? undefined : await playSteps(game);
    const repeats = recorded['repeats'] === undefined ? undefined : await playRepeats(game);
    const content = {
      ...recorded,
      ...(steps === undefined ? {} : { steps }),
      ...(repeats === undefined ? {} : { repeats }),
      ...(await outcome(game)),
    };
    return { content, notices: 0 };
  } finally {
    await bare.close();
  }
}

interface Game {
  readonly world: World;
  readonly nodes: PlayedNodes;
  readonly recorded: JsonObject;
}

async function setUp({ world, nodes, recorded }: Game): Promise<void> {
  await waitFor(
    world,
    30_000,
    async () => (await read(world, `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`)) !== undefined,
  );
  for (const object of listAt(recorded, 'objects')) {
    await createObject(world, objectAt(object), NAMESPACE);
    await world.advance(250);
    if (textAt(object, 'kind') === 'Namespace') await serviceAccount(world, textAt(object, 'metadata', 'name') ?? '');
  }
  for (const node of listAt(recorded, 'nodes')) await nodes.add(objectAt(node));
  for (const pod of listAt(recorded, 'existing')) await placeExisting(world, objectAt(pod));
  await world.advance(1500);
}

async function serviceAccount(world: World, namespace: string): Promise<void> {
  await waitFor(
    world,
    15_000,
    async () => (await read(world, `/api/v1/namespaces/${namespace}/serviceaccounts/default`)) !== undefined,
  );
}

/** A pod that is there already; `x-terminating`: deleted, and held by a finalizer. */
async function placeExisting(world: World, described: JsonObject): Promise<void> {
  const pod = omit(described, 'x-terminating', 'status');
  const terminating =
    described['x-terminating'] !== undefined || at(described, 'metadata', 'x-terminating') !== undefined;
  const metadata = omit(objectAt(pod, 'metadata'), 'x-terminating');
  const held = { finalizers: ['example.com/hold'], ...metadata };
  const reply = await createObject(world, { ...pod, metadata: terminating ? held : metadata }, NAMESPACE);
  const path = `${await collectionOf(world, pod, NAMESPACE)}/${textAt(reply.body, 'metadata', 'name')}`;
  if (isObject(described['status'])) await patchStatus(world, path, described['status']);
  if (terminating) await send(world, { method: 'DELETE', path });
}

async function playSteps(game: Game): Promise<readonly JsonValue[]> {
  const steps: JsonValue[] = [];
  for (const step of listAt(game.recorded, 'steps')) steps.push(await playStep(game, objectAt(step)));
  return steps;
}

async function playStep(game: Game, step: JsonObject): Promise<JsonObject> {
  const { world, recorded } = game;
  if (step['create'] !== undefined) return createPod(game, step);
  if (step['waitScheduled'] !== undefined) {
    const name = String(step['waitScheduled']);
    await waitFor(
      world,
      60_000,
      async () => textAt(await read(world, `${PODS}/${name}`), 'spec', 'nodeName') !== undefined,
    );
    return withKey(step, 'then', await podState(world, `${PODS}/${name}`));
  }
  if (step['sleep_ms'] !== undefined) {
    await world.advance(numberAt(step, 'sleep_ms') ?? 0);
    return step;
  }
  if (step['createObject'] !== undefined) {
    const object = objectAt(step, 'createObject');
    await createObject(world, object, NAMESPACE);
    if (textAt(object, 'kind') === 'Node') await game.nodes.keep(textAt(object, 'metadata', 'name') ?? '');
    return step;
  }
  if (step['patch'] !== undefined) {
    const headers = { 'Content-Type': textAt(step, 'contentType') ?? 'application/merge-patch+json' };
    const reply = await send(world, {
      method: 'PATCH',
      path: String(step['patch']),
      headers,
      body: step['body'] ?? null,
    });
    return { ...step, status: reply.status };
  }
  if (step['delete'] !== undefined) {
    const grace = step['gracePeriodSeconds'];
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    };
    const reply = await send(world, { method: 'DELETE', path: String(step['delete']), body });
    return { ...step, status: reply.status };
  }
  throw new Error(`unknown step: ${printJson(step).slice(0, 200)} of ${textAt(recorded, 'title')}`);
}

async function createPod({ world, recorded }: Game, step: JsonObject): Promise<JsonObject> {
  const name = String(step['create']);
  const pod = listAt(recorded, 'pods').find((one) => textAt(one, 'metadata', 'name') === name) ?? null;
  const reply = await send(world, { method: 'POST', path: PODS, body: pod });
  const bare = omit(step, 'then', 'status', 'message');
  if (reply.status >= 300) return { ...bare, status: reply.status, message: textAt(reply.body, 'message') ?? '' };
  return withKey(bare, 'then', await settledState(world, `${PODS}/${name}`));
}

/** A pod after the scheduler has had its say, and has nothing to add. */
async function settledState(world: World, path: string): Promise<JsonObject> {
  await waitFor(world, 3000, async () => {
    const pod = await read(world, path);
    return textAt(pod, 'spec', 'nodeName') !== undefined || listAt(pod, 'status', 'conditions').length > 0;
  });
  const state = await podState(world, path);
  await world.advance(state['nodeName'] === null ? 1500 : 300);
  return podState(world, path);
}

/** The same placement again and again. */
async function playRepeats({ world, recorded }: Game): Promise<readonly JsonValue[]> {
  const repeats: JsonValue[] = [];
  const pods = listAt(recorded, 'pods');
  const rounds = listAt(recorded, 'repeats').length;
  for (let round = 1; round <= rounds; round++) {
    const placed: [string, JsonValue][] = [];
    for (const pod of pods) {
      const name = textAt(pod, 'metadata', 'name') ?? '';
      await send(world, { method: 'POST', path: PODS, body: pod });
      const { nodeName } = await settledState(world, `${PODS}/${name}`);
      placed.push([name, nodeName ?? null]);
    }
    repeats.push(Object.fromEntries(placed));
    if (round < rounds) await clear(world, pods);
  }
  return repeats;
}

async function clear(world: World, pods: readonly JsonValue[]): Promise<void> {
  for (const pod of pods) {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
    await send(world, { method: 'DELETE', path: `${PODS}/${textAt(pod, 'metadata', 'name')}`, body });
  }
  await world.advance(500);
  await send(world, { method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}/events` });
}

async function outcome({ world, recorded }: Game): Promise<JsonObject> {
  const result: [string, JsonValue][] = [];
  const brief = recorded['repeats'] !== undefined;
  for (const name of Object.keys(objectAt(recorded, 'result'))) {
    const state = await podState(world, `${PODS}/${name}`);
    result.push([name, brief ? { nodeName: state['nodeName'] ?? null } : state]);
  }
  const after: [string, JsonValue][] = [];
  for (const name of Object.keys(objectAt(recorded, 'existing_after')))
    after.push([name, await podState(world, `${PODS}/${name}`)]);
  const events = await listEvents(world, '/api/v1/events');
  return {
    result: Object.fromEntries(result),
    ...(recorded['existing_after'] === undefined ? {} : { existing_after: Object.fromEntries(after) }),
    ...(recorded['objects_after'] === undefined ? {} : { objects_after: await objectsAfter(world, recorded) }),
    ...(recorded['pods_per_node'] === undefined ? {} : { pods_per_node: await podsPerNode(world) }),
    events: events.filter((event) => !/^Node\/|\/kube-/.test(textAt(event, 'object') ?? '')),
  };
}

/** `{"PersistentVolumeClaim/c": object}` */
async function objectsAfter(world: World, recorded: JsonObject): Promise<JsonObject> {
  const found: [string, JsonValue][] = [];
  for (const [key, object] of Object.entries(objectAt(recorded, 'objects_after'))) {
    const path = `${await collectionOf(world, objectAt(object), NAMESPACE)}/${key.split('/')[1]}`;
    const own = await read(world, path);
    found.push([key, own === undefined ? { deleted: true } : withBriefMetadata(objectAt(own))]);
  }
  return Object.fromEntries(found);
}

/** Of the metadata only what a case can be about is recorded. */
function withBriefMetadata(object: JsonObject): JsonObject {
  const kept = ['name', 'namespace', 'annotations', 'finalizers'];
  const metadata = Object.entries(objectAt(object, 'metadata')).filter(([key]) => kept.includes(key));
  return { ...object, metadata: Object.fromEntries(metadata) };
}

/** An event that is counted in a series and stands beside itself uncounted has come over from an earlier case. */
function withoutSeries(events: readonly JsonValue[]): readonly JsonValue[] {
  const texts = events.map((event) => printJson(event));
  return events.filter(
    (event) =>
      at(event, 'seriesCount') === undefined || !texts.includes(printJson(omit(objectAt(event), 'seriesCount'))),
  );
}

async function podsPerNode(world: World): Promise<JsonObject> {
  const counts = new Map<string, number>();
  for (const pod of listAt(await read(world, PODS), 'items')) {
    const node = textAt(pod, 'spec', 'nodeName') ?? '';
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function compare({ content }: Recording, answer: Answer): readonly Verdict[] {
  const [recorded, ours] = [objectAt(content), objectAt(answer.content)];
  const { objects, nodes, existing, pods } = recorded;
  const comparison = newComparison({
    recorded: [...valueUnits('', recorded)],
    own: [...valueUnits('', ours)],
    inputs: [objects, nodes, existing, pods].map((input) => input ?? null),
  });
  const found = firstDifference(
    ...OUTCOME.map((key) => () => compareValues(comparison, recorded[key], ours[key], key)),
    () =>
      compareEvents(
        comparison,
        withoutSeries(listAt(recorded, 'events')),
        withoutSeries(listAt(ours, 'events')),
        'events',
      ),
  );
  return [{ part: '', difference: found }];
}
