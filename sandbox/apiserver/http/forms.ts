// Other forms of an answer than the objects themselves: tables for people, metadata alone for those who need no more.

import { quote } from '../../kube/go/text.ts';
import type { JsonObject, JsonValue } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import type { KubeList, KubeObject, V1ListMeta, V1ObjectMeta } from '../../kube/meta.ts';
import { apiVersion } from '../../kube/resource.ts';
import { badRequest, failure } from '../../kube/status.ts';
import type { TimeMs } from '../../time/units.ts';
import type { Column, Kind } from '../kind.ts';
import type { Served } from '../registry.ts';
import { toStored } from '../versions.ts';
import type { Conversion } from './accept.ts';
import { firstOf, type Query } from './query.ts';

/** What a table's rows carry of their objects. */
type IncludeObject = 'None' | 'Metadata' | 'Object';

/** The form that is asked for. */
export interface Form {
  readonly convert: Conversion;
  readonly includeObject: IncludeObject;
}

/** How columns are described, where the texts are at hand. */
export type DescribeColumn = (served: Served, column: Column<KubeObject>) => string;

export interface Rendering {
  readonly now: TimeMs;
  readonly describe: DescribeColumn;
}

/** Reads the form's own options. Throws BadRequest. */
export function formOf(convert: Conversion | undefined, query: Query): Form | undefined {
  if (convert === undefined) return undefined;
  const asked = firstOf(query, 'includeObject') ?? '';
  if (convert.kind !== 'Table' || asked === '') return { convert, includeObject: 'Metadata' };
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return { convert, includeObject: asked };
  const must = "must be 'Metadata', 'Object', 'None', or empty";
  throw badRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${quote(asked)}: ${must}`);
}

/** An object or a list in another form. Throws 406 where it has none. */
export function inForm(object: KubeObject | KubeList, served: Served, form: Form, rendering: Rendering): KubeObject {
  const list = isList(object) ? object : undefined;
  switch (form.convert.kind) {
    case 'Table':
      return list === undefined
        ? tableOf([object], object.metadata, served, form, rendering)
        : tableOf(list.items, list.metadata, served, form, rendering);
    case 'PartialObjectMetadata':
      if (list !== undefined) throw wrongForm(form, `the requested object is a list (${goTypeOf(served, 'List')})`);
      return partialOf(object, served, form.convert);
    default:
      if (list === undefined)
        throw wrongForm(form, `the requested object is not a list (${goTypeOf(served, '', object)})`);
      return {
        kind: form.convert.kind,
        apiVersion: apiVersion(form.convert),
        metadata: listMetaOf(list.metadata ?? {}),
        // A list of nothing is null here, as the real server makes it.
        items: list.items.length === 0 ? null : list.items.map((item) => partialOf(item, served, form.convert)),
      };
  }
}

/** An event's object in another form. Tables have columns in the first event only; bookmarks have empty cells. */
export function eventInForm(
  object: KubeObject,
  served: Served,
  form: Form,
  rendering: Rendering,
  first: boolean,
): KubeObject {
  if (form.convert.kind !== 'Table') return partialOf(object, served, form.convert);
  const table = tableOf([object], object.metadata, served, form, rendering);
  return first ? table : { ...table, columnDefinitions: null };
}

export function isList(object: KubeObject | KubeList): object is KubeList {
  return Array.isArray(object['items']) && object.kind?.endsWith('List') === true;
}

function wrongForm({ convert }: Form, why: string): Error {
  return failure(406, 'NotAcceptable', `you requested ${convert.kind}, but ${why}`);
}

/** Go's name of the type that the server holds the object in: `*core.NamespaceList`. */
/** What Go calls the object inside: parts of an object may be of kinds of their own. */
function goTypeOf({ type, custom }: Served, suffix: 'List' | '', object?: KubeObject): string {
  const { apiVersion: version = apiVersion(type), kind = type.kind } = object ?? {};
  const isPart = kind !== type.kind;
  if (custom && !isPart) return `*unstructured.Unstructured${suffix}`;
  const named = isPart ? (version.includes('/') ? version.split('/')[0] : '') : type.group;
  const group = named === '' ? 'core' : (named?.split('.')[0] ?? '');
  return `*${group === 'events' ? 'core' : group}.${kind}${suffix}`;
}

function partialOf(item: KubeObject, { kind }: Served, { group, version }: Conversion): KubeObject {
  const partial = partialsOf(kind)(item);
  const wanted = apiVersion({ group, version });
  return partial.apiVersion === wanted ? partial : { ...partial, apiVersion: wanted };
}

/** The same for the same object: what is kept with it, such as its text, is found again. */
const partialsOf = lazyFor(({ fieldAnnotations = [] }: Kind) =>
  lazyFor(({ metadata = {} }: KubeObject): KubeObject => {
    const apiVersion = 'meta.k8s.io/v1';
    return Object.freeze({
      kind: 'PartialObjectMetadata',
      apiVersion,
      metadata: withoutFields(metadata, fieldAnnotations),
    });
  }),
);

function withoutFields(metadata: V1ObjectMeta, names: readonly string[]): V1ObjectMeta {
  if (names.length === 0) return metadata;
  const { annotations, ...rest } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => !names.includes(name));
  return kept.length === 0 ? rest : { ...metadata, annotations: Object.fromEntries(kept) };
}

function tableOf(
  items: readonly KubeObject[],
  metadata: V1ListMeta | V1ObjectMeta = {},
  served: Served,
  form: Form,
  { now, describe }: Rendering,
): KubeObject {
  const view = viewOf(items[0], served);
  const columns = view ?? columnsOf(served.kind);
  const shown = view === undefined ? (item: KubeObject) => toStored(served, item) : (item: KubeObject) => item;
  return {
    kind: 'Table',
    apiVersion: apiVersion(form.convert),
    metadata: listMetaOf(metadata),
    columnDefinitions: columns
      .filter(({ undeclared }) => undeclared !== true)
      .map((column) => definitionOf(column, column.description ?? describe(served, column))),
    // Where a kind has no columns of its own, a table of nothing has no rows at all.
    rows:
      items.length === 0 && served.kind.columns === undefined
        ? null
        : inRowOrder(items, served).map((item) => rowOf(item, shown(item), served, columns, form, now)),
  };
}

function inRowOrder(items: readonly KubeObject[], { kind }: Served): readonly KubeObject[] {
  return kind.rowOrder === undefined ? items : [...items].sort(kind.rowOrder);
}

function listMetaOf(metadata: V1ListMeta | V1ObjectMeta): V1ListMeta {
  const { resourceVersion } = metadata;
  const { continue: token, remainingItemCount } =
    'continue' in metadata || 'remainingItemCount' in metadata ? metadata : {};
  return {
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(token === undefined ? {} : { continue: token }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

const PLAIN_COLUMNS: readonly Column<KubeObject>[] = [
  { name: 'Name', type: 'string', format: 'name', cell: ({ metadata }) => metadata?.name ?? '' },
  { name: 'Created At', type: 'date', cell: ({ metadata }) => metadata?.creationTimestamp ?? null },
];

function columnsOf({ columns }: Kind): readonly Column<KubeObject>[] {
  return columns ?? PLAIN_COLUMNS;
}

/** The columns of an object that shows another: `scale`. Its kind isn't that of the collection. */
function viewOf(item: KubeObject | undefined, { kind, type }: Served): readonly Column<KubeObject>[] | undefined {
  if (item?.kind === undefined || item.kind === type.kind) return undefined;
  for (const part of Object.values(kind.subresources ?? {})) {
    if (part.type === 'view' && part.kind.kind === item.kind) return part.columns;
  }
  return undefined;
}

function definitionOf({ name, type, format = '', priority = 0 }: Column<KubeObject>, description: string): JsonObject {
  return { name, type, format, description, priority };
}

function rowOf(
  item: KubeObject,
  stored: KubeObject,
  served: Served,
  columns: readonly Column<KubeObject>[],
  { convert, includeObject }: Form,
  now: TimeMs,
): JsonObject {
  const conditions = served.kind.rowConditions?.(stored) ?? [];
  return {
    cells: columns.map((column): JsonValue => column.cell(stored, now)),
    ...(conditions.length === 0 ? {} : { conditions: conditions.map((condition) => ({ ...condition })) }),
    object: includeObject === 'None' ? null : includeObject === 'Object' ? item : partialOf(item, served, convert),
  };
}
