// Preferences as they lie in a kuberc file: what a document may hold in either version, and what each part means.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { compareText } from '../../../sandbox/kube/text.ts';

export type Option = {
  readonly name: string;
  readonly default: string;
};

export type CommandDefaults = {
  readonly command: string;
  /** Null where the file doesn't say. */
  readonly options: readonly Option[] | null;
};

export type Alias = {
  readonly name: string;
  readonly command: string;
  readonly prependArgs?: readonly string[];
  readonly appendArgs?: readonly string[];
  readonly options?: readonly Option[];
};

export type AllowlistEntry = { readonly name?: string; readonly command?: string };

/** Fields in the order in which kubectl's own type has them. */
export type Preference = {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly defaults: readonly CommandDefaults[] | null;
  readonly aliases: readonly Alias[] | null;
  readonly credentialPluginPolicy?: string;
  readonly credentialPluginAllowlist?: readonly AllowlistEntry[];
};

const GROUP = 'kubectl.config.k8s.io';
export const CURRENT = { kind: 'Preference', apiVersion: `${GROUP}/v1beta1` } as const;

export const emptyPreference: Preference = { ...CURRENT, defaults: null, aliases: null };

type Shape = 'string' | { readonly items: Shape } | Struct;

interface Struct {
  /** The name of kubectl's type, for messages. */
  readonly name: string;
  readonly fields: { readonly [key: string]: Shape };
  /** Fields that are written even when they are empty. */
  readonly always: readonly string[];
}

const option: Struct = {
  name: 'CommandOptionDefault',
  fields: { name: 'string', default: 'string' },
  always: ['name', 'default'],
};
const strings: Shape = { items: 'string' };

/** The two versions differ in the names of two fields, and the older one knows no plugins. */
function preferenceStruct(defaults: string, options: string, more: Struct['fields']): Struct {
  const given: Struct = {
    name: 'CommandDefaults',
    fields: { command: 'string', [options]: { items: option } },
    always: ['command', options],
  };
  const alias: Struct = {
    name: 'AliasOverride',
    fields: {
      name: 'string',
      command: 'string',
      prependArgs: strings,
      appendArgs: strings,
      [options]: { items: option },
    },
    always: ['name', 'command'],
  };
  return {
    name: 'Preference',
    fields: { kind: 'string', apiVersion: 'string', [defaults]: { items: given }, aliases: { items: alias }, ...more },
    always: [defaults, 'aliases'],
  };
}

const entry: Struct = { name: 'AllowlistEntry', fields: { name: 'string', command: 'string' }, always: [] };
const v1beta1 = preferenceStruct('defaults', 'options', {
  credentialPluginPolicy: 'string',
  credentialPluginAllowlist: { items: entry },
});
const v1alpha1 = preferenceStruct('overrides', 'flags', {});

/** A value that its field can't hold. The message is that of Go's JSON. */
export class ShapeError extends Error {}

interface Reading {
  /** Numbers and truth values become texts where a text is wanted. */
  readonly converting: boolean;
  /** Paths of fields that nobody knows. */
  readonly unknown: string[];
}

/** A document of the current version as `kuberc set` and `view` read it: whatever it says it is. Throws a ShapeError. */
export function readAsCurrent(document: JsonValue): Preference {
  return shaped(document, v1beta1, { converting: true, unknown: [] }) as Preference;
}

export interface DecodedPreference {
  readonly preference: Preference;
  /** Paths of fields that nobody knows. */
  readonly unknown: readonly string[];
}

/** Undefined for a document that is nothing of kubectl's preferences, or is so wrong that it can't be used. */
export function decodePreference(document: JsonValue): DecodedPreference | undefined {
  if (!isObject(document) || document['kind'] !== CURRENT.kind) return undefined;
  const older = document['apiVersion'] === `${GROUP}/v1alpha1`;
  if (!older && document['apiVersion'] !== CURRENT.apiVersion) return undefined;
  const reading: Reading = { converting: false, unknown: [] };
  try {
    const read = shaped(document, older ? v1alpha1 : v1beta1, reading);
    const preference = (older ? renewed(read as OlderPreference) : read) as Preference;
    return hasTwoNames(preference) ? undefined : { preference, unknown: reading.unknown };
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

type OlderPreference = {
  readonly overrides: readonly { readonly command: string; readonly flags: readonly Option[] | null }[] | null;
  readonly aliases: readonly (Alias & { readonly flags?: readonly Option[] })[] | null;
};

function renewed({ overrides, aliases }: OlderPreference): Preference {
  return {
    ...CURRENT,
    defaults: overrides?.map(({ command, flags }) => ({ command, options: flags })) ?? null,
    aliases:
      aliases?.map(({ flags, ...alias }) => ({ ...alias, ...(flags === undefined ? {} : { options: flags }) })) ?? null,
  };
}

/** `name` is the old name of `command`: they can't say different things. */
function hasTwoNames({ credentialPluginAllowlist = [] }: Preference): boolean {
  return credentialPluginAllowlist.some(({ name, command }) => name && command && name !== command);
}

/** A value as its shape has it: fields in the shape's order, what is unknown left out. */
function shaped(value: JsonValue, struct: Struct, reading: Reading): JsonObject {
  if (value !== null && !isObject(value)) throw wrongValue(value, `Go value of type v1beta1.${struct.name}`);
  return structOf(value ?? {}, struct, '', '', reading);
}

function structOf(
  object: JsonObject,
  { name, fields, always }: Struct,
  path: string,
  plainPath: string,
  reading: Reading,
): JsonObject {
  const read = new Map<string, JsonValue>();
  for (const key of Object.keys(object).sort(compareText)) {
    const shape = own(fields, key);
    const value = object[key] ?? null;
    const at = path === '' ? key : `${path}.${key}`;
    const plain = plainPath === '' ? key : `${plainPath}.${key}`;
    if (shape === undefined) reading.unknown.push(at);
    else if (value !== null) read.set(key, fieldValue(value, shape, { path: at, plain, struct: name, reading }));
  }
  const entries = Object.entries(fields).flatMap(([key, shape]): [string, JsonValue][] => {
    const value = read.get(key) ?? (shape === 'string' ? '' : null);
    return always.includes(key) || (value !== '' && value !== null) ? [[key, value]] : [];
  });
  return Object.fromEntries(entries);
}

interface Place {
  /** `aliases[0].name`; `plain` is without the numbers. */
  readonly path: string;
  readonly plain: string;
  readonly struct: string;
  readonly reading: Reading;
}

function fieldValue(value: JsonValue, shape: Shape, place: Place): JsonValue {
  const { path, plain, struct, reading } = place;
  const wrong = (): Error => wrongValue(value, `Go struct field ${struct}.${plain} of type ${typeName(shape)}`);
  if (shape === 'string') {
    if (typeof value === 'string') return value;
    if (!reading.converting || typeof value === 'object') throw wrong();
    return String(value);
  }
  if ('items' in shape) {
    if (!isArray(value)) throw wrong();
    return value.map((item, i) =>
      item === null ? emptyOf(shape.items, place) : fieldValue(item, shape.items, { ...place, path: `${path}[${i}]` }),
    );
  }
  if (!isObject(value)) throw wrong();
  return structOf(value, shape, path, plain, reading);
}

function emptyOf(shape: Shape, { reading }: Place): JsonValue {
  return typeof shape === 'object' && 'fields' in shape ? structOf({}, shape, '', '', reading) : '';
}

function typeName(shape: Shape): string {
  if (shape === 'string') return 'string';
  return 'items' in shape ? `[]${typeName(shape.items)}` : `v1beta1.${shape.name}`;
}

function wrongValue(value: JsonValue, target: string): ShapeError {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const what = isArray(value) ? 'array' : isNumber ? 'number' : typeof value === 'boolean' ? 'bool' : typeof value;
  return new ShapeError(`json: cannot unmarshal ${what} into ${target}`);
}
