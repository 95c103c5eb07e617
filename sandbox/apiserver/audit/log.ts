// The audit log: what was asked of the server, by whom, and what came of it, as far as the policy wants it kept. Plain
// data, bounded; where there is no policy, nothing of this is there at all.

import { isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import type { UserInfo } from '../../kube/operation.ts';
import type { V1Status } from '../../kube/status.ts';
import { draws, uuid } from '../../time/chance.ts';
import type { Loop } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { rfc3339Micro } from '../../time/units.ts';
import {
  type AuditConfig,
  type Audited,
  type AuditLevel,
  type AuditPolicy,
  type AuditStage,
  auditConfig,
  LEVELS,
} from './policy.ts';

/** audit.k8s.io/v1 Event: members in the order in which the log has them, times in RFC 3339 with microseconds. */
export type AuditEvent = {
  readonly kind: 'Event';
  readonly apiVersion: 'audit.k8s.io/v1';
  readonly level: AuditLevel;
  readonly auditID: string;
  readonly stage: AuditStage;
  readonly requestURI: string;
  readonly verb: string;
  readonly user: JsonObject;
  readonly impersonatedUser?: JsonObject;
  readonly authenticationMetadata?: JsonObject;
  readonly sourceIPs: readonly string[];
  readonly userAgent?: string;
  readonly objectRef?: JsonObject;
  readonly responseStatus?: JsonObject;
  readonly requestObject?: JsonValue;
  readonly responseObject?: JsonValue;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations?: JsonObject;
};

export interface AuditState {
  /** How many requests have been looked at. */
  requests: number;
  /** The latest, the oldest first. */
  readonly events: AuditEvent[];
}

/** The oldest go when there are twice as many. */
const EVENTS_MAX = 10_000;

export function newAuditState(): AuditState {
  return { requests: 0, events: [] };
}

/** Annotations that hold what was changed, which not every level shows, begin like this. */
export const PATCH_NOTE = 'patch.webhook.admission.k8s.io/';

/** A request as it comes in. */
export interface AuditedRequest extends Audited {
  readonly requestURI: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** What becomes of one request. It lives as long as that. */
export interface AuditRecord {
  readonly level: AuditLevel;
  /** Annotations of its event: what the authorizer and plug-ins have to say. */
  readonly notes: Map<string, string>;
  /** On whose behalf it acts. */
  actsAs(user: UserInfo): void;
  /** What was sent, as it was understood. */
  sent(object: JsonValue): void;
  /** A patch is kept as it is, and names nothing. */
  patched(patch: JsonValue): void;
  answered(object: JsonValue): void;
  /** It is over; or, for streams, has begun. */
  finish(code: number, stage?: AuditStage): void;
}

export interface AuditLog {
  /** Undefined where nothing is kept of it. */
  begin(request: AuditedRequest): AuditRecord | undefined;
}

export function createAuditLog(state: AuditState, policy: AuditPolicy, loop: Loop, seed: number): AuditLog {
  const keep = (event: AuditEvent): void => {
    state.events.push(deepFreeze(event));
    if (state.events.length > 2 * EVENTS_MAX) state.events.splice(0, EVENTS_MAX);
  };
  return {
    begin(request) {
      const config = auditConfig(policy, request);
      if (config.level === 'None') return undefined;
      const auditID = uuid(draws(seed, 'audit'), 4 * state.requests++);
      return recordOf(request, { config, auditID, now: () => rfc3339Micro(loop.now()), keep });
    },
  };
}

interface Book {
  readonly config: AuditConfig;
  readonly auditID: string;
  readonly now: () => string;
  readonly keep: (event: AuditEvent) => void;
}

type Told = { -readonly [K in keyof AuditEvent]?: AuditEvent[K] };

function recordOf(request: AuditedRequest, { config, auditID, now, keep }: Book): AuditRecord {
  const { level, omitStages, omitManagedFields } = config;
  const received = now();
  const notes = new Map<string, string>();
  const told: Told = {};
  let reference = referenceOf(request);
  const wants = (least: AuditLevel): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(least);
  const shown = (object: JsonValue): JsonValue => (omitManagedFields ? withoutManagedFields(object) : object);
  const put = (stage: AuditStage, rest: Told): void => {
    if (omitStages.includes(stage)) return;
    keep(eventOf(request, { level, auditID, stage, received, now: now(), reference, told: { ...told, ...rest } }));
  };
  put('RequestReceived', {});
  return {
    level,
    notes,
    actsAs(user) {
      told.impersonatedUser = userOf(user);
      told.authenticationMetadata = { impersonationConstraint: 'impersonate:user-info' };
    },
    sent(object) {
      reference = completed(reference, object);
      if (wants('Request')) told.requestObject = shown(object);
    },
    patched(patch) {
      if (wants('Request')) told.requestObject = patch;
    },
    answered(object) {
      if (isStatus(object)) told.responseStatus = statusOf(object);
      if (wants('RequestResponse')) told.responseObject = shown(object);
    },
    finish(code, stage = 'ResponseComplete') {
      if (!wants('Request')) for (const key of notes.keys()) if (key.startsWith(PATCH_NOTE)) notes.delete(key);
      const annotations = notes.size === 0 ? {} : { annotations: sorted(notes) };
      put(stage, { responseStatus: { metadata: {}, ...told.responseStatus, code }, ...annotations });
    },
  };
}

interface Moment {
  readonly level: AuditLevel;
  readonly auditID: string;
  readonly stage: AuditStage;
  readonly received: string;
  readonly now: string;
  readonly reference: JsonObject | undefined;
  readonly told: Told;
}

function eventOf(
  { requestURI, verb, user, sourceIp, userAgent }: AuditedRequest,
  { level, auditID, stage, received, now, reference, told }: Moment,
): AuditEvent {
  const { impersonatedUser, authenticationMetadata, responseStatus, requestObject, responseObject, annotations } = told;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID,
    stage,
    requestURI,
    verb,
    user: userOf(user),
    ...(impersonatedUser === undefined ? {} : { impersonatedUser }),
    ...(authenticationMetadata === undefined ? {} : { authenticationMetadata }),
    sourceIPs: [sourceIp],
    ...(userAgent === '' ? {} : { userAgent }),
    ...(reference === undefined ? {} : { objectRef: reference }),
    ...(responseStatus === undefined ? {} : { responseStatus }),
    ...(requestObject === undefined ? {} : { requestObject }),
    ...(responseObject === undefined ? {} : { responseObject }),
    requestReceivedTimestamp: received,
    stageTimestamp: now,
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function userOf({ name, uid = '', groups, extra = {} }: UserInfo): JsonObject {
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    groups,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

const REFERENCE = ['resource', 'namespace', 'name', 'uid', 'apiGroup', 'apiVersion', 'resourceVersion', 'subresource'];

function referenceOf({ target }: AuditedRequest): JsonObject | undefined {
  if (target === undefined) return undefined;
  const { group, version, ...rest } = target;
  return inOrder({ ...rest, apiGroup: group, apiVersion: version });
}

/** What the path doesn't say, the object that was sent does. */
function completed(reference: JsonObject | undefined, object: JsonValue): JsonObject | undefined {
  const metadata = isObject(object) ? own(object, 'metadata') : undefined;
  return reference === undefined || !isObject(metadata) ? reference : inOrder({ ...metadata, ...reference });
}

function inOrder(parts: JsonObject): JsonObject {
  const given = REFERENCE.map((key) => [key, own(parts, key)] as const);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''));
}

function isStatus(object: JsonValue): object is V1Status & JsonObject {
  return isObject(object) && object['kind'] === 'Status' && object['apiVersion'] === 'v1';
}

function statusOf({ status, message, reason, details }: V1Status & JsonObject): JsonObject {
  return {
    metadata: {},
    ...(status === undefined ? {} : { status }),
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details: details as JsonObject }),
  };
}

function withoutManagedFields(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const [metadata, items] = [own(value, 'metadata'), own(value, 'items')];
  if (Array.isArray(items)) return { ...value, items: items.map(withoutManagedFields) };
  if (!isObject(metadata)) return value;
  const { managedFields: _, ...rest } = metadata;
  return { ...value, metadata: rest };
}

function sorted(notes: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries([...notes].sort(([a], [b]) => (a < b ? -1 : 1)));
}
