// Keeping the memory of checks up to date: reading what was written since the last look, one change after the other, so that
// nothing that was true for a moment is missed.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import {
  type Check,
  type ContinuityCheck,
  everyCheck,
  type SeenCheck,
  type Selection,
  type SettledCheck,
  type UnchangedCheck,
} from './check.ts';
import { isRolledOut, rolloutPrint } from './continuity.ts';
import { type Ground, grounded, type StartOf } from './ground.ts';
import { judge } from './judge.ts';
import { remember } from './memory.ts';
import { selects } from './selection.ts';
import { objectFits } from './state.ts';

export interface Watcher {
  /** Reads on up to now. */
  update(): void;
  /** The session went back: what was seen is read again from the start. */
  rewound(): void;
}

/** One of some kind, and where it is judged. */
type Placed<C extends Check> = readonly [C, Ground];

/** Watches for these checks from a moment on, which may lie in the past; `startOf` says at which revision a session was then. */
export function createWatcher(checks: readonly Check[], ground: Ground, startOf: StartOf): Watcher {
  const { memory } = ground;
  const all = checks.flatMap((check) => grounded(check, ground));
  const kind = <K extends Check['kind']>(name: K) =>
    all.filter((one): one is Placed<Check & { readonly kind: K }> => one[0].kind === name);
  const [seen, settled, continuous] = [kind('seen'), kind('settled'), kind('continuity')];
  const openWindows = (): void => {
    for (const [check, place] of continuous) openWindow(check, place);
  };
  const starts = new Map(all.map(([, { session }]) => [session, startOf(session)]));
  /** Up to which revision each cluster has been read. */
  const read = new Map(starts);
  const readAll = (): void => {
    for (const [check, place] of seen) readOn(check, place, read.get(place.session) ?? 0);
    for (const session of read.keys()) read.set(session, session.revision());
  };

  openWindows();
  for (const [check, place] of kind('unchanged'))
    memory.start.set(check.at, objectsAtStart(check, place, starts.get(place.session) ?? 0));
  const seeFirst = (): void => {
    for (const [check, place] of seen) lookBack(check, place, starts.get(place.session) ?? 0);
  };
  seeFirst();

  return {
    update() {
      if ([...read].some(([session, upTo]) => session.revision() > upTo)) readAll();
      for (const [check, place] of settled) hold(check, place);
      openWindows();
    },
    rewound() {
      memory.seen.clear();
      memory.held.clear();
      memory.windows.clear();
      openWindows();
      for (const [session, start] of starts) read.set(session, Math.min(start, session.revision()));
      seeFirst();
      readAll();
    },
  };
}

function readOn(check: SeenCheck, ground: Ground, after: number): void {
  const { session, memory, look } = ground;
  const { select } = check.check;
  const type = select === undefined ? undefined : session.resolve(select.apiVersion, select.kind);
  if (type === undefined) return;
  const changes = session.changesAfter(type, after);
  if (changes === 'gone') lookNow(check, ground);
  else
    for (const { object, time } of changes)
      if (object !== undefined && objectFits(check.check, object, look)) remember(memory, check.at, object, time);
}

/** What was there at the start, which may lie in the past: what happened since is read after it. */
function lookBack(check: SeenCheck, ground: Ground, start: number): void {
  const { session, memory, look } = ground;
  const { select } = check.check;
  if (start >= session.revision()) {
    lookNow(check, ground);
    return;
  }
  const type = select === undefined ? undefined : session.resolve(select.apiVersion, select.kind);
  const before = type === undefined ? 'gone' : session.listAt(type, start);
  if (before === 'gone') return;
  for (const object of before)
    if (objectFits(check.check, object, look)) remember(memory, check.at, object, session.now());
}

function lookNow({ at, check }: SeenCheck, { session, memory, look }: Ground): void {
  if (check.select === undefined) return;
  for (const object of look.objects(check.select))
    if (objectFits(check, object, look)) remember(memory, at, object, session.now());
}

function hold(check: SettledCheck, ground: Ground): void {
  const { memory, session } = ground;
  if (!judge(check.check, ground).ok) {
    memory.held.delete(check.at);
    return;
  }
  const print = printOf(check, ground);
  if (memory.held.get(check.at)?.print !== print) memory.held.set(check.at, { since: session.now(), print });
}

/** A rollout has begun: how things are now is kept, so that it can be gone through on a copy. */
function openWindow(check: ContinuityCheck, { session, memory, look }: Ground): void {
  if (check.during.kind !== 'rollout' || session.inPlace === true) return;
  const object = look.objects(check.during.select)[0];
  if (object === undefined) return;
  const print = rolloutPrint(object);
  const known = memory.windows.get(check.at);
  if (known?.print === print) return;
  if (known === undefined) memory.windows.set(check.at, { print });
  else if (isRolledOut(object)) memory.windows.set(check.at, { ...known, print });
  else {
    const copy = session.fork();
    if (copy !== undefined) memory.windows.set(check.at, { print, copy });
  }
}

/** The revisions of the objects that a check reads: while one is written, somebody still acts. */
function printOf(check: Check, { look }: Ground): string {
  const selections = [...everyCheck(check)].flatMap((one): readonly Selection[] =>
    one.kind === 'state' ? [...(one.select === undefined ? [] : [one.select]), ...one.objects.values()] : [],
  );
  return selections
    .flatMap((selection) => look.objects(selection))
    .map((object) => object.metadata?.resourceVersion ?? '')
    .join(' ');
}

function objectsAtStart(
  { select }: UnchangedCheck,
  { look, session }: Ground,
  start: number,
): ReadonlyMap<string, KubeObject> {
  const type = session.resolve(select.apiVersion, select.kind);
  const before = type === undefined ? 'gone' : session.listAt(type, start);
  const objects = before === 'gone' ? look.objects(select) : before.filter((object) => selects(select, object));
  return new Map(objects.map((object) => [objectKey(object), object]));
}

function objectKey({ metadata }: KubeObject): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
