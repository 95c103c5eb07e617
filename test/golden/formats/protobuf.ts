// facts/protobuf-vectors/: objects as protobuf and as JSON, both ways; facts/protobuf.json: the numbers of all fields.

import { entries, isObject, type JsonValue, listAt, objectAt, textAt } from '../json.ts';
import { facts, listOf } from './facts.ts';

export const vectors = facts({
  name: 'protobuf vectors',
  recognises: ({ content }) => listOf(content, 'name', 'pb', 'json'),
  extent: 'api',
  entries: (content) =>
    listAt(content).map((entry, i) => ({
      part: textAt(entry, 'name') ?? String(i),
      places: [
        [i, 'pb'],
        [i, 'json'],
      ],
      recorded: { pb: textAt(entry, 'pb') ?? null, json: objectAt(entry)['json'] ?? null },
      sent: null,
    })),
  answer(world, { content }, wanted) {
    const { codec } = world;
    if (codec === undefined) throw new Error('this world has no protobuf codec to look at');
    const answers = listAt(content)
      .filter((entry) => wanted.has(textAt(entry, 'name') ?? ''))
      .map((entry): JsonValue => {
        const bytes = attempt(() => Buffer.from(codec.encode(objectAt(entry)['json'] ?? null)).toString('base64'));
        const json = attempt(() => codec.decode(Buffer.from(textAt(entry, 'pb') ?? '', 'base64')));
        return { name: textAt(entry, 'name') ?? '', pb: bytes, json };
      });
    return Promise.resolve(answers);
  },
});

/** One object that can't be coded fails alone. */
function attempt(code: () => JsonValue): JsonValue {
  try {
    return code();
  } catch (error) {
    return `cannot be coded: ${error instanceof Error ? error.message : error}`;
  }
}

/** `{kinds, messages: {NAME: [[number, jsonName, type, card, flags]]}, ...}` */
export const messages = facts({
  name: 'protobuf messages',
  recognises: ({ content }) => isObject(objectAt(content)['messages']) && isObject(objectAt(content)['kinds']),
  extent: 'api',
  entries: (content) => [
    { part: 'kinds', places: [['kinds']], recorded: objectAt(content, 'kinds'), sent: null },
    ...entries(objectAt(content, 'messages')).map(([name, rows]) => ({
      part: name,
      places: [['messages', name]],
      recorded: rows,
      sent: null,
    })),
  ],
  answer(world) {
    if (world.messages === undefined) throw new Error('this world has no protobuf messages to look at');
    return Promise.resolve(world.messages());
  },
});
