// From rows to the structures of kube/structure.ts. A definition is built when it is first asked for and then kept: the
// data is constant, so what is kept here can't differ between clusters.

import type { JsonValue } from '../kube/json.ts';
import type { FieldType, ListType, MapType, ObjectType, ScalarName, ScalarType, ValueType } from '../kube/structure.ts';
import { type Definition, fullName, goName, type Row, readDefinition, shortName } from './rows.ts';

interface Scalar {
  readonly scalar: ScalarName;
  readonly goType: string;
  readonly format?: string;
  /** Go holds it in a struct, which omitempty never omits. */
  readonly struct?: true;
}

/** Wire types of the data and what they are in JSON. */
const SCALARS: Readonly<Record<string, Scalar>> = {
  string: { scalar: 'string', goType: 'string' },
  bool: { scalar: 'boolean', goType: 'bool' },
  int32: { scalar: 'int32', goType: 'int32', format: 'int32' },
  int64: { scalar: 'int64', goType: 'int64', format: 'int64' },
  double: { scalar: 'double', goType: 'float64', format: 'double' },
  bytes: { scalar: 'bytes', goType: '[]uint8', format: 'byte' },
  interface: { scalar: 'any', goType: 'interface {}' },
  '!Time': { scalar: 'time', goType: 'v1.Time', format: 'date-time', struct: true },
  '!MicroTime': { scalar: 'microTime', goType: 'v1.MicroTime', format: 'date-time', struct: true },
  '!Duration': { scalar: 'duration', goType: 'v1.Duration', struct: true },
  '!Quantity': { scalar: 'quantity', goType: 'resource.Quantity', struct: true },
  '!IntOrString': { scalar: 'intOrString', goType: 'intstr.IntOrString', format: 'int-or-string', struct: true },
  '!RawExtension': { scalar: 'any', goType: 'runtime.RawExtension', struct: true },
  '!FieldsV1': { scalar: 'any', goType: 'v1.FieldsV1', struct: true },
  '!JSON': { scalar: 'any', goType: 'v1.JSON', struct: true },
  '!JSONSchemaPropsOrArray': { scalar: 'any', goType: 'v1.JSONSchemaPropsOrArray', struct: true },
  '!JSONSchemaPropsOrBool': { scalar: 'any', goType: 'v1.JSONSchemaPropsOrBool', struct: true },
  '!JSONSchemaPropsOrStringArray': { scalar: 'any', goType: 'v1.JSONSchemaPropsOrStringArray', struct: true },
};

/** Raw fields that hold whole objects of the API, as opposed to anything at all. */
const OBJECT_HOLDERS = new Set([
  'core.v1.List items',
  'meta.v1.WatchEvent object',
  'meta.v1.TableRow object',
  'admission.v1.AdmissionRequest object',
  'admission.v1.AdmissionRequest oldObject',
  'admission.v1.AdmissionRequest options',
  'apiextensions.v1.ConversionRequest objects',
  'apiextensions.v1.ConversionResponse convertedObjects',
]);

const PLAIN: ReadonlyMap<string, ScalarType> = new Map(
  Object.entries(SCALARS).map(([type, { scalar, goType, format }]) => [
    type,
    { kind: 'scalar', scalar, goType, ...(format === undefined ? {} : { format }) },
  ]),
);
const STRING: ScalarType = { kind: 'scalar', scalar: 'string', goType: 'string' };

const built = new Map<string, ObjectType>();

/** The structure of a definition, by its alias; undefined when the data has none of that name. */
export function structureOf(alias: string): ObjectType | undefined {
  const known = built.get(alias);
  if (known !== undefined) return known;
  const definition = readDefinition(alias);
  if (definition === undefined) return undefined;
  const structure = objectType(definition);
  built.set(alias, structure);
  return structure;
}

function objectType(definition: Definition): ObjectType {
  const fields = [...(definition.typeMeta ? TYPE_META : []), ...fieldsOf(definition)];
  return {
    kind: 'object',
    name: fullName(definition.alias),
    goName: shortName(definition.alias),
    goType: goName(definition.alias),
    fields,
    field: new Map(fields.map((field) => [field.name, field])),
    required: requiredOf(definition),
    atomic: definition.atomic,
    preserveUnknown: false,
    embedded: definition.typeMeta,
    ...(definition.union === undefined ? {} : { union: definition.union }),
  };
}

const TYPE_META: readonly FieldType[] = ['kind', 'apiVersion'].map((name) => ({
  name,
  type: () => STRING,
  omit: 'empty',
  pointer: false,
  nullable: false,
  strategies: [],
  inline: true,
  embeddedIn: 'TypeMeta',
}));

/** Own and embedded fields in the order in which Go writes them. */
function fieldsOf(definition: Definition, through = ''): FieldType[] {
  return definition.rows.flatMap((row) => {
    if (row.name !== '') return [fieldType(definition, row, through)];
    const embedded = readDefinition(row.type);
    if (embedded === undefined) throw new Error(`no definition of ${row.type}`);
    const step = shortName(row.type);
    return fieldsOf(embedded, through === '' ? step : `${through}.${step}`);
  });
}

function requiredOf(definition: Definition): string[] {
  return definition.rows.flatMap((row) => {
    if (row.name !== '') return row.required ? [row.name] : [];
    const embedded = readDefinition(row.type);
    return embedded === undefined ? [] : requiredOf(embedded);
  });
}

function fieldType(definition: Definition, row: Row, through: string): FieldType {
  const fallback = defaultOf(row);
  return {
    name: row.name,
    type: once(() => valueType(definition, row)),
    omit: omission(row),
    ...(row.keepsEmpty ? { keepsEmpty: true } : {}),
    pointer: row.pointer,
    nullable: false,
    ...(row.mergeKey === undefined ? {} : { mergeKey: row.mergeKey }),
    strategies: strategiesOf(row.strategy),
    ...marksOf(row),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(row.number === 0 ? {} : { protobuf: { number: row.number, type: row.type, flags: wireFlags(row) } }),
    inline: through !== '',
    ...(through === '' ? {} : { embeddedIn: through }),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** omitempty leaves out no struct that is held by value: only omitzero does. */
function omission(row: Row): FieldType['omit'] {
  if (row.omitZero) return 'zero';
  return row.omitEmpty && !isStruct(row) ? 'empty' : 'never';
}

function isStruct(row: Row): boolean {
  if (row.card !== 'one' || row.pointer) return false;
  return SCALARS[row.type]?.struct ?? row.type.includes('.');
}

const STRATEGIES: ReadonlyMap<string, FieldType['strategies']> = new Map([
  ['merge', ['merge']],
  ['replace', ['replace']],
  ['retainKeys', ['retainKeys']],
  ['merge,retainKeys', ['merge', 'retainKeys']],
]);

function marksOf({ card, listType, mapType }: Row): Pick<FieldType, 'marks'> {
  if (card !== 'one' || (listType === undefined && mapType === undefined)) return {};
  return {
    marks: {
      ...(listType === undefined ? {} : { 'x-kubernetes-list-type': listType }),
      ...(mapType === undefined ? {} : { 'x-kubernetes-map-type': mapType }),
    },
  };
}

function strategiesOf(text: string | undefined): FieldType['strategies'] {
  return text === undefined ? [] : (STRATEGIES.get(text) ?? []);
}

function wireFlags(row: Row): string {
  return `${row.pointer ? 'p' : ''}${row.omitEmpty ? 'e' : ''}${row.omitZero ? 'z' : ''}`;
}

const ZEROS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['string', ''],
  ['bool', false],
  ['int32', 0],
  ['int64', 0],
  ['double', 0],
]);

/** What the API's document gives as default: its own, `{}` for a struct, and zero where Go always writes the field. */
function defaultOf(row: Row): JsonValue | undefined {
  if (row.default !== undefined) return row.default;
  if (row.card !== 'one' || row.pointer) return undefined;
  if (row.type.includes('.')) return {};
  return row.omitEmpty ? undefined : ZEROS.get(row.type);
}

function valueType(definition: Definition, row: Row): ValueType {
  if (row.card === 'one') {
    const type = itemType(definition, row, row.goType);
    // The field may be finer than its type: a claim's reference is owned member by member.
    return type.kind === 'object' && row.mapType === 'granular' ? { ...type, atomic: false } : type;
  }
  const item = itemType(definition, row, PREFIX.exec(row.goType ?? '')?.[1]);
  const goType = row.goType ?? `${row.card === 'list' ? '[]' : 'map[string]'}${item.goType}`;
  return row.card === 'list' ? listType(row, item, goType) : mapType(row, item, goType);
}

/** `[]v1.Capability`, `map[v1.ResourceName]v1.ClaimResourceStatus` → the type of what is held. */
const PREFIX = /^(?:\[\]|map\[[^\]]*\])(.*)$/;

function itemType(definition: Definition, row: Row, goType: string | undefined): ValueType {
  const { type } = row;
  if (type.startsWith('*')) return listType({}, STRING, goType ?? '[]string');
  const plain = PLAIN.get(type);
  if (plain === undefined) return structureOrFail(type);
  const holdsObject = OBJECT_HOLDERS.has(`${definition.alias} ${row.name}`);
  if (row.enum === undefined && goType === undefined && !holdsObject) return plain;
  return {
    ...plain,
    ...(row.enum === undefined ? {} : { enum: row.enum }),
    ...(goType === undefined ? {} : { goType }),
    ...(holdsObject ? { holdsObject } : {}),
  };
}

function structureOrFail(alias: string): ObjectType {
  const structure = structureOf(alias);
  if (structure === undefined) throw new Error(`no definition of ${alias}`);
  return structure;
}

function listType(row: Pick<Row, 'listType'>, items: ValueType, goType: string): ListType {
  const [name = '', keys] = (row.listType ?? '').split(':');
  return {
    kind: 'list',
    items,
    list: name === 'set' || name === 'map' ? name : 'atomic',
    keys: keys === undefined ? [] : keys.split(','),
    goType,
    declared: row.listType !== undefined,
  };
}

function mapType(row: Row, values: ValueType, goType: string): MapType {
  return { kind: 'map', values, atomic: row.mapType === 'atomic', goType, declared: row.mapType !== undefined };
}
