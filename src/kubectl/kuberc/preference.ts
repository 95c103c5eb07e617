// Preferences as they lie in a kuberc file: what a document may hold in either version, and what each part means.

import { isArray, isObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { misfitsOf, type Shape, type Struct } from '../text/goshape.ts';

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

const option: Struct = { name: 'v1beta1.CommandOptionDefault', fields: { name: 'string', default: 'string' } };
const strings: Shape = { items: 'string' };

/** The two versions differ in the names of two fields, and the older one knows no plugins. */
function preferenceStruct(defaults: string, options: string, more: Struct['fields']): Struct {
  const given: Struct = {
    name: 'v1beta1.CommandDefaults',
    fields: { command: 'string', [options]: { items: option } },
  };
  const alias: Struct = {
    name: 'v1beta1.AliasOverride',
    fields: {
      name: 'string',
      command: 'string',
      prependArgs: strings,
      appendArgs: strings,
      [options]: { items: option },
    },
  };
  return {
    name: 'v1beta1.Preference',
    fields: { kind: 'string', apiVersion: 'string', [defaults]: { items: given }, aliases: { items: alias }, ...more },
  };
}

/** Fields that are there even when they are empty. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  'v1beta1.Preference': ['defaults', 'overrides', 'aliases'],
  'v1beta1.CommandDefaults': ['command', 'options', 'flags'],
  'v1beta1.AliasOverride': ['name', 'command'],
  'v1beta1.CommandOptionDefault': ['name', 'default'],
};

const entry: Struct = { name: 'v1beta1.AllowlistEntry', fields: { name: 'string', command: 'string' } };
const v1beta1 = preferenceStruct('defaults', 'options', {
  credentialPluginPolicy: 'string',
  credentialPluginAllowlist: { items: entry },
});
const v1alpha1 = preferenceStruct('overrides', 'flags', {});

/** A document of the current version as `kuberc set` and `view` read it: whatever it says it is. */
export function readAsCurrent(document: JsonValue): Preference {
  const [wrong] = misfitsOf(document, v1beta1, true).flatMap((each) => (each.what === 'value' ? [each.message] : []));
  if (wrong !== undefined) throw new Error(wrong);
  return projected(document, v1beta1) as Preference;
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
  const struct = older ? v1alpha1 : v1beta1;
  const misfits = misfitsOf(document, struct);
  if (misfits.some(({ what }) => what === 'value')) return undefined;
  const read = projected(document, struct);
  const preference = older ? renewed(read as OlderPreference) : (read as Preference);
  const unknown = misfits.flatMap((each) => (each.what === 'unknown' ? [each.path] : []));
  return hasTwoNames(preference) ? undefined : { preference, unknown };
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

/** A value as its shape has it: fields in the shape's order, what is unknown left out, scalars as texts. */
function projected(value: JsonValue, shape: Shape): JsonValue {
  if (typeof shape === 'string') return value === null ? '' : String(value);
  if ('items' in shape) return isArray(value) ? value.map((item) => projected(item, shape.items)) : null;
  if (!('fields' in shape)) return value;
  const held = isObject(value) ? value : {};
  const entries = Object.entries(shape.fields).flatMap(([key, field]): [string, JsonValue][] => {
    const inner = projected(own(held, key) ?? null, field);
    const isEmpty = inner === '' || inner === null;
    return isEmpty && !ALWAYS[shape.name]?.includes(key) ? [] : [[key, inner]];
  });
  return Object.fromEntries(entries);
}
