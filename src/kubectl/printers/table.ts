// Tables as people read them: those that the server made, and a plain one (name and age) for any other object.

import { humanDuration } from '../../../sandbox/kube/duration.ts';
import { compareText, goNumber } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { parseApiVersion } from '../../../sandbox/kube/resource.ts';
import { parseTime, type TimeMs } from '../../../sandbox/time/units.ts';
import { isList, metaMap, metaText } from '../resource/info.ts';
import type { TabWriter } from '../text/tabwriter.ts';

export interface TableOptions {
  readonly noHeaders: boolean;
  readonly wide: boolean;
  readonly withNamespace: boolean;
  /** Put before names, `pod/`; empty for nothing. */
  readonly kind: string;
  readonly columnLabels: readonly string[];
  readonly showLabels: boolean;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
}

interface Row {
  readonly cells: JsonArray;
  readonly object: JsonObject | undefined;
}

interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface TablePrinter {
  /** `event` is what happened to the object, when that is to be shown. */
  print(object: JsonObject, writer: TabWriter, event?: string): void;
}

const VERSIONS = ['meta.k8s.io/v1', 'meta.k8s.io/v1beta1'];

export function isTable(object: JsonObject): boolean {
  return object['kind'] === 'Table' && VERSIONS.includes(String(object['apiVersion']));
}

function decodeTable(object: JsonObject): Table {
  return {
    columns: objects(object['columnDefinitions']).map((column) => ({
      name: String(column['name'] ?? ''),
      type: String(column['type'] ?? ''),
      format: String(column['format'] ?? ''),
      priority: Number(column['priority'] ?? 0),
    })),
    rows: objects(object['rows']).map((row) => ({
      cells: isArray(row['cells']) ? row['cells'] : [],
      object: isObject(row['object']) ? row['object'] : undefined,
    })),
  };
}

export function createTablePrinter(options: TableOptions, now: () => TimeMs): TablePrinter {
  let lastColumns: readonly Column[] = [];
  let printedHeaders = false;
  let lastHandler: 'objects' | 'status' | undefined;

  function printTable(table: Table, writer: TabWriter, event: string | undefined): void {
    const known = table.columns.length === 0 || sameColumns(table.columns, lastColumns);
    const noHeaders = options.noHeaders || (printedHeaders && known);
    const columns = table.columns.length === 0 ? lastColumns : table.columns;
    if (!sameColumns(columns, lastColumns)) {
      lastColumns = columns;
      printedHeaders = false;
    }
    printedHeaders ||= table.rows.length > 0;
    const decorated = decorate({ columns, rows: table.rows }, options);
    writer.write(tableText(event === undefined ? decorated : withEvent(decorated, event), options.wide, noHeaders));
  }

  /** What the server did not make a table of. */
  function printOther(object: JsonObject, writer: TabWriter, event: string | undefined): void {
    const handler = object['kind'] === 'Status' ? 'status' : 'objects';
    const changed = lastHandler !== handler;
    if (changed && lastHandler !== undefined && !options.noHeaders) writer.write('\n');
    lastHandler = handler;
    const table = handler === 'status' ? statusTable(object) : plainTable(object, now());
    writer.write(plainText(table, options, event, changed && !options.noHeaders));
  }

  return {
    print(object, writer, event) {
      if (isTable(object)) printTable(decodeTable(object), writer, event);
      else printOther(object, writer, event);
    },
  };
}

function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((column, i) => {
    const other = b[i];
    return other !== undefined && column.name === other.name && column.priority === other.priority;
  });
}

/** Adds the columns that flags ask for. */
function decorate({ columns, rows }: Table, options: TableOptions): Table {
  const nameAt =
    options.kind === '' ? -1 : columns.findIndex(({ format, type }) => format === 'name' && type === 'string');
  const labelNames = labelHeaders(options);
  if (nameAt < 0 && !options.withNamespace && labelNames.length === 0) return { columns, rows };
  const added = (name: string): Column => ({ name, type: 'string', format: '', priority: 0 });
  return {
    columns: [...(options.withNamespace ? [added('Namespace')] : []), ...columns, ...labelNames.map(added)],
    rows: rows.map((row) => decorateRow(row, options, nameAt)),
  };
}

function decorateRow({ cells, object }: Row, options: TableOptions, nameAt: number): Row {
  const named = cells.map((cell, i) => (i === nameAt ? `${options.kind}/${cellText(cell)}` : cell));
  const namespace = object === undefined ? null : metaText(object, 'namespace');
  const labels = object === undefined ? labelHeaders(options).map(() => null) : labelCells(object, options);
  return { cells: [...(options.withNamespace ? [namespace] : []), ...named, ...labels], object };
}

function labelHeaders({ columnLabels, showLabels }: TableOptions): readonly string[] {
  const columns = columnLabels.map((label) => label.slice(label.lastIndexOf('/') + 1));
  return showLabels ? [...columns, 'Labels'] : columns;
}

function labelCells(object: JsonObject, { columnLabels, showLabels }: TableOptions): readonly string[] {
  const labels = metaMap(object, 'labels');
  const cells = columnLabels.map((label) => own(labels, label) ?? '');
  return showLabels ? [...cells, labelsText(labels)] : cells;
}

/** `app=web,tier=front`, sorted by key. */
export function labelsText(labels: { readonly [key: string]: string }): string {
  const pairs = Object.keys(labels)
    .sort(compareText)
    .map((key) => `${key}=${own(labels, key) ?? ''}`);
  return pairs.length === 0 ? '<none>' : pairs.join(',');
}

function withEvent({ columns, rows }: Table, event: string): Table {
  return {
    columns: [{ name: 'Event', type: 'string', format: '', priority: 0 }, ...columns],
    rows: rows.map(({ cells, object }) => ({ cells: [eventText(event), ...cells], object })),
  };
}

/** `ADDED`, as wide as the others. */
function eventText(event: string): string {
  return event.padEnd('MODIFIED'.length);
}

function tableText({ columns, rows }: Table, wide: boolean, noHeaders: boolean): string {
  const shown = columns.flatMap(({ priority }, i) => (wide || priority === 0 ? [i] : []));
  const names = shown.map((i) => columns[i]?.name.toUpperCase() ?? '');
  let text = noHeaders || rows.length === 0 ? '' : `${names.join('\t')}\n`;
  for (const { cells } of rows) text += rowText(cells, shown);
  return text;
}

/** A table has thousands of rows: its line grows in one pass. */
function rowText(cells: readonly JsonValue[], shown: readonly number[]): string {
  let line = '';
  for (const i of shown) {
    const cell = cells[i];
    if (cell !== undefined) line += line === '' && i === shown[0] ? cellText(cell) : `\t${cellText(cell)}`;
  }
  return `${line}\n`;
}

/** Only the first line of a text, and nothing that a terminal would take for a command. */
function cellText(cell: JsonValue): string {
  if (cell === null) return '';
  if (typeof cell === 'number' || typeof cell === 'bigint') return goNumber(cell);
  if (typeof cell !== 'string') return escaped(String(cell));
  if (!SPECIAL.test(cell)) return cell;
  const end = cell.search(/[\f\n\r]/);
  return end < 0 ? escaped(cell) : `${escaped(cell.slice(0, end))}...`;
}

/** Most cells have none of these. */
const SPECIAL = /[\u001b\f\n\r]/;

export function escaped(text: string): string {
  return text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r');
}

function statusTable(object: JsonObject): Table {
  const cells = ['status', 'reason', 'message'].map((field) => String(object[field] ?? ''));
  return { columns: plainColumns(['Status', 'Reason', 'Message']), rows: [{ cells, object }] };
}

function plainTable(object: JsonObject, now: TimeMs): Table {
  const items = isList(object) ? objects(object['items']) : [object];
  const rows = items.map((item) => ({ cells: [metaText(item, 'name'), ageText(item, now)], object: item }));
  return { columns: plainColumns(['Name', 'Age']), rows };
}

function plainColumns(names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: 'string', format: '', priority: 0 }));
}

/** How long ago it was created. */
function ageText(object: JsonObject, now: TimeMs): string {
  const created = parseTime(metaText(object, 'creationTimestamp') || undefined);
  return created === undefined ? '<unknown>' : humanDuration(now - created);
}

function plainText(table: Table, options: TableOptions, event: string | undefined, headers: boolean): string {
  const names = [
    ...(event === undefined ? [] : ['EVENT']),
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...table.columns.map(({ name }) => name.toUpperCase()),
    ...labelHeaders(options).map((name) => name.toUpperCase()),
  ];
  const lines = table.rows.map(({ cells, object = {} }) => {
    const [first = '', ...rest] = cells.map(cellText);
    const name = options.kind === '' ? first : `${options.kind}/${first}`;
    const parts = [
      ...(event === undefined ? [] : [eventText(event)]),
      ...(options.withNamespace ? [metaText(object, 'namespace')] : []),
      name,
      ...rest,
      ...labelCells(object, options),
    ];
    return `${parts.join('\t')}\n`;
  });
  return `${headers ? `${names.join('\t')}\n` : ''}${lines.join('')}`;
}

/** `deployment.apps`, in lower case as in names of objects. */
export function qualifiedKind(object: JsonObject): string {
  const { group } = parseApiVersion(String(object['apiVersion'] ?? ''));
  const kind = String(object['kind'] ?? '').toLowerCase();
  return group === '' ? kind : `${kind}.${group}`;
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}
