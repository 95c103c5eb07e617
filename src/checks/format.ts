// Checks as lessons write them. What is written is turned into one kind of value here, and nothing else reads YAML.

import type { JsonObject } from '../../sandbox/kube/json.ts';
import { isObject, own, withoutKey } from '../../sandbox/kube/json.ts';
import { parseJsonPath, relaxedJsonPath } from '../../sandbox/kube/jsonpath.ts';
import { parseLabelSelector } from '../../sandbox/kube/labelselectorparser.ts';
import type { Act, Check, Condition, Origin, Range, SeenCheck, Selection, StateCheck } from './check.ts';
import { identifier, length, localized, variable } from './common.ts';
import {
  anyObject,
  anyValue,
  type Decoded,
  either,
  flag,
  integer,
  list,
  mapOf,
  named,
  needed,
  oneOf,
  optional,
  type Path,
  parsed,
  type Report,
  record,
  type Shape,
  text,
  unknownKey,
} from './shape.ts';

/** Kinds of checks that lessons.md names and that nobody has built: refused, never passed over. */
const NOT_BUILT = ['continuity', 'can', 'refused', 'program', 'attempt', 'cause'];

const selectorText = parsed(text({ about: 'a label selector' }), (written) => {
  parseLabelSelector(written);
  return written;
});

const selectionFields = {
  apiVersion: optional(text()),
  kind: needed(text({ about: 'a kind, for example Pod' })),
  name: optional(text()),
  namespace: optional(text()),
  selector: optional(selectorText),
};
const selection: Shape<Selection> = record(selectionFields);
const objects: Shape<ReadonlyMap<string, Selection>> = parsed(mapOf(selection), (named) => {
  for (const name of named.keys())
    variable.read(name, [], (_, message) => {
      throw new Error(message);
    });
  return named;
});

const range: Shape<Range> = parsed(
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
const condition: Shape<Condition> = parsed(
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
const partial: Shape<{ readonly select: Selection; readonly match: JsonObject | undefined }> = {
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

const stateFields = {
  object: optional(partial),
  selector: optional(selectorText),
  count: optional(range),
  absent: optional(flag),
  condition: optional(condition),
  cel: optional(text({ about: 'a CEL expression' })),
  objects: optional(objects),
};

type Written<T> = T extends { readonly kind: infer K; readonly at: string }
  ? Omit<T, 'at' | 'says' | 'kind'> & { kind: K }
  : never;

const state = parsed(record(stateFields), stateOf);

function stateOf(read: Decoded<typeof stateFields>): Written<StateCheck> {
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

/** `workstation`, `pod/client`, `pod/default/client`, `pod/default/client/container`. */
const from: Shape<Origin> = parsed(text({ about: 'workstation or pod/NAME' }), (written) => {
  if (written === 'workstation') return { kind: 'workstation' };
  const [kind, ...names] = written.split('/');
  const [first = '', second, container] = names;
  if (kind !== 'pod' || first === '' || names.length > 3)
    throw new Error(`\`${written}\`: write workstation, pod/NAME, pod/NAMESPACE/NAME or pod/NAMESPACE/NAME/CONTAINER`);
  return second === undefined
    ? { kind: 'pod', namespace: 'default', name: first }
    : { kind: 'pod', namespace: first, name: second, ...(container === undefined ? {} : { container }) };
});

const act: Shape<Act> = parsed(
  record({ exec: optional(text()), advance: optional(length) }),
  ({ exec, advance }): Act => {
    if (exec !== undefined && advance === undefined) return { kind: 'exec', run: exec };
    if (advance !== undefined && exec === undefined) return { kind: 'advance', ms: advance };
    throw new Error('one of `exec` and `advance` expected');
  },
);

const check = named('check', () => checkShape);

type Made = { [K in Check['kind']]: Written<Extract<Check, { kind: K }>> }[Check['kind']];

/** What is seen is one object at one moment: nothing can be counted, and nothing is missing. */
const seenFields = {
  object: needed(partial),
  selector: optional(selectorText),
  condition: optional(condition),
  cel: optional(text({ about: 'a CEL expression' })),
  as: optional(variable),
  which: optional(oneOf('first', 'last')),
  times: optional(integer(1, 1000)),
};

function seenOf(read: Decoded<typeof seenFields>): Written<SeenCheck> {
  const { as, which = 'first', times = 1, ...rest } = read;
  return { kind: 'seen', check: { ...stateOf(rest), at: '' }, which, times, ...(as === undefined ? {} : { as }) };
}

/** Each kind of check: what stands below its key. */
const KINDS: Readonly<Record<string, Shape<Made>>> = {
  state,
  settled: parsed(record({ for: needed(length), check: needed(check) }), (read) => ({ kind: 'settled', ...read })),
  seen: parsed(record(seenFields), seenOf),
  answer: parsed(
    record({ name: needed(identifier), cel: needed(text()), objects: optional(objects) }),
    ({ objects: named = new Map(), ...rest }) => ({ kind: 'answer', objects: named, ...rest }),
  ),
  logs: parsed(
    record({
      pod: needed(text()),
      namespace: optional(text()),
      container: optional(text()),
      previous: optional(flag),
      contains: needed(text()),
    }),
    ({ namespace = 'default', previous = false, ...rest }) => ({ kind: 'logs', namespace, previous, ...rest }),
  ),
  request: parsed(
    record({
      from: needed(from),
      url: needed(text({ pattern: /^https?:\/\//, about: 'an address that begins with http://' })),
      post: optional(text()),
      times: optional(integer(1, 1000)),
      failures: optional(integer(0, 1000)),
      every: optional(length),
      contains: optional(text()),
      pods: optional(integer(1, 1000)),
      podLabel: optional(text()),
    }),
    ({ times = 1, failures = 0, every = 0, podLabel = 'pod', ...rest }) => ({
      kind: 'request',
      times,
      failures,
      every,
      podLabel,
      ...rest,
    }),
  ),
  exec: parsed(
    record({ run: needed(text()), status: optional(integer(0, 255)), contains: optional(text()) }),
    ({ status = 0, ...rest }) => ({ kind: 'exec', status, ...rest }),
  ),
  workstation: parsed(
    record({ file: needed(text()), contains: optional(text()), yaml: optional(anyValue) }),
    (read) => ({ kind: 'workstation', ...read }),
  ),
  unchanged: parsed(record(selectionFields), (select) => ({ kind: 'unchanged', select })),
  disturb: parsed(
    record({ do: needed(list(act, { min: 1 })), what: optional(localized), check: needed(check) }),
    ({ do: acts, ...rest }) => ({ kind: 'disturb', acts, ...rest }),
  ),
  all: parsed(list(check, { min: 1 }), (checks) => ({ kind: 'all', checks })),
  any: parsed(list(check, { min: 1 }), (checks) => ({ kind: 'any', checks })),
  not: parsed(check, (inner) => ({ kind: 'not', check: inner })),
};

/** One kind of check, with `within` and `says` beside it. */
export const checkShape: Shape<Check> = {
  read(value, path, report) {
    if (!isObject(value)) {
      report(path, 'a check expected: an object with a key such as `state`');
      return undefined;
    }
    const says = value.says === undefined ? undefined : localized.read(value.says, [...path, 'says'], report);
    const within = value.within === undefined ? undefined : length.read(value.within, [...path, 'within'], report);
    const kind = kindOf(value, path, report);
    const made = kind === undefined ? undefined : KINDS[kind]?.read(value[kind], [...path, kind], report);
    if (made === undefined) return undefined;
    const at = path.join('.');
    const inner = made.kind === 'seen' ? { check: { ...made.check, at: `${at}.seen` } } : {};
    const whole = { ...made, ...inner, at, ...(says === undefined ? {} : { says }) } as Check;
    return within === undefined ? whole : { kind: 'within', ms: within, check: whole, at: `${at}.within` };
  },
  schema: {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: {
      says: localized.schema,
      within: length.schema,
      ...Object.fromEntries(Object.entries(KINDS).map(([key, { schema }]) => [key, schema])),
    },
  },
};

/** The key that says what kind of check it is; there must be exactly one. */
function kindOf(value: JsonObject, path: Path, report: Report): string | undefined {
  const keys = Object.keys(value).filter((key) => key !== 'says' && key !== 'within');
  const known = Object.keys(KINDS);
  for (const key of keys) {
    if (NOT_BUILT.includes(key)) report([...path, key], `checks of the kind \`${key}\` are not built yet`);
    else if (!known.includes(key)) report([...path, key], unknownKey(key, known));
  }
  const kinds = keys.filter((key) => known.includes(key));
  if (kinds.length === 1 && keys.length === 1) return kinds[0];
  if (kinds.length > 1)
    report(path, `one kind of check expected, found ${kinds.join(' and ')}; use \`all\` for several`);
  if (keys.length === 0) report(path, `no check here; it is one of ${known.join(', ')}`);
  return undefined;
}
