// `--sort-by`: objects, or the rows of tables by the objects that came with them.

import { isArray, isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { JsonPathError, relaxedJsonPath } from '../../../sandbox/kube/jsonpath.ts';
import { sortObjectsBy, sortRowsBy, UnsortableError } from '../../../sandbox/kube/sortby.ts';
import { FatalError } from '../log.ts';
import type { Info } from '../resource/info.ts';
import { isTable } from './table.ts';

/** Throws when the field is in none of several objects, or can't be compared. A table that can't be sorted isn't shown. */
export function sortInfos(infos: readonly Info[], field: string): readonly Info[] {
  const objects = infos.flatMap(({ object }) => (object === undefined ? [] : [object]));
  const sorted = objects.length < 2 ? infos : sortedInfos(infos, objects, field);
  return sorted.map((info) =>
    info.object !== undefined && isTable(info.object) ? { ...info, object: sortedTable(info.object, field) } : info,
  );
}

/** The items of a list. Throws for a field that none of them has, even where there is one only. */
export function sortItems(items: readonly JsonObject[], field: string): readonly JsonObject[] {
  if (items.length === 0) return items;
  return explained(() => sortObjectsBy(field, items))
    .map((position) => items[position])
    .filter(isObject);
}

function sortedInfos(infos: readonly Info[], objects: readonly JsonObject[], field: string): readonly Info[] {
  return explained(() => sortObjectsBy(field, objects)).flatMap((position) => infos[position] ?? []);
}

function sortedTable(table: JsonObject, field: string): JsonObject | undefined {
  const rows = isArray(table['rows']) ? table['rows'].filter(isObject) : [];
  if (rows.length < 2) return table;
  const objects = rows.map(({ object }) => object ?? null);
  try {
    const order = explained(() => sortRowsBy(template(field), objects));
    return { ...table, rows: order.map((position) => rows[position] ?? null) };
  } catch (error) {
    if (error instanceof FatalError) throw error;
    return undefined;
  }
}

function template(field: string): string {
  try {
    return relaxedJsonPath(field);
  } catch (error) {
    if (error instanceof JsonPathError) return field;
    throw error;
  }
}

/** What can't be compared ends kubectl by a line of its log. */
function explained(sort: () => number[]): readonly number[] {
  try {
    return sort();
  } catch (error) {
    if (error instanceof UnsortableError) throw new FatalError(error.source, error.message, error.exitStatus);
    throw error;
  }
}
