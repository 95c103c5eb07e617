// Where checks stand when they are judged: a session that they look at, what is remembered of it, and whether things may
// be tried. Lists are read once a revision: many checks ask for the same objects.

import type { JsonObject, JsonValue } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import { reasonOf } from '../../sandbox/kube/status.ts';
import { CHECKER } from '../session/checker.ts';
import { type Check, everyCheckAt, type OnCheck, type SeenCheck, type Selection } from './check.ts';
import { type Memory, namedSighting } from './memory.ts';
import { selects } from './selection.ts';
import type { TeacherSession } from './session.ts';
import type { Look } from './state.ts';

/** Names that the checks of a lesson give to objects. */
export interface Names {
  /** Objects that were seen. */
  readonly seen: readonly SeenCheck[];
  /** Named objects as they were at the start: `start.web`. */
  readonly start: JsonObject;
}

const NO_NAMES: Names = { seen: [], start: {} };

export interface Ground {
  readonly session: TeacherSession;
  readonly memory: Memory;
  /** What expressions know by name, whatever the check. */
  readonly names: Names;
  /** Things may be tried on copies. */
  readonly mayTry: boolean;
  /** This is itself a copy, on which time may pass. */
  readonly copy: boolean;
  readonly look: Look;
  /** The ground on another of the lesson's clusters. */
  elsewhere(cluster: string): Ground | undefined;
}

export function newGround(
  session: TeacherSession,
  memory: Memory,
  { names = NO_NAMES, mayTry = false, copy = false }: Partial<Pick<Ground, 'names' | 'mayTry' | 'copy'>> = {},
): Ground {
  const cache = new Map<string, readonly KubeObject[]>();
  let revision = -1;
  const objects = ({ cluster, ...selection }: Selection): readonly KubeObject[] => {
    if (cluster !== undefined) return elsewhere(cluster)?.look.objects(selection) ?? [];
    if (session.revision() !== revision) {
      cache.clear();
      revision = session.revision();
    }
    const { apiVersion, kind, name, namespace = 'default', selector } = selection;
    // An empty name is not the same as none.
    const key = JSON.stringify([apiVersion, kind, name, namespace, selector]);
    let found = cache.get(key);
    if (found === undefined) {
      found = read(session, selection);
      cache.set(key, found);
    }
    return found;
  };
  const look: Look = {
    objects,
    get names() {
      return bound(memory, names);
    },
  };
  const others = new Map<string, Ground | undefined>();
  const elsewhere = (cluster: string): Ground | undefined => {
    if (!others.has(cluster)) {
      const there = session.at?.(cluster);
      others.set(cluster, there && newGround(there, memory, { names, mayTry, copy }));
    }
    return others.get(cluster);
  };
  return { session, memory, names, mayTry, copy, look, elsewhere };
}

/** Where a check is judged that says on which cluster; what may be tried is what may be tried here. */
export function groundOf({ cluster }: OnCheck, ground: Ground): Ground | undefined {
  const there = ground.elsewhere(cluster);
  return there && { ...there, mayTry: ground.mayTry };
}

/** The checks inside of a check, itself first, each with the ground on which it is judged. */
export function grounded(check: Check, ground: Ground): readonly (readonly [Check, Ground])[] {
  return [...everyCheckAt(check)].flatMap(([one, cluster]) => {
    const there = cluster === undefined ? ground : ground.elsewhere(cluster);
    return there === undefined ? [] : [[one, there] as const];
  });
}

/** A copy of the session as ground of its own; undefined when none can be made now. */
export function copyOf(ground: Ground): Ground | undefined {
  const session = ground.session.fork();
  return session === undefined ? undefined : groundOn(session, ground);
}

/** A session that is a copy, as ground of its own. */
export function groundOn(copy: TeacherSession, { memory, names }: Ground): Ground {
  return newGround(copy, memory, { names, mayTry: true, copy: true });
}

function bound(memory: Memory, { seen, start }: Names): ReadonlyMap<string, JsonValue> {
  const sightings = seen.map(({ as = '', at, which }) => [as, namedSighting(memory, at, which)] as const);
  return new Map<string, JsonValue>([['start', start], ...sightings]);
}

/** At which revision a session was when the learner began. */
export type StartOf = (session: TeacherSession) => number;

/** The names that checks give, the parts of checks among them. */
export function namesIn(checks: readonly Check[], session: TeacherSession, startOf: StartOf): Names {
  const all = checks.flatMap((check) => [...everyCheckAt(check)]);
  const seen = all.flatMap(([one]) => (one.kind === 'seen' && one.as !== undefined ? [one] : []));
  const start = new Map<string, JsonValue>();
  for (const [one, cluster] of all) {
    const there = cluster === undefined ? session : session.at?.(cluster);
    if (there === undefined || !('objects' in one)) continue;
    for (const [name, selection] of one.objects) start.set(name, objectsAt(there, selection, startOf(there)));
  }
  return { seen, start: Object.fromEntries(start) };
}

/** Names that are there in every expression of a lesson. */
export function commonVariables(checks: readonly Check[]): readonly string[] {
  const named = checks.flatMap((one) => (one.kind === 'seen' && one.as !== undefined ? [one.as] : []));
  return ['start', ...named];
}

/** What a selection gave right after a revision: one by its name (null when it wasn't there), several as a list. */
function objectsAt(session: TeacherSession, selection: Selection, revision: number): JsonValue {
  const type = session.resolve(selection.apiVersion, selection.kind);
  const all = type === undefined ? 'gone' : session.listAt(type, revision);
  const found = all === 'gone' ? [] : all.filter((object) => selects(selection, object));
  return selection.name === undefined ? found : (found[0] ?? null);
}

/** Reads through the API, as the checker. Kinds that nobody serves have no objects. */
function read(session: TeacherSession, selection: Selection): readonly KubeObject[] {
  const type = session.resolve(selection.apiVersion, selection.kind);
  if (type === undefined) return [];
  const client = session.client(CHECKER);
  const namespace = type.namespaced && selection.namespace !== '*' ? (selection.namespace ?? 'default') : undefined;
  const options = {
    ...(selection.selector === undefined ? {} : { labelSelector: selection.selector }),
    ...(selection.name === undefined ? {} : { fieldSelector: `metadata.name=${selection.name}` }),
  };
  try {
    const { items } = session.run(client.list(type, namespace, options));
    return items.map((object) => typed(object, type));
  } catch (error) {
    if (reasonOf(error) === 'NotFound') return [];
    throw error;
  }
}

/** Items of lists carry no kind of their own. */
function typed(object: KubeObject, { group, version, kind }: ResourceType): KubeObject {
  if (object.kind !== undefined) return object;
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...object };
}
