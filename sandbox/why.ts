// Why an object is as it is: the chain of causes from its revision back to what came from outside. Every step is a write
// that the store keeps with its actor and with what made that actor act.

import { storeKey, tableOf } from './apiserver/registry.ts';
import type { Cause } from './kube/cause.ts';
import type { ResourceType } from './kube/resource.ts';
import type { Simulator } from './simulator.ts';
import { asRevision, type CauseRow, type Revision } from './store/store.ts';

/** One write on the way. */
export interface WhyStep {
  readonly revision: Revision;
  /** `pod/web-x` */
  readonly object: string;
  readonly verb: CauseRow['verb'];
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface Why {
  /** From the object's own write to the first one; never empty. */
  readonly steps: readonly WhyStep[];
  /** What came from outside at the end: an input of the session. Absent for clients outside and for what a cluster does of its own. */
  readonly root: { readonly input: number; readonly what: string } | undefined;
  /** The last input that wrote the object itself after it was made, with the time of its write. */
  readonly touched?: { readonly what: string; readonly time: number };
}

/** Steps that are followed at most. */
const STEPS_MAX = 10_000;

/** Why an object exists, or why it is gone; undefined when nothing is known of it. */
export function whyObject(
  { store, state }: Simulator,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
): Why | undefined {
  const table = tableOf(type);
  const key = storeKey(type, namespace, name);
  const stored = store.get(table, key);
  const revision = stored?.created ?? lastChange(state.store.causes, table, key);
  const why = revision === undefined ? undefined : whyRevision((each) => store.causeOf(each), revision);
  const touched = stored && lastTouch(state.store.causes, table, key, stored.created);
  return why && (touched === undefined ? why : { ...why, touched });
}

function lastTouch(
  causes: ReadonlyMap<Revision, CauseRow>,
  table: string,
  key: string,
  after: Revision,
): Why['touched'] {
  let found: Why['touched'];
  for (const row of causes.values()) {
    if (row.table !== table || row.key !== key || row.revision <= after) continue;
    const input = unwrapped(row.causes).find(({ kind }) => kind === 'input');
    if (input?.kind === 'input') found = { what: input.what, time: row.time };
  }
  return found;
}

/** The way from a revision back to an input; the shortest, and of those the one whose causes came first. */
export function whyRevision(
  causeOf: (revision: Revision) => CauseRow | undefined,
  revision: Revision,
): Why | undefined {
  const cameFrom = new Map<Revision, Revision | undefined>([[revision, undefined]]);
  const waiting: Revision[] = [revision];
  let last = revision;
  let rooted = false;
  for (let at = 0; at < waiting.length && at < STEPS_MAX; at++) {
    const here = waiting[at] as Revision;
    const row = causeOf(here);
    if (row === undefined) continue;
    const causes = unwrapped(row.causes);
    const input = causes.find((cause) => cause.kind === 'input');
    if (input !== undefined)
      return { steps: path(causeOf, cameFrom, here), root: { input: input.input, what: input.what } };
    // What nothing led to is an end; else the farthest that is still known.
    const isRoot = causes.length === 0;
    if (isRoot || !rooted) last = here;
    rooted ||= isRoot;
    for (const cause of causes) {
      const next = asRevision(cause.kind === 'revision' ? cause.revision : 0);
      if (cause.kind !== 'revision' || cameFrom.has(next)) continue;
      cameFrom.set(next, here);
      waiting.push(next);
    }
  }
  const steps = path(causeOf, cameFrom, last);
  return steps.length === 0 ? undefined : { steps, root: undefined };
}

/** Timers and processes lead on to what set them off. */
function unwrapped(causes: readonly Cause[]): readonly Cause[] {
  return causes.flatMap((cause) => ('because' in cause ? unwrapped(cause.because) : [cause]));
}

function path(
  causeOf: (revision: Revision) => CauseRow | undefined,
  cameFrom: ReadonlyMap<Revision, Revision | undefined>,
  end: Revision,
): readonly WhyStep[] {
  const steps: WhyStep[] = [];
  for (let here: Revision | undefined = end; here !== undefined; here = cameFrom.get(here)) {
    const row = causeOf(here);
    if (row !== undefined) steps.unshift(stepOf(row));
  }
  return steps;
}

function stepOf({ revision, table, key, verb, actor, time }: CauseRow): WhyStep {
  const [resource = ''] = table.split('.');
  return { revision, object: `${singular(resource)}/${key.slice(key.indexOf('/') + 1)}`, verb, actor, time };
}

/** `pods` → `pod`, `endpointslices` → `endpointslice`, `policies` → `policy`. */
function singular(resource: string): string {
  if (resource.endsWith('ies')) return `${resource.slice(0, -3)}y`;
  return /(ss|x|ch)es$/.test(resource) ? resource.slice(0, -2) : resource.replace(/s$/, '');
}

function lastChange(causes: ReadonlyMap<Revision, CauseRow>, table: string, key: string): Revision | undefined {
  let found: Revision | undefined;
  for (const row of causes.values()) if (row.table === table && row.key === key) found = row.revision;
  return found;
}
