// What a deletion does to an object: it goes at once, or is marked and goes by and by. A pure decision.

import type { KubeObject, V1ObjectMeta } from '../kube/meta.ts';
import type { DeleteOptions } from '../kube/operation.ts';
import { conflict } from '../kube/status.ts';
import { after, parseTime, rfc3339, seconds, type TimeMs } from '../time/units.ts';
import type { Kind, KindContext } from './kind.ts';
import { withMeta } from './metadata.ts';

export type DeletionStep =
  /** It is on its way already, and this request doesn't hurry it. */
  | { readonly do: 'nothing' }
  | { readonly do: 'delete' }
  /** It is marked; `gone`: and nothing holds it back, so that it is deleted right after. */
  | { readonly do: 'mark'; readonly object: KubeObject; readonly gone: boolean };

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** Throws Conflict when the object isn't the one that is meant. */
export function checkPreconditions(
  object: KubeObject,
  { type, departure }: Kind,
  { preconditions = {} }: DeleteOptions,
): void {
  const { name = '', uid = '', resourceVersion = '' } = object.metadata ?? {};
  if (departure !== undefined) {
    const about = { group: type.group, kind: type.resource, name };
    for (const [part, wanted, present] of [
      ['UID', preconditions.uid, uid],
      ['ResourceVersion', preconditions.resourceVersion, resourceVersion],
    ]) {
      if (wanted === undefined || wanted === present) continue;
      throw conflict(
        about,
        `Precondition failed: ${part} in precondition: ${wanted}, ${part} in object meta: ${present}`,
      );
    }
  }
  const about = { group: type.group, kind: type.kind, name };
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    const effect = 'The object might have been deleted and then recreated';
    const what = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid})`;
    throw conflict(about, `${what}. ${effect}`);
  }
  const wanted = preconditions.resourceVersion;
  if (wanted !== undefined && wanted !== resourceVersion) {
    const what = `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${resourceVersion})`;
    throw conflict(about, `${what}. The object might have been modified`);
  }
}

export function deletionStep(
  object: KubeObject,
  kind: Kind,
  options: DeleteOptions,
  context: KindContext,
): DeletionStep {
  const { departure } = kind;
  if (departure?.isHeld(object) === true) {
    if (object.metadata?.deletionTimestamp !== undefined) return { do: 'nothing' };
    const finalized = withFinalizers(object, finalizersAfter(object, kind, options));
    return { do: 'mark', object: departure.begin(begun(finalized, context.now())), gone: false };
  }
  const graceful = gracefulStep(object, kind, options, context);
  if (graceful === 'pending') return { do: 'nothing' };
  const finalizers = finalizersAfter(object, kind, options);
  const next = withFinalizers(object, finalizers);
  if (graceful !== undefined) {
    const marked = withMeta(next, { ...next.metadata, ...graceful.meta });
    return { do: 'mark', object: marked, gone: finalizers.length === 0 && graceful.seconds === 0 };
  }
  return finalizers.length === 0
    ? { do: 'delete' }
    : { do: 'mark', object: markedAsDeleting(next, context.now()), gone: false };
}

function begun(object: KubeObject, now: TimeMs): KubeObject {
  return withMeta(object, { ...object.metadata, deletionTimestamp: rfc3339(now) });
}

interface Graceful {
  readonly seconds: number;
  /** What changes in the metadata. */
  readonly meta: V1ObjectMeta;
}

/** How a kind that takes its time begins to go, or hurries up; undefined for one that doesn't, or has had its time. */
function gracefulStep(
  object: KubeObject,
  { deletionGrace }: Kind,
  { gracePeriodSeconds }: DeleteOptions,
  context: KindContext,
): Graceful | 'pending' | undefined {
  if (deletionGrace === undefined) return undefined;
  const asked = gracePeriodSeconds !== undefined && gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds;
  const { metadata = {} } = object;
  if (metadata.deletionTimestamp !== undefined) return hurried(metadata, asked, context.now());
  const grace = deletionGrace(object, asked, context);
  if (grace === 'now') return undefined;
  const { graceSeconds } = grace;
  const { generation = 0 } = metadata;
  return {
    seconds: graceSeconds,
    meta: {
      deletionTimestamp: rfc3339(after(context.now(), seconds(graceSeconds))),
      deletionGracePeriodSeconds: graceSeconds,
      ...(generation > 0 ? { generation: generation + 1 } : {}),
    },
  };
}

function hurried(metadata: V1ObjectMeta, asked: number | undefined, now: TimeMs): Graceful | 'pending' | undefined {
  const given = metadata.deletionGracePeriodSeconds ?? 0;
  if (given === 0) return undefined;
  const period = given < 0 ? 1 : given;
  if (asked === undefined || asked >= period) return 'pending';
  const began = after(parseTime(metadata.deletionTimestamp) ?? now, seconds(-period));
  const due = after(began, seconds(asked));
  const late = due < now;
  const left = late && asked !== 0 ? 1 : asked;
  return {
    seconds: left,
    meta: { deletionTimestamp: rfc3339(late ? now : due), deletionGracePeriodSeconds: left },
  };
}

/** What waits for finalizers has no grace. */
function markedAsDeleting(object: KubeObject, now: TimeMs): KubeObject {
  const { deletionTimestamp, generation = 0 } = object.metadata ?? {};
  const at = parseTime(deletionTimestamp);
  return withMeta(object, {
    ...object.metadata,
    ...(deletionTimestamp === undefined && generation > 0 ? { generation: generation + 1 } : {}),
    ...(at === undefined || at > now ? { deletionTimestamp: rfc3339(now) } : {}),
    deletionGracePeriodSeconds: 0,
  });
}

function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  if (finalizers === object.metadata?.finalizers) return object;
  const { finalizers: _, ...rest } = object.metadata ?? {};
  return withMeta(object, finalizers.length === 0 ? rest : { ...rest, finalizers });
}

/** Finalizers say how dependents are treated; the options of this deletion decide which are there. */
function finalizersAfter({ metadata }: KubeObject, kind: Kind, options: DeleteOptions): readonly string[] {
  const present = metadata?.finalizers ?? [];
  if (kind.hasNoDependents === true) return present;
  const policy = policyOf(present, kind, options);
  const wanted = policy === 'Orphan' ? [ORPHAN] : policy === 'Foreground' ? [FOREGROUND] : [];
  const others = present.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  const next = [...others, ...wanted];
  const same = next.length === present.length && next.every((name) => present.includes(name));
  return same ? present : next;
}

function policyOf(
  present: readonly string[],
  { orphansByDefault }: Kind,
  { orphanDependents, propagationPolicy }: DeleteOptions,
): NonNullable<DeleteOptions['propagationPolicy']> {
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background';
  if (propagationPolicy !== undefined) return propagationPolicy;
  const marker = present.find((name) => name === ORPHAN || name === FOREGROUND);
  if (marker !== undefined) return marker === ORPHAN ? 'Orphan' : 'Foreground';
  return orphansByDefault === undefined ? 'Background' : 'Orphan';
}
