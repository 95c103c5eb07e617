// facts/bootstrap-objects.json: all objects of a cluster that nobody has touched.

import { type Difference, difference } from '../difference.ts';
import {
  entries,
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  mapStrings,
  objectAt,
  omit,
  textAt,
} from '../json.ts';
import { read } from '../play/calls.ts';
import { servedResources } from './discovery.ts';
import { compareEntry, type Entry, facts } from './facts.ts';

/** `{RESOURCE.GROUP: [objects]}` */
export const bootstrap = facts({
  name: 'bootstrap objects',
  recognises: ({ content }) =>
    isObject(content) &&
    entries(content).length > 0 &&
    entries(content).every(([, list]) => isArray(list) && list.every(isNamed)),
  extent: 'plane',
  prepare: (world) => world.advance(20_000),
  entries: (content) => entries(objectAt(content)).flatMap(([resource, list]) => objectEntries(resource, listAt(list))),
  async answer(world, { content }) {
    const served = await servedResources(world);
    const answers: [string, JsonValue][] = [];
    for (const name of Object.keys(objectAt(content))) {
      const path = pathOf(served, name);
      const kind = served.find((resource) => qualifiedName(resource) === name);
      const items = listAt(path === undefined ? undefined : await read(world, path), 'items');
      answers.push([name, items.map((item) => plain(objectAt(item), objectAt(kind)))]);
    }
    return Object.fromEntries(answers);
  },
  compareEntry: compareObjects,
});

function isNamed(item: JsonValue): boolean {
  return textAt(item, 'metadata', 'name') !== undefined && textAt(item, 'kind') !== undefined;
}

/** Each object is a case; the last of its resource also says that there are no others. */
function objectEntries(resource: string, list: readonly JsonValue[]): readonly Entry[] {
  const names = list.map(qualified);
  return list.map((object, i) => ({
    part: `${resource}/${names[i]}`,
    places: [[resource, i]],
    recorded: object,
    sent: i === list.length - 1 ? names : null,
  }));
}

function qualified(object: JsonValue): string {
  const namespace = textAt(object, 'metadata', 'namespace');
  return `${namespace === undefined ? '' : `${namespace}/`}${textAt(object, 'metadata', 'name')}`;
}

function compareObjects(recorded: Entry, ours: Entry): Difference | undefined {
  const surplus =
    isArray(recorded.sent) && isArray(ours.sent)
      ? ours.sent.filter((name) => !listAt(recorded.sent).includes(name))
      : [];
  if (surplus.length > 0) return difference('(other objects)', undefined, surplus.join(', '));
  return compareEntry(atOnePort(recorded), atOnePort(ours), { exact: false });
}

/** The facts were recorded on a server that listened on 7443. */
function atOnePort(entry: Entry): Entry {
  const port = (value: JsonValue): JsonValue => {
    if (value === 7443) return 6443;
    if (isArray(value)) return value.map(port);
    return isObject(value) ? Object.fromEntries(entries(value).map(([key, item]) => [key, port(item)])) : value;
  };
  return {
    ...entry,
    recorded: mapStrings(port(entry.recorded), (text) => text.replaceAll(':7443', ':6443')),
    sent: null,
  };
}

function qualifiedName(resource: JsonObject): string {
  const group = textAt(resource, 'group') ?? '';
  return `${textAt(resource, 'resource')}${group === '' ? '' : `.${group}`}`;
}

function pathOf(served: readonly JsonObject[], name: string): string | undefined {
  const resource = served.find((one) => qualifiedName(one) === name);
  if (resource === undefined) return undefined;
  const { group, version } = resource;
  return `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}/${textAt(resource, 'resource')}`;
}

function plain(object: JsonObject, { group, version, kind }: JsonObject): JsonObject {
  const metadata = omit(objectAt(object, 'metadata'), 'managedFields', 'uid', 'creationTimestamp', 'resourceVersion');
  const apiVersion = group === '' ? String(version) : `${group}/${version}`;
  return { ...object, apiVersion, kind: kind ?? '', metadata };
}
