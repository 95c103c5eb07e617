// Plays a conversation with the API server step by step. The answer is the conversation with our responses in it.

import {
  at,
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  numberAt,
  objectAt,
  printJson,
  textAt,
} from '../json.ts';
import { masked, noPairs, type Pairs } from '../normalise.ts';
import type { ApiStream, WebhookAddress, World } from '../world.ts';
import { type Call, callOf, decodeText, keptHeaders, type Reply, requestOf, send } from './calls.ts';
import { shiftTimes } from './clock.ts';
import { inOurNames, notePairs } from './names.ts';
import { untilMatches } from './until.ts';

export interface Conversation {
  readonly world: World;
  /** By how much our clock is ahead of the recorded one. */
  readonly aheadMs: number;
  readonly pairs: Pairs;
  /** What `capture` has taken from our responses. */
  readonly captured: Map<string, string>;
  /** Recorded version → ours, for steps that speak of a version without having captured it. */
  readonly versions: Map<number, number>;
  readonly webhook: PlayedWebhook | undefined;
  notices: number;
}

export interface PlayedWebhook {
  readonly address: WebhookAddress;
  /** Where the recorded server was, and its authority as a base64 bundle. */
  readonly recordedUrl: string;
  readonly recordedBundle: string;
}

export function newConversation(world: World, aheadMs: number, webhook?: PlayedWebhook): Conversation {
  return { world, aheadMs, pairs: noPairs(), captured: new Map(), versions: new Map(), webhook, notices: 0 };
}

/** One step with our response in it. */
export async function playStep(talk: Conversation, step: JsonObject): Promise<JsonObject> {
  await closeWebhookIfGone(talk, step);
  if (step['request'] !== undefined) return playRequest(talk, step);
  if (step['watch'] !== undefined) return playWatch(talk, step);
  if (step['until'] !== undefined) {
    const reached = await untilMatches(talk.world, objectAt(step, 'until'), (path) => ourPath(talk, path));
    return { ...step, reached };
  }
  if (step['sleep_ms'] !== undefined) {
    await talk.world.advance(numberAt(step, 'sleep_ms') ?? 0);
    return step;
  }
  if (step['compact_storage'] !== undefined) {
    await talk.world.compact(ourRevision(talk, at(step, 'compact_storage', 'revision')));
    return step;
  }
  throw new Error(`unknown step: ${printJson(step).slice(0, 200)}`);
}

/** An admission policy acts some time after it was bound; the recorder waited for that without saying so. */
const POLICY_MS = 2000;

function bindsPolicy(step: JsonObject): boolean {
  return (
    textAt(step, 'request', 'method') === 'POST' &&
    (textAt(step, 'request', 'path') ?? '').endsWith('admissionpolicybindings')
  );
}

async function playRequest(talk: Conversation, step: JsonObject): Promise<JsonObject> {
  const reply = await send(talk.world, ourCall(talk, objectAt(step, 'request')));
  const response = recordReply(talk, reply);
  notePairs(step['response'], response, talk.pairs);
  noteVersions(talk, step['response'], response);
  const captured: Record<string, JsonValue> = {};
  for (const [name, path] of Object.entries(objectAt(step, 'capture'))) {
    const value = typeof path === 'string' ? capturedAt(reply.body, path) : undefined;
    talk.captured.set(name, String(value ?? ''));
    captured[name] = value ?? null;
  }
  if (bindsPolicy(step)) await talk.world.advance(POLICY_MS);
  return { ...step, response, ...(step['capture'] === undefined ? {} : { captured }) };
}

function recordReply(talk: Conversation, { status, headers, body, notices }: Reply): JsonObject {
  talk.notices += notices;
  return { status, headers, body: withRecordedWebhook(talk, body) };
}

async function playWatch(talk: Conversation, step: JsonObject): Promise<JsonObject> {
  const { path, headers } = objectAt(step, 'watch');
  const call = ourCall(talk, { method: 'GET', path: path ?? '/', headers: headers ?? {} });
  const stream = await talk.world.open(requestOf(call));
  const end = talk.world.now() + (numberAt(step, 'for_ms') ?? 0);
  const during: JsonObject[] = [];
  const steps = step['during'];
  if (isArray(steps)) {
    await talk.world.advance(100);
    for (const inner of steps) if (isObject(inner)) during.push(await playStep(talk, inner));
  }
  while (talk.world.now() < end && !stream.closedByServer())
    await talk.world.advance(Math.min(50, end - talk.world.now()));
  const answer = watched(talk, stream);
  await stream.close();
  const answered: JsonObject = { ...step, ...(isArray(steps) ? { during } : {}), ...answer };
  notePairs(step['events'], answered['events'], talk.pairs);
  noteVersions(talk, step['events'], answered['events']);
  return answered;
}

function watched(talk: Conversation, stream: ApiStream): JsonObject {
  const bytes = Buffer.concat(stream.take().map((chunk) => chunk.bytes));
  const { headers, notices } = keptHeaders(stream.headers);
  talk.notices += notices;
  const response = { status: stream.status, headers };
  const lines = bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  if (stream.status !== 200) {
    return { response: { ...response, body: decodeText(bytes.toString()) }, closed_by_server: false, events: [] };
  }
  const protobuf = (stream.headers['content-type']?.[0] ?? '').includes('protobuf');
  const events = protobuf ? frames(bytes) : lines.map(decodeText);
  return { response, closed_by_server: stream.closedByServer(), events };
}

/** A stream of protobuf: four bytes of length, then the event. */
function frames(bytes: Buffer): readonly JsonValue[] {
  const events: JsonValue[] = [];
  for (let start = 0; start + 4 <= bytes.length; ) {
    const end = start + 4 + bytes.readUInt32BE(start);
    events.push({ base64: bytes.subarray(start + 4, end).toString('base64') });
    start = end;
  }
  return events;
}

/** A recorded request with our captured values, names, times and webhook server in it. */
function ourCall(talk: Conversation, recorded: JsonObject): Call {
  const call = callOf(withOwnWebhook(talk, recorded));
  const { body } = call;
  const ownBody = typeof body === 'string' ? substituted(talk, body) : body;
  return {
    ...call,
    path: ourPath(talk, call.path),
    ...(ownBody === undefined ? {} : { body: shiftTimes(substitutedIn(talk, ownBody), talk.aheadMs) }),
  };
}

function ourPath(talk: Conversation, path: string): string {
  return inOurNames(substituted(talk, path), talk.pairs);
}

function substituted({ captured }: Conversation, text: string): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => captured.get(name) ?? all);
}

function substitutedIn(talk: Conversation, body: JsonValue): JsonValue {
  if (typeof body === 'string') return body;
  const text = printJson(body);
  return text.includes('${')
    ? decodeText(
        text.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => {
          const value = talk.captured.get(name);
          return value === undefined ? all : JSON.stringify(value).slice(1, -1);
        }),
      )
    : body;
}

/** `$.metadata.resourceVersion`, `$.items[0].metadata.name` */
function capturedAt(body: JsonValue, path: string): JsonValue | undefined {
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\["([^"]+)"\]/g)].map((match) =>
    match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]),
  );
  return at(body, ...steps);
}

function noteVersions(talk: Conversation, recorded: JsonValue | undefined, ours: JsonValue | undefined): void {
  if (isArray(recorded) && isArray(ours)) {
    recorded.forEach((item, i) => {
      noteVersions(talk, item, ours[i]);
    });
  } else if (isObject(recorded) && isObject(ours)) {
    const pair = [textAt(recorded, 'resourceVersion'), textAt(ours, 'resourceVersion')].map(Number);
    if (pair.every((version) => version !== undefined && version > 0)) talk.versions.set(pair[0] ?? 0, pair[1] ?? 0);
    for (const [key, item] of Object.entries(recorded)) noteVersions(talk, item, ours[key]);
  }
}

/** Our revision for a recorded one: captured, or the latest that was seen up to it. */
function ourRevision(talk: Conversation, recorded: JsonValue | undefined): number {
  if (typeof recorded === 'string') return Number(substituted(talk, recorded));
  if (typeof recorded !== 'number') return Math.max(0, ...talk.versions.values());
  const seen = [...talk.versions].filter(([version]) => version <= recorded).map(([, own]) => own);
  return Math.max(0, ...seen);
}

/** A step that was refused a connection by the webhook shows that its server had been stopped by then. */
async function closeWebhookIfGone({ webhook }: Conversation, step: JsonObject): Promise<void> {
  if (webhook === undefined) return;
  const address = webhook.recordedUrl.replace('https://', '');
  if (masked(printJson(step['response'])).includes(`dial tcp ${address}: connect: connection refused`)) {
    await webhook.address.close();
  }
}

function withOwnWebhook({ webhook }: Conversation, value: JsonObject): JsonObject {
  if (webhook === undefined) return value;
  const bundle = Buffer.from(webhook.address.certificateAuthority).toString('base64');
  return replaced(value, [
    [webhook.recordedUrl, webhook.address.url],
    [webhook.recordedBundle, bundle],
  ]);
}

function withRecordedWebhook({ webhook }: Conversation, body: JsonValue): JsonValue {
  if (webhook === undefined || typeof body !== 'object' || body === null) return body;
  const host = (url: string) => url.replace('https://', '');
  return replaced(body, [[host(webhook.address.url), host(webhook.recordedUrl)]]);
}

function replaced<T extends JsonValue>(value: T, changes: readonly (readonly [string, string])[]): T {
  let text = printJson(value);
  for (const [from, to] of changes) if (from !== '') text = text.replaceAll(from, to);
  return decodeText(text) as T;
}
