// Takes out of a controllers/ case what comes from the history of the server on which it was recorded, or from how
// many times a controller happened to look.

import { isArray, isObject, type JsonObject, type JsonValue, listAt, objectAt, omit, textAt } from '../json.ts';
import { compareValues, masked, newComparison, valueUnits } from '../normalise.ts';

/** Events of nodes that depend on which nodes were there before the case. */
const HISTORY: ReadonlySet<string> = new Set(['RegisteredNode', 'RemovingNode', 'CIDRAssignmentFailed']);

/** Whether two snapshots, taken alone, show the same. */
export function saysTheSame(recorded: JsonObject, ours: JsonObject): boolean {
  const [left, right] = [settle(recorded, ''), settle(ours, '')];
  const comparison = newComparison({
    recorded: [...valueUnits('', left)],
    own: [...valueUnits('', right)],
    inputs: [],
  });
  return compareValues(comparison, left, right, '') === undefined;
}

export function settleControllers(content: JsonObject): JsonObject {
  const settled = objectAt(settle(content, ''));
  const seconds = Object.fromEntries(
    ['seconds_until_unknown', 'seconds_until_orphans_gone'].flatMap((key) =>
      typeof settled[key] === 'number' ? [[key, Math.round(settled[key] / 10)]] : [],
    ),
  );
  const events = listAt(settled, 'events_default').filter((event) => !HISTORY.has(textAt(event, 'reason') ?? ''));
  return { ...settled, ...seconds, ...(settled['events_default'] === undefined ? {} : { events_default: events }) };
}

function settle(value: JsonValue, key: string): JsonValue {
  if (isArray(value)) return inOrderOfNames(value).map((item) => settle(item, key));
  if (!isObject(value)) return value;
  const own = settleObject(value, key);
  return Object.fromEntries(
    Object.entries(own).map(([name, item]) => [name, item === undefined ? item : settle(item, name)]),
  );
}

/** Objects are listed in the order of the seconds in which they were made, which says nothing. */
function inOrderOfNames(list: readonly JsonValue[]): readonly JsonValue[] {
  const name = (item: JsonValue) => masked(textAt(item, 'metadata', 'name') ?? '');
  return [...list].sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}

/** The time of the last change is only said if there was one since the last look, and changes come in portions. */
function withoutTrigger(object: JsonObject): JsonObject {
  const { annotations, ...metadata } = objectAt(object, 'metadata');
  const rest = omit(objectAt(annotations ?? {}), 'endpoints.kubernetes.io/last-change-trigger-time');
  return { ...object, metadata: { ...metadata, ...(Object.keys(rest).length === 0 ? {} : { annotations: rest }) } };
}

function settleObject(value: JsonObject, key: string): JsonObject {
  if (key === 'endpointslices') return withoutTrigger(withoutGeneration(value));
  if (key === 'endpoints' && isObject(value['metadata'])) return withoutTrigger(value);
  if (key === 'deployments') return withSortedConditions(value);
  return isNode(value) ? withoutRange(value) : value;
}

/** A Deployment's conditions move to the end when they change: their order says how often it was looked at. */
function withSortedConditions(deployment: JsonObject): JsonObject {
  const { status } = deployment;
  if (!isObject(status) || !isArray(status['conditions'])) return deployment;
  const type = (condition: JsonValue) => textAt(condition, 'type') ?? '';
  const conditions = [...status['conditions']].sort((a, b) => (type(a) < type(b) ? -1 : 1));
  return { ...deployment, status: { ...status, conditions } };
}

/** A slice's generation counts how often its endpoints came in portions; these have no order. */
function withoutGeneration(slice: JsonObject): JsonObject {
  const { metadata, endpoints } = slice;
  const address = (endpoint: JsonValue) => textAt(endpoint, 'addresses', 0) ?? '';
  const sorted = isArray(endpoints) ? [...endpoints].sort((a, b) => (address(a) < address(b) ? -1 : 1)) : endpoints;
  const shown = sorted === undefined ? slice : { ...slice, endpoints: sorted };
  return isObject(metadata) ? { ...shown, metadata: omit(metadata, 'generation') } : shown;
}

function isNode(value: JsonObject): boolean {
  return isObject(value['spec']) && isObject(objectAt(value, 'status')['capacity']);
}

/** Ranges of pod addresses had been used up by earlier cases. */
function withoutRange(node: JsonObject): JsonObject {
  return { ...node, spec: omit(objectAt(node, 'spec'), 'podCIDR', 'podCIDRs') };
}
