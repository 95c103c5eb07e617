// SELECT: rows are joined, chosen, grouped, put in order and cut.

import { type Around, checkColumns, evaluate, hasAggregate, type Scope, type Session } from './evaluate.ts';
import { type Database, type Row, type Table, tableOf } from './store.ts';
import type { Column, Expression, Select, SelectItem, Value } from './tree.ts';
import { compare, isTrue } from './values.ts';

export interface Result {
  readonly columns: readonly string[];
  readonly kinds: readonly Column['kind'][];
  readonly rows: readonly Row[];
}

export type Lookup = (name: string) => Table;

export function lookupIn(database: Database): Lookup {
  return (name) => tableOf(database, name);
}

export function runSelect(query: Select, lookup: Lookup, session: Session): Result {
  const tables = query.from.map(({ table, as }) => ({ as, table: lookup(table) }));
  const items = query.items.flatMap((item) => spread(item, tables));
  const empty: Scope = { tables: tables.map(({ as, table: { columns } }) => ({ as, columns, row: [] })) };
  for (const of of [...items.map((item) => item.of), query.where, ...query.from.map(({ on }) => on)])
    checkColumns(of, empty);
  const scopes = joined(query, tables, session).filter(
    (scope) => query.where === undefined || isTrue(evaluate(query.where, { session, scope, group: undefined })),
  );
  const groups = grouped(query, items, scopes, session);
  const kept = groups.filter((around) => query.having === undefined || isTrue(evaluate(query.having, around)));
  const aliases = new Map(items.flatMap(({ as, of }) => (as === undefined ? [] : [[as, of] as const])));
  const ordered = inOrder(query, kept, aliases, items);
  const rows = ordered.map((around) => items.map(({ of }) => evaluate(of, around)));
  const whole = query.distinct ? distinct(rows) : rows;
  const start = { session, scope: { tables: [] }, group: undefined };
  const offset = query.offset === undefined ? 0 : Number(evaluate(query.offset, start));
  const limit = query.limit === undefined ? Number.POSITIVE_INFINITY : Number(evaluate(query.limit, start));
  return {
    columns: items.map(({ name }) => name),
    kinds: items.map(({ of }) => kindOf(of, tables)),
    rows: whole.slice(offset, offset + limit),
  };
}

interface Named {
  readonly as: string;
  readonly table: Table;
}

/** Every row with every other that the conditions join it to. */
function joined({ from }: Select, tables: readonly Named[], session: Session): readonly Scope[] {
  let scopes: readonly Scope[] = [{ tables: [] }];
  for (const [index, { as, table }] of tables.entries()) {
    const source = from[index];
    const { columns } = table;
    scopes = scopes.flatMap((scope) => {
      const found = table.rows
        .map((row): Scope => ({ tables: [...scope.tables, { as, columns, row }] }))
        .filter(
          (each) => source?.on === undefined || isTrue(evaluate(source.on, { session, scope: each, group: undefined })),
        );
      return found.length === 0 && source?.left === true
        ? [{ tables: [...scope.tables, { as, columns, row: [] }] }]
        : found;
    });
  }
  return scopes;
}

interface Item {
  readonly name: string;
  readonly as: string | undefined;
  readonly of: Expression;
}

function spread({ of, as, table }: SelectItem, tables: readonly Named[]): readonly Item[] {
  if (of !== undefined) return [{ of, as, name: as ?? nameOf(of) }];
  return tables
    .filter((each) => table === undefined || each.as === table)
    .flatMap(({ as: alias, table: { columns } }) =>
      columns.map(({ name }): Item => ({ name, as: undefined, of: { e: 'column', table: alias, name } })),
    );
}

function nameOf(of: Expression): string {
  if (of.e === 'column') return of.name;
  if (of.e === 'call') return of.name;
  return of.e === 'cast' ? nameOf(of.of) : '?column?';
}

function kindOf(of: Expression, tables: readonly Named[]): Column['kind'] {
  if (of.e === 'column') {
    const found = tables.flatMap(({ table }) => table.columns).find(({ name }) => name === of.name);
    return found?.kind ?? 'text';
  }
  if (of.e === 'value') return typeof of.value === 'number' ? 'number' : 'text';
  if (of.e === 'call') return ['count', 'sum', 'avg', 'length', 'abs', 'round'].includes(of.name) ? 'number' : 'text';
  return of.e === 'binary' && ['+', '-', '*', '/', '%'].includes(of.operator) ? 'number' : 'text';
}

/** One entry a row; or one a group, where rows are to be counted together. */
function grouped(query: Select, items: readonly Item[], scopes: readonly Scope[], session: Session): readonly Around[] {
  const counts = items.some(({ of }) => hasAggregate(of)) || (query.having !== undefined && hasAggregate(query.having));
  if (query.groupBy.length === 0 && !counts) return scopes.map((scope) => ({ session, scope, group: undefined }));
  const groups = new Map<string, Scope[]>();
  if (query.groupBy.length === 0) groups.set('', [...scopes]);
  else
    for (const scope of scopes) {
      const around = { session, scope, group: undefined };
      const key = JSON.stringify(query.groupBy.map((by) => evaluate(numbered(by, items), around)));
      groups.set(key, [...(groups.get(key) ?? []), scope]);
    }
  return [...groups.values()].map((group) => ({ session, scope: group[0] ?? { tables: [] }, group }));
}

/** `ORDER BY 2` means the second item. */
function numbered(by: Expression, items: readonly Item[]): Expression {
  return by.e === 'value' && typeof by.value === 'number' ? (items[by.value - 1]?.of ?? by) : by;
}

function inOrder(
  { orderBy }: Select,
  all: readonly Around[],
  aliases: ReadonlyMap<string, Expression>,
  items: readonly Item[],
): readonly Around[] {
  if (orderBy.length === 0) return all;
  const keys = orderBy.map(({ by, down }) => {
    const named = by.e === 'column' && by.table === undefined ? aliases.get(by.name) : undefined;
    return { by: named ?? numbered(by, items), down };
  });
  const keyed = all.map((around) => ({ around, key: keys.map(({ by }) => evaluate(by, around)) }));
  keyed.sort((one, other) => {
    for (const [index, { down }] of keys.entries()) {
      const order = orderOf(one.key[index] ?? null, other.key[index] ?? null);
      if (order !== 0) return down ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ around }) => around);
}

/** Null comes last. */
function orderOf(one: Value, other: Value): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return compare(one, other) ?? 0;
}

function distinct(rows: readonly Row[]): readonly Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(row);
    return !seen.has(key) && seen.add(key);
  });
}
