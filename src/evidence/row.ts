// One row of the table of unhappy states: how a state is recognised from what the API shows, what proves it, what it comes
// from, and what to look at next. The same on any cluster: nothing that only the embedded one records is used.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { Localized } from '../i18n/language.ts';

/** Which objects are asked for. Without a name and a selector: all of the kind in the namespace; `*` means all. */
interface Asked {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: string;
}

export type Lookup = (asked: Asked) => readonly KubeObject[];

/** What stands for `{name}` in a row's texts. `name` and `namespace` are always there. */
export type Values = Readonly<Record<string, string | number>>;

export interface Row<T extends KubeObject = KubeObject> {
  readonly id: string;
  readonly kind: string;
  /** The values when the object is in this state; `true` when its texts need none. */
  readonly when: (object: T, look: Lookup) => Values | boolean | undefined;
  /** What can be seen, word for word where a message says it. */
  readonly evidence: Localized;
  /** What that comes from. */
  readonly cause: Localized;
  /** A command that shows more, or helps. */
  readonly next: string;
  /** The object that the trouble really is with. */
  readonly leads?: (object: T, look: Lookup) => KubeObject | undefined;
}

/** A state that was recognised, with its texts filled in. */
export interface Finding {
  readonly id: string;
  readonly object: KubeObject;
  readonly evidence: Localized;
  readonly cause: Localized;
  readonly next: string;
}

/** Rows of one kind, checked against its type. */
export function rowsFor<T extends KubeObject>(kind: string, rows: readonly Omit<Row<T>, 'kind'>[]): readonly Row[] {
  // A row is only ever asked about objects of its own kind.
  return rows.map((row) => ({ ...row, kind })) as unknown as readonly Row[];
}

/** What was asked for may not be seen: a row that needs it doesn't match, for what isn't seen isn't missing. */
export class Unseen extends Error {}

function valuesOf(row: Row, object: KubeObject, look: Lookup): Values | boolean | undefined {
  try {
    return row.when(object, look);
  } catch (error) {
    if (error instanceof Unseen) return undefined;
    throw error;
  }
}

/** The row's texts for an object; undefined when the object isn't in that state. */
export function findingOf(row: Row, object: KubeObject, look: Lookup): Finding | undefined {
  const found = valuesOf(row, object, look);
  if (found === undefined || found === false) return undefined;
  const { name = '', namespace = '' } = object.metadata ?? {};
  const values = { name, namespace, ...(found === true ? {} : found) };
  const both = ({ en, ja }: Localized): Localized => ({ en: filled(en, values), ja: filled(ja, values) });
  return {
    id: row.id,
    object,
    evidence: both(row.evidence),
    cause: both(row.cause),
    next: filled(row.next, { ...values, n: namespace === '' || namespace === 'default' ? '' : ` -n ${namespace}` }),
  };
}

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}
