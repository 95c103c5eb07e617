// Acts as lessons write them: what befalls the cluster, in a disturbance on a copy or on a lesson's timeline.

import { isArray, isObject, type JsonObject, own, withoutKey } from '../../sandbox/kube/json.ts';
import type { Deed, Planned } from '../session/deeds.ts';
import type { Act } from './check.ts';
import { length } from './common.ts';
import { from } from './parts.ts';
import { requestLoop } from './requests.ts';
import { shellWord } from './script.ts';
import { anyObject, either, flag, list, needed, oneOf, optional, parsed, record, type Shape, text } from './shape.ts';

/** One manifest, or several. */
export const manifests: Shape<readonly JsonObject[]> = parsed(
  either(list(anyObject, { min: 1 }), anyObject, Array.isArray),
  (read) => (isArray(read) ? read : [read]),
);

/** `pod/web`, `shop/pod/web` in another namespace. */
const object = parsed(text({ about: 'KIND/NAME or NAMESPACE/KIND/NAME' }), (written) => {
  const parts = written.split('/');
  const [namespace, kind, name] = parts.length === 3 ? parts : ['default', ...parts];
  if (!namespace || !kind || !name) throw new Error(`\`${written}\`: write KIND/NAME or NAMESPACE/KIND/NAME`);
  return { namespace, target: `${kind}/${name}` };
});

const tag = record({ tag: needed(text()), to: optional(text()) });
const outage = record({
  host: needed(text()),
  outage: needed(oneOf('unreachable', 'unavailable', 'too-many-requests', 'none')),
});
const publicName = record({ name: needed(text()), addresses: optional(list(text())) });
const turned = record({ pod: needed(object), switch: needed(text()), on: needed(flag) });

/** What lies outside of the cluster, or in a program's hand. */
const world: Shape<Act> = parsed(
  record({ tag: optional(tag), registry: optional(outage), name: optional(publicName), switch: optional(turned) }),
  (read): Act => {
    if (read.tag !== undefined) return deed({ does: 'moveTag', ...read.tag });
    if (read.registry !== undefined) return deed({ does: 'registry', ...read.registry });
    if (read.name !== undefined)
      return deed({ does: 'name', name: read.name.name, addresses: read.name.addresses ?? [] });
    if (read.switch === undefined) throw new Error('one of `tag`, `registry`, `name` and `switch` expected');
    const { pod, switch: name, on } = read.switch;
    const [namespace, target] = [shellWord(pod.namespace), shellWord(pod.target)];
    return exec(`kubectl exec -n ${namespace} ${target} -- switch ${shellWord(name)} ${on ? 'on' : 'off'}`);
  },
);

/** What calls itself kubectl is what most programs watch with. */
const lag: Shape<Act> = parsed(
  either(
    record({ client: needed(text({ about: 'a client, as its User-Agent begins' })), by: needed(length) }),
    length,
    isObject,
  ),
  (read) =>
    deed({
      does: 'lag',
      ...(typeof read === 'number' ? { client: 'kubectl', ms: read } : { client: read.client, ms: read.by }),
    }),
);

function deed(one: Deed): Act {
  return { kind: 'deed', deed: one };
}

function exec(run: string): Act {
  return { kind: 'exec', run };
}

const node = text({ about: "a node's name" });
const component = text({ about: 'a part of the cluster, for example kube-scheduler' });

/** Each verb: what stands behind its key. */
const VERBS = {
  exec: parsed(text(), exec),
  advance: parsed(length, (ms): Act => ({ kind: 'advance', ms })),
  delete: parsed(object, ({ namespace, target }) =>
    exec(`kubectl delete -n ${shellWord(namespace)} ${shellWord(target)} --wait=false`),
  ),
  kill: parsed(object, ({ namespace, target }) =>
    exec(`kubectl delete -n ${shellWord(namespace)} ${shellWord(target)} --force --grace-period=0 --wait=false`),
  ),
  apply: parsed(manifests, (objects) => exec(`kubectl apply -f - <<'END_OF_MANIFEST'\n${manifestText(objects)}`)),
  drain: parsed(node, (name) =>
    exec(`kubectl drain ${shellWord(name)} --ignore-daemonsets --delete-emptydir-data --force --timeout=110s`),
  ),
  failNode: parsed(node, (name) => deed({ does: 'failNode', node: name })),
  recoverNode: parsed(node, (name) => deed({ does: 'recoverNode', node: name })),
  cutOff: parsed(node, (name) => deed({ does: 'cutOff', node: name })),
  join: parsed(node, (name) => deed({ does: 'join', node: name })),
  stop: parsed(component, (name) => deed({ does: 'stop', component: name })),
  start: parsed(component, (name) => deed({ does: 'start', component: name })),
  load: parsed(
    record({ from: needed(from), url: needed(text()), every: optional(length), for: needed(length) }),
    (read) => {
      const { every = 100 } = read;
      const loop = requestLoop({ url: read.url, headers: new Map() }, Math.ceil(read.for / every), every);
      return { kind: 'start', run: loop(read.from) } satisfies Act;
    },
  ),
  lag,
  world,
} satisfies Record<string, Shape<Act>>;

/** JSON is YAML; the end of the document that a script reads. */
export function manifestText(objects: readonly JsonObject[]): string {
  return `${objects.map((one) => JSON.stringify(one)).join('\n---\n')}\nEND_OF_MANIFEST`;
}

const ACT_FIELDS = Object.fromEntries(Object.entries(VERBS).map(([verb, shape]) => [verb, optional(shape)]));

/** One thing that happens: a key that says what. */
export const act: Shape<Act> = parsed(record(ACT_FIELDS, 'an act'), onlyOne);

/** What a program is put through: an act, or what becomes of the program itself. */
export const programAct: Shape<Act | 'crash' | 'restart'> = parsed(
  record({ ...ACT_FIELDS, program: optional(oneOf('crash', 'restart')) }, 'an act'),
  onlyOne,
);

function onlyOne<T>(read: Readonly<Record<string, T | undefined>>): T {
  const [first, ...more] = Object.values(read).filter((one) => one !== undefined);
  if (first !== undefined && more.length === 0) return first;
  throw new Error(`one of ${Object.keys(VERBS).join(', ')} expected`);
}

/** With its time: `at: 40s` beside what happens. */
export function timed<T>(shape: Shape<T>): Shape<{ readonly at: number; readonly does: T }> {
  const { properties } = shape.schema as { readonly properties?: JsonObject };
  return {
    read(value, path, report) {
      if (!isObject(value)) {
        report(path, '`at: 40s` and what happens expected');
        return undefined;
      }
      const at = own(value, 'at');
      if (at === undefined) report(path, '`at` is missing: when it happens, for example 40s');
      const time = at === undefined ? undefined : length.read(at, [...path, 'at'], report);
      const does = shape.read(withoutKey(value, 'at'), path, report);
      return time === undefined || does === undefined ? undefined : { at: time, does };
    },
    schema: { ...shape.schema, required: ['at'], properties: { at: length.schema, ...properties } },
  };
}

/** A fault on a lesson's timeline. */
export const fault: Shape<Planned> = parsed(timed(act), ({ at, does }) => {
  if (does.kind === 'advance') throw new Error('`advance` has no place on a timeline: write a later `at`');
  return { after: at, deed: does.kind === 'deed' ? does.deed : { does: 'run', script: does.run } };
});
