// Plays a case of controllers/.

import type { Answer } from '../format.ts';
import {
  at,
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  mapStrings,
  objectAt,
  omit,
  printJson,
  textAt,
} from '../json.ts';
import type { World, Worlds } from '../world.ts';
import { callOf, read, send } from './calls.ts';
import { EPOCH, firstCreation, latestTime, shiftTimes } from './clock.ts';
import { saysTheSame } from './controllers-settle.ts';
import { finalShapes, inOrderOfCreation, lookAt, type Shapes, showObjects } from './controllers-show.ts';
import { timeOfStep } from './controllers-times.ts';
import { makeUnrecorded, placeOfUnrecorded } from './controllers-unrecorded.ts';
import { listEvents } from './events.ts';
import { deeds, type Finaliser, finalisePods, REPORT_MS, report } from './kubelet.ts';
import { type Deeds, matchPods, noDeeds, type Roster, rosterOf } from './matching.ts';
import { type PlayedNodes, playNodes } from './nodes.ts';
import { collectionOf } from './objects.ts';
import { untilMatches, waitFor } from './until.ts';

export interface Game {
  readonly world: World;
  readonly recorded: JsonObject;
  readonly namespace: string;
  readonly nodes: PlayedNodes;
  readonly finaliser: Finaliser;
  readonly deeds: Deeds;
  readonly roster: Roster;
  readonly aheadMs: number;
  readonly searchMs: number;
  /** Pods, by their recorded names, that an earlier step has shown or named. */
  readonly seen: Set<string>;
  /** How many pods have been given an address. */
  addresses: number;
  /** When a node was told to be silent, and when what followed had happened. */
  silentSince: number | undefined;
  readonly seconds: Map<string, number>;
}

const SETUP_MS = 20_000;
/** How long the recorder took to find pods that it hadn't seen before: it waited until nothing moved. */
const SEARCH_MS = 1500;
/** In other orders it was faster, and a Job, which looks a second after its pods, looked while pods were reported. */
const FAST_SEARCH_MS = 960;
/** How long it took to do something to pods that it knew. */
const DEED_MS = 50;
/** Events come after what they tell of: they were read so much later than the objects. */
const EVENTS_MS = 1000;

export async function playControllers(recorded: JsonObject, worlds: Worlds): Promise<Answer> {
  const start = firstCreation(recorded) ?? EPOCH;
  const bare = await worlds.create({ extent: 'plane', startTime: start - SETUP_MS, addons: [], files: {} });
  try {
    const nodes = playNodes(bare);
    const namespace = textAt(recorded, 'namespace') ?? 'default';
    await makeNamespace(nodes.world, namespace);
    for (const node of listAt(recorded, 'nodes')) await nodes.add(objectAt(node));
    const finaliser = await finalisePods(nodes.world, namespace);
    await reachStart(nodes.world, start, printJson(recorded).includes('"CronJob"'));
    const game: Game = {
      world: finaliser.world,
      recorded,
      namespace,
      nodes,
      finaliser,
      deeds: noDeeds(),
      roster: rosterOf(recorded),
      aheadMs: nodes.world.now() - start,
      searchMs: worlds.order === undefined ? SEARCH_MS : FAST_SEARCH_MS + worlds.order * REPORT_MS,
      seen: new Set(),
      addresses: 0,
      silentSince: undefined,
      seconds: new Map(),
    };
    const content = await playAll(game);
    await finaliser.close();
    return { content, aheadMs: game.aheadMs, notices: 0 };
  } finally {
    await bare.close();
  }
}

async function makeNamespace(world: World, name: string): Promise<void> {
  await send(world, {
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  });
  for (const path of ['serviceaccounts/default', 'configmaps/kube-root-ca.crt']) {
    await waitFor(world, 30_000, async () => (await read(world, `/api/v1/namespaces/${name}/${path}`)) !== undefined);
  }
}

/** Moves the clock to where the recording begins, or to the same second of a minute if that has passed already. */
async function reachStart(world: World, start: number, minuteMatters: boolean): Promise<void> {
  const lag = start - world.now();
  if (lag > 0) await world.advance(lag);
  else if (minuteMatters) await world.advance(60_000 + (lag % 60_000));
}

async function playAll(game: Game): Promise<JsonObject> {
  const { recorded, world } = game;
  const steps: JsonObject[] = [];
  const recordedSteps = listAt(recorded, 'steps').map((step) => objectAt(step));
  const pauses = pausesOf(recordedSteps, textAt(recorded, 'kubelet') ?? '');
  const unrecorded = placeOfUnrecorded(recorded);
  let shown: JsonObject | undefined;
  for (const [i, step] of recordedSteps.entries()) {
    if (i === unrecorded) await makeUnrecorded(game);
    game.finaliser.pause(pauses[i] === true);
    await waitUntil(world, timeOfStep(recorded, step), game.aheadMs);
    const before = recordedSteps[i - 1];
    const answered = await playStep(
      game,
      step,
      before?.['snapshot'] === undefined ? undefined : { recorded: before, ours: shown },
    );
    for (const name of namesIn(step, game.roster)) game.seen.add(name);
    shown = objectAt(answered, 'objects');
    steps.push(answered);
  }
  if (unrecorded >= recordedSteps.length) await makeUnrecorded(game);
  game.finaliser.pause(!finalises(textAt(recorded, 'kubelet') ?? ''));
  const final = await showObjects(
    game,
    await finalShapes(game, objectAt(recorded, 'final')),
    latestOf(game, recorded['final']),
  );
  await world.advance(EVENTS_MS);
  const found = Object.entries(final).filter(([, list]) => !isArray(list) || list.length > 0);
  return {
    ...recorded,
    steps,
    final: Object.fromEntries(found),
    ...derived(recorded, final),
    ...Object.fromEntries(game.seconds),
    events: await listEvents(world, `/api/v1/namespaces/${game.namespace}/events`),
    ...(recorded['events_default'] === undefined
      ? {}
      : { events_default: await listEvents(world, '/api/v1/namespaces/default/events') }),
  };
}

/** The pods that a step shows or names. */
function namesIn(step: JsonObject, roster: Roster): readonly string[] {
  return printJson(step)
    .split('"')
    .filter((text) => roster.has(text));
}

async function waitUntil(world: World, time: number | undefined, aheadMs: number): Promise<void> {
  const early = (time ?? 0) + aheadMs - world.now();
  if (time !== undefined && early > 0) await world.advance(early);
}

function finalises(kubelet: string): boolean {
  return kubelet.includes('finalise');
}

/**
 * For each step whether terminating pods are left alone during it: they are up to a snapshot that shows some, from the
 * snapshot before it on, unless the kubelet is said to finalise them again.
 */
function pausesOf(steps: readonly JsonObject[], kubelet: string): readonly boolean[] {
  const pauses = steps.map(() => !finalises(kubelet));
  let from = 0;
  for (const [i, step] of steps.entries()) {
    if (step['kubelet'] === 'finalises terminating pods') pauses.fill(false, i);
    if (step['snapshot'] === undefined) continue;
    if (showsTerminating(step)) pauses.fill(true, from, i + 1);
    from = i + 1;
  }
  return pauses;
}

function showsTerminating(step: JsonObject): boolean {
  const pods = ['pods', 'podLines', 'podObjects'].flatMap((key) => listAt(step, 'objects', key));
  const endpoints = listAt(step, 'objects', 'endpointslices').flatMap((slice) => listAt(slice, 'endpoints'));
  return (
    endpoints.some((endpoint) => at(endpoint, 'conditions', 'terminating') === true) ||
    pods.some((pod) => at(pod, 'terminating') === true || textAt(pod, 'metadata', 'deletionTimestamp') !== undefined)
  );
}

interface Earlier {
  readonly recorded: JsonObject;
  readonly ours: JsonObject | undefined;
}

async function playStep(game: Game, step: JsonObject, earlier: Earlier | undefined): Promise<JsonObject> {
  if (step['request'] !== undefined) return playRequest(game, step);
  if (step['kubelet'] !== undefined) return playKubelet(game, step);
  if (step['createNode'] !== undefined) {
    await game.nodes.add(objectAt(step, 'createNode'));
    return step;
  }
  if (step['until'] !== undefined) return playUntil(game, step);
  if (step['snapshot'] !== undefined) return playSnapshot(game, step, earlier);
  throw new Error(`unknown step: ${printJson(step).slice(0, 200)}`);
}

async function playRequest(game: Game, step: JsonObject): Promise<JsonObject> {
  const { world, namespace, roster, deeds } = game;
  const call = callOf(objectAt(step, 'request'));
  const names = call.path.split(/[/?]/).filter((part) => roster.has(part));
  // Pods to which different things were said are different pods from then on.
  const deed = `${call.method} ${printJson(call.body ?? null)}`;
  const ours = names.length === 0 ? [] : await matchPods(world, namespace, names, roster, deeds, deed);
  const renamed = (text: string) => names.reduce((known, name, i) => known.replace(name, ours[i] ?? name), text);
  const body =
    call.body === undefined
      ? undefined
      : await withOurUids(game, shiftTimes(mapStrings(call.body, renamed), game.aheadMs));
  const path = renamed(call.path);
  const { status } = await send(world, { ...call, path, ...(body === undefined ? {} : { body }) });
  return { ...step, status };
}

/** A reference to an object carries its uid, which ours has another one of. */
async function withOurUids(game: Game, value: JsonValue): Promise<JsonValue> {
  if (isArray(value)) return Promise.all(value.map((item) => withOurUids(game, item)));
  if (!isObject(value)) return value;
  const changed: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(value))
    if (item !== undefined) changed.push([key, await withOurUids(game, item)]);
  const reference = Object.fromEntries(changed);
  const name = textAt(reference, 'name');
  if (textAt(reference, 'uid') === undefined || name === undefined || textAt(reference, 'kind') === undefined)
    return reference;
  if (isWrong(game.recorded, reference)) return reference;
  const path = `${await collectionOf(game.world, reference, game.namespace)}/${name}`;
  const uid = textAt(await read(game.world, path), 'metadata', 'uid');
  return uid === undefined ? reference : { ...reference, uid };
}

/** A reference whose uid is another one than that of the object of its name, wherever that is shown: it stays wrong. */
function isWrong(recorded: JsonObject, reference: JsonObject): boolean {
  const shown = [...listAt(recorded, 'steps').map((step) => objectAt(step, 'objects')), objectAt(recorded, 'final')]
    .flatMap((objects) => listAt(objects, `${textAt(reference, 'kind')?.toLowerCase()}s`))
    .filter((object) => textAt(object, 'metadata', 'name') === textAt(reference, 'name'))
    .map((object) => textAt(object, 'metadata', 'uid'));
  return shown.length > 0 && !shown.includes(textAt(reference, 'uid'));
}

async function playKubelet(game: Game, step: JsonObject): Promise<JsonObject> {
  const deed = textAt(step, 'kubelet') ?? '';
  const silent = /^(\S+) stops sending heartbeats$/.exec(deed)?.[1];
  if (silent !== undefined) {
    game.nodes.stop(silent);
    game.silentSince = game.world.now();
    return step;
  }
  if (deed === 'finalises terminating pods') return step;
  if (!deeds.includes(deed)) throw new Error(`the kubelet can't be played to: ${deed}`);
  const names = listAt(step, 'pods').map(String);
  const ours = await matchPods(game.world, game.namespace, names, game.roster, game.deeds, deed);
  await game.world.advance(names.every((name) => game.seen.has(name)) ? DEED_MS : game.searchMs);
  for (const name of ours) {
    await report(game.world, `/api/v1/namespaces/${game.namespace}/pods/${name}`, step, game.addresses++);
  }
  return { ...step, pods: ours };
}

async function playUntil(game: Game, step: JsonObject): Promise<JsonObject> {
  const until = objectAt(step, 'until');
  const reached = await untilMatches(game.world, until, (path) => path);
  if (game.silentSince !== undefined) {
    const seconds = Math.round((game.world.now() - game.silentSince) / 1000);
    if (printJson(until).includes('"Unknown"')) game.seconds.set('seconds_until_unknown', seconds);
    else if (until['status'] === 404) game.seconds.set('seconds_until_orphans_gone', seconds);
  }
  return { ...step, reached };
}

/** Two snapshots one after the other: something has changed between them, and the recorder waited for it. */
async function playSnapshot(game: Game, step: JsonObject, earlier: Earlier | undefined): Promise<JsonObject> {
  const shapes: Shapes = objectAt(step, 'objects');
  if (earlier !== undefined && printJson(earlier.recorded['objects']) !== printJson(shapes)) {
    const before = printJson(earlier.ours);
    await waitFor(game.world, 60_000, async () => printJson(await lookAt(game, shapes)) !== before);
  }
  return { ...step, objects: await showAsRecorded(game, shapes, (shown) => inOrderOfCreation(shown)) };
}

/** How long after the first quiet moment something that happens from time to time can still come. */
const PATIENCE_MS = 12_000;

/**
 * The objects when all is quiet. If that isn't what was recorded, they are looked at again when something has changed:
 * the recording doesn't say in which phase the periodic loops of the controllers were.
 */
async function showAsRecorded(
  game: Game,
  shapes: Shapes,
  order: (shown: JsonObject) => JsonObject,
): Promise<JsonObject> {
  const quiet = await showObjects(game, shapes, latestOf(game, shapes));
  const end = game.world.now() + PATIENCE_MS;
  for (let shown = quiet; ; ) {
    if (saysTheSame(shapes, order(shown))) return order(shown);
    const before = printJson(shown);
    const rest = end - game.world.now();
    const changed =
      rest > 0 && (await waitFor(game.world, rest, async () => printJson(await lookAt(game, shapes)) !== before));
    if (!changed) return order(quiet);
    shown = await showObjects(game, shapes, 0);
  }
}

/** When the last thing that a recorded value tells of had happened, on our clock. */
function latestOf({ aheadMs }: Game, value: JsonValue | undefined): number {
  return (latestTime(value) ?? 0) + aheadMs;
}

/** What some cases say of their objects in other words. */
function derived(recorded: JsonObject, final: JsonObject): JsonObject {
  return {
    ...(recorded['pairs'] === undefined
      ? {}
      : { pairs: listAt(recorded, 'pairs').map((pair) => ourPair(objectAt(pair), final)) }),
    ...(recorded['slices'] === undefined
      ? {}
      : {
          slices: listAt(final, 'endpointslices')
            .map((slice) => ({
              generateName: textAt(slice, 'metadata', 'generateName') ?? '',
              endpoints: listAt(slice, 'endpoints').length,
            }))
            .sort((a, b) => b.endpoints - a.endpoints),
        }),
    ...(recorded['endpointsAddresses'] === undefined
      ? {}
      : {
          endpointsAddresses: listAt(final, 'endpoints').flatMap((one) =>
            listAt(one, 'subsets').flatMap((subset) => listAt(subset, 'addresses')),
          ).length,
        }),
  };
}

/** Template → hash, as a Deployment and its ReplicaSet show it. */
function ourPair(pair: JsonObject, final: JsonObject): JsonObject {
  const deployment = textAt(pair, 'deployment') ?? '';
  const owner = listAt(final, 'deployments').find((one) => textAt(one, 'metadata', 'name') === deployment);
  const set = listAt(final, 'replicasets').find(
    (one) => textAt(one, 'metadata', 'ownerReferences', 0, 'name') === deployment,
  );
  return {
    deployment,
    replicaset: textAt(set, 'metadata', 'name') ?? null,
    hash: textAt(set, 'metadata', 'labels', 'pod-template-hash') ?? null,
    templateDefaulted: omit(objectAt(owner, 'spec', 'template')),
  };
}
