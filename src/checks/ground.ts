// Where checks stand when they are judged: a session that they look at, what is remembered of it, and whether things may
// be tried. Lists are read once a revision: many checks ask for the same objects.

import type { JsonObject, JsonValue } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import { reasonOf } from '../../sandbox/kube/status.ts';
import { CHECKER } from '../session/checker.ts';
import type { Check, SeenCheck, Selection } from './check.ts';
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
}

export function newGround(
  session: TeacherSession,
  memory: Memory,
  { names = NO_NAMES, mayTry = false, copy = false }: Partial<Pick<Ground, 'names' | 'mayTry' | 'copy'>> = {},
): Ground {
  const cache = new Map<string, readonly KubeObject[]>();
  let revision = -1;
  const objects = (selection: Selection): readonly KubeObject[] => {
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
  return { session, memory, names, mayTry, copy, look };
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

/** The names that checks give, the parts of checks among them. */
export function namesIn(checks: readonly Check[], session: TeacherSession, from: number): Names {
  const seen = checks.filter((one): one is SeenCheck => one.kind === 'seen' && one.as !== undefined);
  const selections = new Map(checks.flatMap((one) => ('objects' in one ? [...one.objects] : [])));
  const start = [...selections].map(([name, selection]) => [name, objectsAt(session, selection, from)] as const);
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
  const values = found as unknown as readonly JsonValue[];
  return selection.name === undefined ? values : (values[0] ?? null);
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
