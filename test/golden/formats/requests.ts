// facts/validation.json, accepted.json, warnings.json: single requests, and whether and how they are refused.

import type { Difference } from '../difference.ts';
import type { Recording } from '../format.ts';
import { at, isObject, type JsonObject, type JsonValue, listAt, objectAt, omit, parseJson, textAt } from '../json.ts';
import { callOf, type Reply, send, warningsOf } from '../play/calls.ts';
import { recordedFile } from '../play/recorded.ts';
import type { World } from '../world.ts';
import { compareEntry, type Entry, facts, listOf } from './facts.ts';
import { sorted, sortedMessage } from './unstable.ts';

const OUTCOME = ['responseStatusCode', 'responseStatus', 'responseText', 'responseContentType', 'warnings'] as const;

export const requests = facts({
  name: 'requests',
  recognises: ({ content }) => listOf(content, 'name', 'method', 'path', 'responseStatusCode'),
  extent: 'api',
  prepare: setUp,
  entries: (content) => listAt(content).map(entryOf),
  async answer(world, { content }, wanted) {
    const answers: JsonValue[] = [];
    for (const entry of listAt(content)) {
      if (!wanted.has(textAt(entry, 'name') ?? '')) continue;
      answers.push(answerOf(objectAt(entry), await send(world, callOf(requestOf(objectAt(entry))))));
    }
    return answers;
  },
  compareEntry: compareUnstable,
});

function entryOf(entry: JsonValue, i: number): Entry {
  const recorded = objectAt(entry);
  const present = OUTCOME.filter((key) => recorded[key] !== undefined);
  return {
    part: textAt(entry, 'name') ?? String(i),
    places: present.map((key) => [i, key]),
    recorded: { warnings: [], ...Object.fromEntries(present.map((key) => [key, recorded[key]])) },
    sent: omit(recorded, ...OUTCOME),
  };
}

function requestOf(entry: JsonObject): JsonObject {
  const query = textAt(entry, 'query');
  const path = textAt(entry, 'path') ?? '/';
  return { ...omit(entry, 'query'), path: query === undefined ? path : `${path}?${query}` };
}

/** The recorded entry with our outcome in the form in which it has its own. */
function answerOf(entry: JsonObject, { status, headers, body }: Reply): JsonObject {
  const warnings = warningsOf(headers);
  const type = textAt(headers, 'Content-Type') ?? '';
  const refusal = isObject(body) ? { responseStatus: body } : { responseText: body ?? '' };
  const text = { responseText: typeof body === 'string' ? body : '', responseContentType: type };
  const shown = status >= 400 && entry['responseText'] === undefined ? refusal : {};
  return {
    ...omit(entry, ...OUTCOME),
    responseStatusCode: status,
    ...(entry['responseText'] === undefined ? shown : isObject(body) ? refusal : text),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** Where a recording was unstable, causes and warnings come in any order. */
function compareUnstable(recorded: Entry, ours: Entry): Difference | undefined {
  const unstable = at(recorded.sent, 'unstable') === true;
  return unstable ? compareEntry(inAnyOrder(recorded), inAnyOrder(ours)) : compareEntry(recorded, ours);
}

function inAnyOrder(entry: Entry): Entry {
  const { warnings, responseStatus, ...rest } = objectAt(entry.recorded);
  const status = objectAt(responseStatus);
  const details = objectAt(status, 'details');
  return {
    ...entry,
    recorded: {
      ...rest,
      warnings: sorted(listAt(warnings)),
      ...(responseStatus === undefined
        ? {}
        : {
            responseStatus: {
              ...status,
              message: sortedMessage(status['message']),
              ...(status['details'] === undefined
                ? {}
                : { details: { ...details, causes: sorted(listAt(details, 'causes')) } }),
            },
          }),
    },
  };
}

/** What the facts say of the world in which they hold: some objects, no controllers acting. */
async function setUp(world: World, recording: Recording): Promise<void> {
  const setup = recording.sibling('validation-setup') ?? parseJson(recordedFile('facts/validation-setup.json'));
  for (const step of listAt(setup)) {
    const call = callOf({ ...objectAt(step), headers: { 'User-Agent': 'facts' } });
    await send(world, call);
    const namespace = namespaceMade(objectAt(step));
    if (namespace !== undefined) await makeServiceAccount(world, namespace);
    if (textAt(step, 'path')?.endsWith('customresourcedefinitions') === true)
      await served(world, objectAt(step, 'body'));
  }
  await world.advance(3000);
}

function namespaceMade(step: JsonObject): string | undefined {
  return textAt(step, 'path') === '/api/v1/namespaces' ? textAt(step, 'body', 'metadata', 'name') : undefined;
}

/** Nobody else makes it: there are no controllers. */
export async function makeServiceAccount(world: World, namespace: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await send(world, { method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts`, body });
}

async function served(world: World, definition: JsonObject): Promise<void> {
  const path = `/apis/${textAt(definition, 'spec', 'group')}/${textAt(definition, 'spec', 'versions', 0, 'name')}/${textAt(definition, 'spec', 'names', 'plural')}`;
  for (let tries = 0; tries < 60; tries++) {
    if ((await send(world, { method: 'GET', path })).status === 200) return;
    await world.advance(250);
  }
}
