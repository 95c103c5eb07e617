// Columns that many tables have, and how cells are written.

import { humanDuration } from '../../../kube/duration.ts';
import { sortedKeys } from '../../../kube/go/text.ts';
import { type JsonValue, own } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { parseTime, type TimeMs } from '../../../time/units.ts';
import type { Column } from '../../kind.ts';

export const NONE = '<none>';
export const UNKNOWN = '<unknown>';
export const UNSET = '<unset>';

type Cell<T> = (object: T, now: TimeMs) => JsonValue;

/** A column of text. */
export function text<T extends KubeObject>(name: string, cell: Cell<T>): Column<T> {
  return { name, type: 'string', cell };
}

/** A column of text that only wide tables show. */
export function wide<T extends KubeObject>(name: string, cell: Cell<T>): Column<T> {
  return { name, type: 'string', priority: 1, cell };
}

export function integer<T extends KubeObject>(name: string, cell: Cell<T>): Column<T> {
  return { name, type: 'integer', cell };
}

export function nameColumn<T extends KubeObject>(): Column<T> {
  return { name: 'Name', type: 'string', format: 'name', cell: ({ metadata }) => metadata?.name ?? '' };
}

export function ageColumn<T extends KubeObject>(): Column<T> {
  return text('Age', ({ metadata }, now) => age(metadata?.creationTimestamp, now));
}

/** How long ago, in at most two units. */
export function age(time: string | null | undefined, now: TimeMs): string {
  const moment = parseTime(time ?? undefined);
  return moment === undefined ? UNKNOWN : humanDuration(now - moment);
}

export function orNone(value: string | undefined): string {
  return value === undefined || value === '' ? NONE : value;
}

/** Names and images of containers, as wide tables of workloads show them. */
export function containersAndImages<T extends KubeObject>(
  containersOf: (object: T) => readonly { readonly name: string; readonly image?: string }[],
): readonly [Column<T>, Column<T>] {
  return [
    wide('Containers', (object) =>
      containersOf(object)
        .map(({ name }) => name)
        .join(','),
    ),
    wide('Images', (object) =>
      containersOf(object)
        .map(({ image }) => image ?? '')
        .join(','),
    ),
  ];
}

/** `a=b,c=d`, in the order of the keys. */
export function labelsCell(labels: { readonly [key: string]: string } | undefined): string {
  const keys = sortedKeys(labels ?? {});
  return keys.length === 0 ? NONE : keys.map((key) => `${key}=${own(labels, key)}`).join(',');
}
