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
import type { Ground } from './ground.ts';
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

/** Watches for these checks from a revision on, which may lie in the past. */
export function createWatcher(checks: readonly Check[], ground: Ground, start: number): Watcher {
  const { session, memory } = ground;
  const all = checks.flatMap((check) => [...everyCheck(check)]);
  const seen = all.filter((one): one is SeenCheck => one.kind === 'seen');
  const settled = all.filter((one): one is SettledCheck => one.kind === 'settled');
  const continuous = all.filter((one): one is ContinuityCheck => one.kind === 'continuity');
  for (const check of continuous) openWindow(check, ground);
  for (const check of all) if (check.kind === 'unchanged') memory.start.set(check.at, startOf(check, ground, start));
  let read = start;
  for (const check of seen) if (start === session.revision()) lookNow(check, ground);

  return {
    update() {
      const upTo = session.revision();
      if (upTo > read) for (const check of seen) readOn(check, ground, read);
      read = upTo;
      for (const check of settled) hold(check, ground);
      for (const check of continuous) openWindow(check, ground);
    },
    rewound() {
      memory.seen.clear();
      memory.held.clear();
      memory.windows.clear();
      for (const check of continuous) openWindow(check, ground);
      read = Math.min(start, session.revision());
      for (const check of seen) readOn(check, ground, read);
      read = session.revision();
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

function startOf(
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
