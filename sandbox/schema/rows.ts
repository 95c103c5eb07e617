// How the committed data writes a definition: one line of text, taken apart only when somebody asks for it.
// `data/definitions.json` has what Kubernetes 1.36 knows of its types; scripts/schema/build-data.mjs makes it.

import type { JsonValue } from '../kube/json.ts';
import data from './data/definitions.json' with { type: 'json' };
import unserved from './data/unserved.json' with { type: 'json' };

/** One field of a Go struct, as the data has it. */
export interface Row {
  /** Number in protobuf; 0 where there is none. */
  readonly number: number;
  /** Name in JSON; empty for an embedded struct. */
  readonly name: string;
  readonly card: 'one' | 'list' | 'map';
  /** A plain wire type (`string`), a special one (`!Time`), a named list of strings (`*core.v1.X`), or a definition's alias. */
  readonly type: string;
  readonly pointer: boolean;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  readonly required: boolean;
  readonly keepsEmpty: boolean;
  readonly mergeKey?: string;
  readonly strategy?: string;
  /** `set`, `atomic`, `map:name,protocol`. */
  readonly listType?: string;
  readonly mapType?: string;
  readonly enum?: readonly string[];
  /** Go's own name of the type, where it doesn't follow from `type`. */
  readonly goType?: string;
  /** A default beyond the zero value. */
  readonly default?: JsonValue;
}

/** A definition as the data has it. Its alias is the end of its package and its name: `core.v1.PodSpec`. */
export interface Definition {
  readonly alias: string;
  /** It has apiVersion and kind of its own (Go's TypeMeta). */
  readonly typeMeta: boolean;
  readonly atomic: boolean;
  /** It is a union of its fields; this one says which, if it isn't empty. */
  readonly union?: string;
  /** In the order of Go's declaration. */
  readonly rows: readonly Row[];
}

const DEFINITIONS: Readonly<Record<string, string>> = data.definitions;
/** Package → its definitions, where nobody serves them; `=v1` → the names of those that are as in that version. */
const UNSERVED: Readonly<Record<string, Readonly<Record<string, string>>>> = unserved.definitions;
const PACKAGES: Readonly<Record<string, string>> = data.packages;
const UNSERVED_PACKAGES: Readonly<Record<string, string>> = unserved.packages;
/** Group version → where its kinds are defined, and their names. */
export const KINDS: Readonly<Record<string, string>> = data.kinds;

/** The definitions of what is served. */
export const ALIASES: readonly string[] = Object.keys(DEFINITIONS);

/** The definitions of versions that the server knows and doesn't serve. */
export function unservedAliases(): readonly string[] {
  return Object.entries(UNSERVED).flatMap(([home, texts]) =>
    Object.entries(texts).flatMap(([key, text]) =>
      (key.startsWith('=') ? text.split(' ') : [key]).map((name) => `${home}.${name}`),
    ),
  );
}

/** Whether the definition is one of what is served. */
export function isServed(alias: string): boolean {
  return Object.hasOwn(DEFINITIONS, alias);
}

/** `core.v1.PodSpec` → `io.k8s.api.core.v1.PodSpec`, the name in the API's own document. */
export function fullName(alias: string): string {
  const home = packageOf(alias);
  return `${PACKAGES[home] ?? UNSERVED_PACKAGES[home]}.${shortName(alias)}`;
}

/** The other way; undefined when there is no such definition. */
export function aliasOf(name: string): string | undefined {
  const alias = name.split('.').slice(-3).join('.');
  return textOf(alias) !== undefined && fullName(alias) === name ? alias : undefined;
}

/** `core.v1.PodSpec` → `PodSpec`. */
export function shortName(alias: string): string {
  return alias.slice(alias.lastIndexOf('.') + 1);
}

/** `core.v1.PodSpec` → `v1.PodSpec`, as Go names a type with its package. */
export function goName(alias: string): string {
  return alias.slice(alias.lastIndexOf('.', alias.lastIndexOf('.') - 1) + 1);
}

function packageOf(alias: string): string {
  return alias.slice(0, alias.lastIndexOf('.'));
}

/** Takes the line of a definition apart; undefined when there is none. */
export function readDefinition(alias: string): Definition | undefined {
  const text = textOf(alias);
  if (text === undefined) return undefined;
  const [head = '', ...rows] = text.split(';');
  const marks = head.split(' ');
  const union = marks.find((mark) => mark.startsWith('u='))?.slice(2);
  return {
    alias,
    typeMeta: marks.includes('T'),
    atomic: marks.includes('a'),
    ...(union === undefined ? {} : { union }),
    rows: rows.map((row) => readRow(row, packageOf(alias))),
  };
}

function textOf(alias: string): string | undefined {
  return isServed(alias) ? DEFINITIONS[alias] : unservedText(packageOf(alias), shortName(alias));
}

function unservedText(home: string, name: string): string | undefined {
  const texts = Object.hasOwn(UNSERVED, home) ? (UNSERVED[home] ?? {}) : {};
  if (Object.hasOwn(texts, name)) return texts[name];
  const like = Object.keys(texts).find((key) => key.startsWith('=') && texts[key]?.split(' ').includes(name));
  return like === undefined ? undefined : textOf(`${home.slice(0, home.indexOf('.'))}.${like.slice(1)}.${name}`);
}

function readRow(text: string, home: string): Row {
  const [mark = '', name = '', typeText = '', ...attributes] = text.split(' ');
  const flags = mark.replace(/^[0-9]+/, '');
  const prefix = typeText.slice(0, 2);
  return {
    number: Number.parseInt(mark, 10),
    name: name === '+' ? '' : name,
    card: prefix === '[]' ? 'list' : prefix === '{}' ? 'map' : 'one',
    type: fullType(prefix === '[]' || prefix === '{}' ? typeText.slice(2) : typeText, home),
    pointer: flags.includes('p'),
    omitEmpty: flags.includes('e'),
    omitZero: flags.includes('z'),
    required: flags.includes('r'),
    keepsEmpty: flags.includes('n'),
    ...readAttributes(attributes),
  };
}

/** A definition of the same package is written without it. */
function fullType(type: string, home: string): string {
  const star = type.startsWith('*') ? '*' : '';
  const name = type.slice(star.length);
  return /^[A-Z]/.test(name) ? `${star}${home}.${name}` : type;
}

function readAttributes(attributes: readonly string[]): Partial<Row> {
  const given = Object.fromEntries(attributes.map((attribute) => [attribute.slice(0, 1), attribute.slice(2)]));
  const { m: mergeKey, s: strategy, l: listType, a: mapType, g: goType, e: choices, d: fallback } = given;
  return {
    ...(mergeKey === undefined ? {} : { mergeKey }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(listType === undefined ? {} : { listType }),
    ...(mapType === undefined ? {} : { mapType }),
    ...(goType === undefined ? {} : { goType }),
    ...(choices === undefined ? {} : { enum: choices.split('|').map((choice) => choice.replaceAll('~', ' ')) }),
    ...(fallback === undefined ? {} : { default: JSON.parse(fallback) }),
  };
}
