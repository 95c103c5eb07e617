// Checks as lessons write them. What is written is turned into one kind of value here, and nothing else reads YAML.

import { isObject, type JsonObject } from '../../sandbox/kube/json.ts';
import { act, manifests, programAct, timed } from './acts.ts';
import type {
  CanCheck,
  CauseCheck,
  Check,
  ContinuityCheck,
  ProgramEvent,
  RefusedCheck,
  RequestCheck,
  SeenCheck,
  Selection,
} from './check.ts';
import { identifier, length, localized, variable } from './common.ts';
import {
  condition,
  from,
  type Made,
  objects,
  partial,
  range,
  selectionFields,
  selectorText,
  state,
  stateOf,
  type Written,
} from './parts.ts';
import {
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

const check = named('check', () => checkShape);

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

/** The learner's kubeconfig, below the home folder. */
const KUBECONFIG = '.kube/config';

const request = parsed(
  record({
    from: needed(from),
    url: needed(text({ pattern: /^https?:\/\//, about: 'an address that begins with http://' })),
    post: optional(text()),
    headers: optional(mapOf(text())),
    times: optional(integer(1, 1000)),
    failures: optional(integer(0, 1000)),
    every: optional(length),
    status: optional(integer(100, 599)),
    contains: optional(text()),
    pods: optional(integer(1, 1000)),
    podLabel: optional(text()),
    evenly: optional(integer(0, 100)),
    share: optional(record({ text: needed(text()), percent: needed(range) })),
  }),
  ({ times = 1, failures = 0, every = 0, podLabel = 'pod', headers = new Map(), ...rest }): Written<RequestCheck> => ({
    kind: 'request',
    times,
    failures,
    every,
    podLabel,
    headers,
    ...rest,
  }),
);

/** `rollout deployment/web`, `rollout shop/deployment/web`. */
const rollout: Shape<Selection> = parsed(text({ about: '`rollout deployment/NAME`' }), (written) => {
  const [word, place = '', ...more] = written.trim().split(/\s+/);
  const parts = place.split('/');
  const [namespace = '', kind = '', name = ''] = parts.length === 3 ? parts : ['default', ...parts];
  const found = ROLLED[kind.toLowerCase()];
  if (word !== 'rollout' || more.length > 0 || found === undefined || name === '')
    throw new Error(`\`${written}\`: write rollout deployment/NAME (or statefulset, daemonset)`);
  return { kind: found, name, namespace };
});

const ROLLED: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
};

const continuityFields = {
  during: needed(
    either(
      rollout,
      record({ do: needed(list(act, { min: 1 })), for: needed(length) }),
      (value) => typeof value === 'string',
    ),
  ),
  request: optional(request),
  state: optional(state),
  failures: optional(integer(0, 10_000)),
  every: optional(length),
};

function continuityOf(read: Decoded<typeof continuityFields>): Written<ContinuityCheck> {
  const { during, request: asked, state: looked, failures = 0, every = 200 } = read;
  const inner = asked ?? looked;
  if (inner === undefined || (asked !== undefined && looked !== undefined))
    throw new Error('either `request` or `state` expected: what must not fail');
  if (every < 10) throw new Error('`every` is at least 10ms');
  const happens: ContinuityCheck['during'] =
    'do' in during ? { kind: 'acts', acts: during.do, for: during.for } : { kind: 'rollout', select: during };
  return { kind: 'continuity', during: happens, check: { ...inner, at: '' }, failures, every };
}

const canFields = {
  as: needed(text({ about: 'a user, or system:serviceaccount:NAMESPACE:NAME' })),
  groups: optional(list(text())),
  verb: needed(text()),
  resource: needed(text({ about: 'a resource as `kubectl auth can-i` takes it, for example deployments.apps' })),
  name: optional(text()),
  namespace: optional(text()),
  allowed: optional(flag),
};

function canOf(read: Decoded<typeof canFields>): Written<CanCheck> {
  const { groups = [], namespace = 'default', allowed = true, ...rest } = read;
  return { kind: 'can', groups, namespace, allowed, ...rest };
}

const refusedFields = {
  create: optional(manifests),
  apply: optional(manifests),
  delete: optional(manifests),
  as: optional(text()),
  groups: optional(list(text())),
  mentions: optional(text()),
};

function refusedOf(read: Decoded<typeof refusedFields>): Written<RefusedCheck> {
  const { create, apply, delete: gone, groups = [], ...rest } = read;
  const writes = (
    [
      ['create', create],
      ['apply', apply],
      ['delete', gone],
    ] as const
  ).flatMap(([verb, given]) => (given === undefined ? [] : [{ verb, objects: given }]));
  const [write, ...more] = writes;
  if (write === undefined || more.length > 0) throw new Error('one of `create`, `apply` and `delete` expected');
  return { kind: 'refused', write, groups, ...rest };
}

const event: Shape<ProgramEvent> = timed(programAct);

const programFields = {
  run: needed(text({ about: 'the command line that starts the program' })),
  events: optional(list(event)),
  for: needed(length),
  writes: optional(range),
  check: needed(check),
};

const attemptFields = {
  outcome: optional(oneOf('refused', 'warned')),
  reason: optional(text()),
  field: optional(text()),
  mentions: optional(text()),
  resource: optional(text({ about: 'a resource, for example deployments' })),
  name: optional(text()),
};

const causeFields = { ...selectionFields, entered: optional(text()), actor: optional(text()) };

function causeOf({ entered, actor, ...select }: Decoded<typeof causeFields>): Written<CauseCheck> {
  if (entered === undefined && actor === undefined) throw new Error('`entered` or `actor` expected: what it came from');
  return {
    kind: 'cause',
    select,
    ...(entered === undefined ? {} : { entered }),
    ...(actor === undefined ? {} : { actor }),
  };
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
  request,
  continuity: parsed(record(continuityFields), continuityOf),
  can: parsed(record(canFields), canOf),
  refused: parsed(record(refusedFields), refusedOf),
  program: parsed(record(programFields), ({ for: ms, events = [], ...rest }) => ({
    kind: 'program',
    for: ms,
    events,
    ...rest,
  })),
  attempt: parsed(record(attemptFields), ({ outcome = 'refused', ...rest }) => ({ kind: 'attempt', outcome, ...rest })),
  cause: parsed(record(causeFields), causeOf),
  exec: parsed(
    record({ run: needed(text()), status: optional(integer(0, 255)), contains: optional(text()) }),
    ({ status = 0, ...rest }) => ({ kind: 'exec', status, ...rest }),
  ),
  workstation: parsed(
    record({
      file: optional(text()),
      contains: optional(text()),
      yaml: optional(anyValue),
      kubeconfig: optional(anyValue),
    }),
    ({ file, kubeconfig, ...rest }) => {
      if ((file === undefined) === (kubeconfig === undefined))
        throw new Error('either `file` or `kubeconfig` expected');
      if (file !== undefined) return { kind: 'workstation', file, ...rest };
      return { kind: 'workstation', file: KUBECONFIG, yaml: kubeconfig ?? null };
    },
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

/** What may stand beside any kind of check. */
const BESIDE: readonly string[] = ['says', 'within', 'cluster'];

/** One kind of check, with `within`, `cluster` and `says` beside it. */
export const checkShape: Shape<Check> = {
  read(value, path, report) {
    if (!isObject(value)) {
      report(path, 'a check expected: an object with a key such as `state`');
      return undefined;
    }
    const says = value.says === undefined ? undefined : localized.read(value.says, [...path, 'says'], report);
    const within = value.within === undefined ? undefined : length.read(value.within, [...path, 'within'], report);
    const cluster = value.cluster === undefined ? undefined : text().read(value.cluster, [...path, 'cluster'], report);
    const kind = kindOf(value, path, report);
    const made = kind === undefined ? undefined : KINDS[kind]?.read(value[kind], [...path, kind], report);
    if (made === undefined) return undefined;
    const at = path.join('.');
    const inner =
      made.kind === 'seen' || made.kind === 'continuity' ? { check: { ...made.check, at: `${at}.${made.kind}` } } : {};
    const whole = { ...made, ...inner, at, ...(says === undefined ? {} : { says }) } as Check;
    const waited: Check =
      within === undefined ? whole : { kind: 'within', ms: within, check: whole, at: `${at}.within` };
    return cluster === undefined ? waited : { kind: 'on', cluster, check: waited, at: `${at}.cluster` };
  },
  schema: {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: {
      says: localized.schema,
      within: length.schema,
      cluster: text().schema,
      ...Object.fromEntries(Object.entries(KINDS).map(([key, { schema }]) => [key, schema])),
    },
  },
};

/** The key that says what kind of check it is; there must be exactly one. */
function kindOf(value: JsonObject, path: Path, report: Report): string | undefined {
  const keys = Object.keys(value).filter((key) => !BESIDE.includes(key));
  const known = Object.keys(KINDS);
  for (const key of keys) {
    if (!known.includes(key)) report([...path, key], unknownKey(key, known));
  }
  const kinds = keys.filter((key) => known.includes(key));
  if (kinds.length === 1 && keys.length === 1) return kinds[0];
  if (kinds.length > 1)
    report(path, `one kind of check expected, found ${kinds.join(' and ')}; use \`all\` for several`);
  if (keys.length === 0) report(path, `no check here; it is one of ${known.join(', ')}`);
  return undefined;
}
