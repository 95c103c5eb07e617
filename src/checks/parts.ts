// The parts that checks are written of: which objects, how many, what they have to have, from where something is asked.

import type { JsonObject } from '../../sandbox/kube/json.ts';
import { isObject, own, withoutKey } from '../../sandbox/kube/json.ts';
import { parseJsonPath, relaxedJsonPath } from '../../sandbox/kube/jsonpath.ts';
import { parseLabelSelector } from '../../sandbox/kube/selectors/labelselectorparser.ts';
import type { Check, Condition, Origin, Range, Selection, StateCheck } from './check.ts';
import { variable } from './common.ts';
import {
  anyObject,
  type Decoded,
  either,
  flag,
  integer,
  mapOf,
  needed,
  optional,
  parsed,
  record,
  type Shape,
  text,
} from './shape.ts';

/** A kind of check as it is read: where it stands comes later. */
export type Written<T> = T extends { readonly kind: infer K; readonly at: string }
  ? Omit<T, 'at' | 'says' | 'kind'> & { kind: K }
  : never;

export type Made = { [K in Check['kind']]: Written<Extract<Check, { kind: K }>> }[Check['kind']];

export const selectorText = parsed(text({ about: 'a label selector' }), (written) => {
  parseLabelSelector(written);
  return written;
});

export const selectionFields = {
  apiVersion: optional(text()),
  kind: needed(text({ about: 'a kind, for example Pod' })),
  name: optional(text()),
  namespace: optional(text()),
  selector: optional(selectorText),
};
const selection: Shape<Selection> = record(selectionFields);
/** By names for expressions; one expression may set objects of several clusters side by side. */
const namedSelection: Shape<Selection> = record({ ...selectionFields, cluster: optional(text()) });
export const objects: Shape<ReadonlyMap<string, Selection>> = parsed(mapOf(namedSelection), (named) => {
  for (const name of named.keys())
    variable.read(name, [], (_, message) => {
      throw new Error(message);
    });
  return named;
});

export const range: Shape<Range> = parsed(
  either(
    integer(0, 10_000),
    record({ min: optional(integer(0, 10_000)), max: optional(integer(0, 10_000)) }),
    (value) => typeof value === 'number',
  ),
  (read) =>
    typeof read === 'number'
      ? { min: read, max: read }
      : { min: read.min ?? 0, max: read.max ?? Number.POSITIVE_INFINITY },
);

/** `Ready`, `Ready=False`, `jsonpath={.status.phase}=Running`. */
export const condition: Shape<Condition> = parsed(
  text({ about: 'a condition as `kubectl wait --for` takes it' }),
  (written) => {
    if (!written.startsWith('jsonpath=')) {
      const [name = '', status = 'True'] = written.split('=');
      return { type: 'condition', name, status };
    }
    const rest = written.slice('jsonpath='.length);
    const end = rest.lastIndexOf('}') + 1;
    const path = relaxedJsonPath(rest.slice(0, end));
    parseJsonPath(path);
    const value = rest.slice(end);
    return { type: 'jsonpath', path, value: value.startsWith('=') ? value.slice(1) : undefined };
  },
);

/** A partial object: its kind and name say which, the rest what it has to have. */
export const partial: Shape<{ readonly select: Selection; readonly match: JsonObject | undefined }> = {
  read(value, path, report) {
    const object = anyObject.read(value, path, report);
    if (object === undefined) return undefined;
    const metadata = isObject(object.metadata) ? object.metadata : {};
    const { apiVersion, kind } = object;
    const select = selection.read(
      { apiVersion, kind, name: own(metadata, 'name'), namespace: own(metadata, 'namespace') },
      path,
      report,
    );
    if (select === undefined) return undefined;
    const rest = withoutKey(withoutKey(withoutKey(object, 'apiVersion'), 'kind'), 'metadata');
    const restOfMetadata = withoutKey(withoutKey(metadata, 'name'), 'namespace');
    const match = Object.keys(restOfMetadata).length > 0 ? { metadata: restOfMetadata, ...rest } : rest;
    return { select, match: Object.keys(match).length > 0 ? match : undefined };
  },
  schema: { type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } },
};

export const stateFields = {
  object: optional(partial),
  selector: optional(selectorText),
  count: optional(range),
  absent: optional(flag),
  condition: optional(condition),
  cel: optional(text({ about: 'a CEL expression' })),
  objects: optional(objects),
};

export const state = parsed(record(stateFields), stateOf);

export function stateOf(read: Decoded<typeof stateFields>): Written<StateCheck> {
  const { object, selector, condition: asked, cel, count, absent = false, objects: named = new Map() } = read;
  if (object === undefined && cel === undefined) throw new Error('a `state` needs an `object` or a `cel`');
  if (object === undefined && (selector ?? count ?? asked) !== undefined)
    throw new Error('`selector`, `count` and `condition` need an `object` with its kind');
  if (absent && count !== undefined) throw new Error('`absent` and `count` contradict each other');
  return {
    kind: 'state',
    absent,
    objects: named,
    ...(object === undefined ? {} : { select: { ...object.select, ...(selector === undefined ? {} : { selector }) } }),
    ...(object?.match === undefined ? {} : { match: object.match }),
    ...(count === undefined ? {} : { count }),
    ...(asked === undefined ? {} : { condition: asked }),
    ...(cel === undefined ? {} : { cel }),
  };
}

/** `workstation`, `outside`, `node/worker-1`, `pod/client`, `pod/default/client`, `pod/default/client/container`. */
export const from: Shape<Origin> = parsed(text({ about: 'workstation, outside, node/NAME or pod/NAME' }), (written) => {
  if (written === 'workstation' || written === 'outside') return { kind: 'workstation' };
  const [kind, ...names] = written.split('/');
  const [first = '', second, container] = names;
  if (kind === 'node' && first !== '' && second === undefined) return { kind: 'node', name: first };
  if (kind !== 'pod' || first === '' || names.length > 3)
    throw new Error(
      `\`${written}\`: write workstation, outside, node/NAME, pod/NAME, pod/NAMESPACE/NAME or pod/NAMESPACE/NAME/CONTAINER`,
    );
  return second === undefined
    ? { kind: 'pod', namespace: 'default', name: first }
    : { kind: 'pod', namespace: first, name: second, ...(container === undefined ? {} : { container }) };
});
