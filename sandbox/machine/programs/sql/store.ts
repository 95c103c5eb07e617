// What a server of SQL keeps: databases with tables with rows. Rows are replaced, never changed, so that a transaction can
// be taken back. As text it is one JSON document a database.

import { type Column, SqlProblem, type Value } from './tree.ts';

export type Row = readonly Value[];

export interface Table {
  readonly columns: readonly Column[];
  rows: readonly Row[];
  /** The last number that a serial column gave. */
  serial: number;
}

export interface Database {
  readonly tables: Map<string, Table>;
}

/** By name. */
export type Databases = Map<string, Database>;

export function tableOf({ tables }: Database, name: string): Table {
  const table = tables.get(name);
  if (table === undefined) throw new SqlProblem('no table', [name]);
  return table;
}

/** A copy that later changes don't reach. */
export function snapshot({ tables }: Database): Database {
  return { tables: new Map([...tables].map(([name, table]) => [name, { ...table }])) };
}

export function saveDatabase({ tables }: Database): string {
  return `${JSON.stringify([...tables])}\n`;
}

/** What `saveDatabase` wrote; undefined where that is damaged. */
export function loadDatabase(text: string): Database | undefined {
  try {
    const tables: unknown = JSON.parse(text);
    return Array.isArray(tables) ? { tables: new Map(tables as [string, Table][]) } : undefined;
  } catch {
    return undefined;
  }
}
