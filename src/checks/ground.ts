// Where checks stand when they are judged: a session that they look at, what is remembered of it, and whether things may
// be tried. Lists are read once a revision: many checks ask for the same objects.

import type { JsonValue } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import { reasonOf } from '../../sandbox/kube/status.ts';
import type { Check, SeenCheck, Selection } from './check.ts';
import { type Memory, namedSighting } from './memory.ts';
import { CHECKER, type TeacherSession } from './session.ts';
import type { Look } from './state.ts';

export interface Ground {
  readonly session: TeacherSession;
  readonly memory: Memory;
  /** The lesson's `seen` checks that name what they see. */
  readonly naming: readonly SeenCheck[];
  /** Things may be tried on copies. */
  readonly mayTry: boolean;
  /** This is itself a copy, on which time may pass. */
  readonly copy: boolean;
  readonly look: Look;
}

export function newGround(
  session: TeacherSession,
  memory: Memory,
  { naming = [], mayTry = false, copy = false }: Partial<Pick<Ground, 'naming' | 'mayTry' | 'copy'>> = {},
): Ground {
  const cache = new Map<string, readonly KubeObject[]>();
  let revision = -1;
  const objects = (selection: Selection): readonly KubeObject[] => {
    if (session.revision() !== revision) {
      cache.clear();
      revision = session.revision();
    }
    const { apiVersion = '', kind, name = '', namespace = 'default', selector = '' } = selection;
    const key = [apiVersion, kind, name, namespace, selector].join('\n');
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
      return namesOf(memory, naming);
    },
  };
  return { session, memory, naming, mayTry, copy, look };
}

/** A copy of the session as ground of its own; undefined when none can be made now. */
export function copyOf(ground: Ground): Ground | undefined {
  const session = ground.session.fork();
  return session === undefined
    ? undefined
    : newGround(session, ground.memory, { naming: ground.naming, mayTry: true, copy: true });
}

function namesOf(memory: Memory, naming: readonly SeenCheck[]): ReadonlyMap<string, JsonValue> {
  return new Map(naming.map(({ as = '', at, which }) => [as, namedSighting(memory, at, which)]));
}

/** The `seen` checks that name something. */
export function namingChecks(checks: Iterable<Check>): readonly SeenCheck[] {
  return [...checks].filter((one): one is SeenCheck => one.kind === 'seen' && one.as !== undefined);
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
