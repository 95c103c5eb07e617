// facts/defaults.json: what is sent, and what comes back with everything filled in that wasn't said.

import { isObject, type JsonObject, type JsonValue, listAt, objectAt, omit, textAt } from '../json.ts';
import { send, warningsOf } from '../play/calls.ts';
import { facts, listOf } from './facts.ts';
import { makeServiceAccount } from './requests.ts';

export const defaults = facts({
  name: 'defaults',
  recognises: ({ content }) => listOf(content, 'name', 'path', 'sent', 'returned'),
  extent: 'api',
  async prepare(world) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 't' } };
    await send(world, { method: 'POST', path: '/api/v1/namespaces', body });
    await makeServiceAccount(world, 't');
    await world.advance(1000);
  },
  entries: (content) =>
    listAt(content).map((entry, i) => ({
      part: textAt(entry, 'name') ?? String(i),
      places: ['returned', 'warnings'].filter((key) => key in objectAt(entry)).map((key) => [i, key]),
      recorded: { returned: objectAt(entry)['returned'] ?? null, warnings: listAt(entry, 'warnings') },
      sent: { path: textAt(entry, 'path') ?? '', sent: objectAt(entry)['sent'] ?? null },
    })),
  async answer(world, { content }, wanted) {
    const answers: JsonValue[] = [];
    for (const entry of listAt(content).map((item) => objectAt(item))) {
      if (!wanted.has(textAt(entry, 'name') ?? '')) continue;
      const path = textAt(entry, 'path') ?? '/';
      const call = {
        method: 'POST',
        path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All`,
        body: entry['sent'] ?? null,
      };
      const { body, headers } = await send(world, call);
      const warnings = warningsOf(headers);
      answers.push({
        ...omit(entry, 'returned', 'warnings'),
        returned: plain(body),
        ...(warnings.length === 0 ? {} : { warnings }),
      });
    }
    return answers;
  },
  rules: { keyOrder: true },
});

/** Without what differs from one creation to the next. */
function plain(body: JsonValue): JsonValue {
  if (!isObject(body) || !isObject(body['metadata'])) return body;
  const metadata: JsonObject = omit(body['metadata'], 'managedFields', 'uid', 'creationTimestamp', 'resourceVersion');
  return { ...body, metadata };
}
