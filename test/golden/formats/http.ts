// http/: conversations with the API server of a control plane without nodes.

import type { Difference } from '../difference.ts';
import type { Answer, Format, Place, Recording, Verdict } from '../format.ts';
import {
  entries,
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  omit,
  printJson,
  textAt,
  textsAt,
} from '../json.ts';
import {
  type Comparison,
  compareValues,
  newComparison,
  type Unit,
  valueUnits,
  versionOutOfOrder,
} from '../normalise.ts';
import { EPOCH, firstCreation } from '../play/clock.ts';
import { type Conversation, newConversation, type PlayedWebhook, playStep } from '../play/conversation.ts';
import { webhookOf } from '../play/webhooks.ts';
import type { World, Worlds } from '../world.ts';
import { withoutLeftovers } from './leftovers.ts';
import { settleUnstable } from './unstable.ts';

export const http: Format = {
  folder: 'http',
  name: 'http',
  recognises: ({ content }) =>
    isArray(objectAt(content)['steps']) && !('files' in objectAt(content)) && listAt(content, 'steps').some(isTalk),
  parts: () => [''],
  play,
  compare,
  compared: ({ content }) => {
    const unstable = textsAt(content, 'unstable').map((path) => path.split('.')[0]);
    return listAt(content, 'steps').flatMap((step, i) =>
      unstable.includes(`$[${i}]`) ? [] : comparedOf(step, ['steps', i]),
    );
  },
};

/** The responses of `scheduler` and `controllers` files are not recorded. */
function isTalk(step: JsonValue): boolean {
  return isObject(step) && step['response'] !== undefined;
}

async function play({ content }: Recording, worlds: Worlds): Promise<Answer> {
  const recorded = objectAt(content);
  const startTime = firstCreation(content) ?? EPOCH;
  const world = await worlds.create({ extent: 'plane', startTime, addons: [], files: {} });
  try {
    const received: JsonValue[] = [];
    const webhook = await serveWebhook(world, recorded, (review) => received.push(review));
    const talk = newConversation(world, world.now() - startTime, webhook);
    const steps: JsonValue[] = [];
    for (const step of listAt(recorded, 'steps')) steps.push(await playStep(talk, objectAt(step)));
    await webhook?.address.close();
    return answerOf(talk, recorded, steps, received);
  } finally {
    await world.close();
  }
}

function answerOf(
  talk: Conversation,
  recorded: JsonObject,
  steps: readonly JsonValue[],
  received: readonly JsonValue[],
): Answer {
  const server = recorded['webhook_server'];
  const content = { ...recorded, ...(isObject(server) ? { webhook_server: { ...server, received } } : {}), steps };
  return { content, pairs: talk.pairs, aheadMs: talk.aheadMs, notices: talk.notices };
}

async function serveWebhook(
  world: World,
  recorded: JsonObject,
  received: (review: JsonValue) => void,
): Promise<PlayedWebhook | undefined> {
  const described = recorded['webhook_server'];
  if (!isObject(described)) return undefined;
  const config = printJson(recorded['steps']);
  const recordedUrl = /https:\/\/127\.0\.0\.1:\d{4,5}(?=\/)/.exec(config)?.[0] ?? '';
  const recordedBundle = /"caBundle":"([^"]{100,})"/.exec(config)?.[1] ?? '';
  const address = await world.serve(webhookOf(described, received));
  return { address, recordedUrl, recordedBundle };
}

function compare({ content }: Recording, answer: Answer): readonly Verdict[] {
  const unstable = textsAt(content, 'unstable');
  const inputs = listAt(content, 'steps').flatMap(inputsOf);
  const settled = settleUnstable(listAt(content, 'steps'), listAt(answer.content, 'steps'), unstable);
  const [recorded, ours] = [settled[0], settled[1]].map((steps) => steps.map((step) => withoutLeftovers(step, inputs)));
  if (recorded === undefined || ours === undefined) return [];
  const comparison = newComparison(
    {
      recorded: units(recorded),
      own: units(ours),
      inputs,
      ...(answer.pairs === undefined ? {} : { pairs: answer.pairs }),
    },
    { keyOrder: true, written: writtenPlaces(recorded) },
  );
  const reviews = compareReviews(comparison, content, answer.content);
  return [
    { part: '', difference: compareSteps(comparison, recorded, ours) ?? reviews ?? versionOutOfOrder(comparison) },
  ];
}

function compareSteps(
  comparison: Comparison,
  recorded: readonly JsonValue[],
  ours: readonly JsonValue[],
): Difference | undefined {
  for (const [i, step] of recorded.entries()) {
    const found = compareValues(comparison, outcome(step), outcome(ours[i] ?? {}), `steps[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where the responses to writes are. */
function writtenPlaces(steps: readonly JsonValue[]): (path: string) => boolean {
  const reads = new Set(steps.flatMap((step, i) => (textAt(step, 'request', 'method') === 'GET' ? [String(i)] : [])));
  return (path) => {
    const [, step] = /^steps\[(\d+)\]\.response\./.exec(path) ?? [];
    return step !== undefined && !reads.has(step);
  };
}

/** What a step brought, without what was sent. */
function outcome(step: JsonValue): JsonObject {
  const { response: full, events, closed_by_server, reached, during } = objectAt(step);
  const response =
    full === undefined ? undefined : { ...objectAt(full), headers: sortedKeys(objectAt(full, 'headers')) };
  return {
    ...(response === undefined ? {} : { response }),
    ...(events === undefined ? {} : { closed_by_server, events }),
    ...(reached === undefined ? {} : { reached }),
    ...(isArray(during) ? { during: during.map(outcome) } : {}),
  };
}

function sortedKeys(object: JsonObject): JsonObject {
  return Object.fromEntries([...entries(object)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What an admission webhook was sent because of the case's own requests: when controllers come is another matter, and
 * how often objects are converted depends on what is cached.
 */
function compareReviews(comparison: Comparison, recorded: JsonValue, ours: JsonValue): Difference | undefined {
  const admission = (content: JsonValue) =>
    inCallOrder(
      listAt(content, 'webhook_server', 'received').filter((review) => {
        const user = textAt(review, 'body', 'request', 'userInfo', 'username');
        return user !== undefined && !user.startsWith('system:');
      }),
    );
  return compareValues(comparison, admission(recorded), admission(ours), 'webhook_server.received');
}

/** Validating webhooks are asked at the same time: those that were sent the same are put in the order of their paths. */
function inCallOrder(reviews: readonly JsonValue[]): readonly JsonValue[] {
  const sent = (review: JsonValue) => printJson(omit(objectAt(review, 'body', 'request'), 'uid'));
  const path = (review: JsonValue) => textAt(review, 'path') ?? '';
  const sorted: JsonValue[] = [];
  for (const review of reviews) {
    let place = sorted.length;
    while (place > 0 && isLater(sorted[place - 1], review)) place--;
    sorted.splice(place, 0, review);
  }
  return sorted;

  function isLater(other: JsonValue | undefined, review: JsonValue): boolean {
    return other !== undefined && sent(other) === sent(review) && path(other) > path(review);
  }
}

function units(steps: readonly JsonValue[]): readonly Unit[] {
  return steps.flatMap((step, i) => [...valueUnits(`steps[${i}]`, outcome(step))]);
}

function inputsOf(step: JsonValue): readonly JsonValue[] {
  const { request, watch, until, during } = objectAt(step);
  const own = [request, watch, until].filter((part) => part !== undefined);
  return [...own, ...(isArray(during) ? during.flatMap(inputsOf) : [])];
}

function comparedOf(step: JsonValue, path: readonly (string | number)[]): readonly Place[] {
  const places = Object.keys(outcome(step))
    .filter((key) => key !== 'during')
    .map((key) => ({ part: '', path: [...path, key] }));
  const inner = listAt(step, 'during').flatMap((other, i) => comparedOf(other, [...path, 'during', i]));
  return [...places, ...inner];
}
