// Shapes of what authors write: each reads a plain value, says what is wrong with it and where, and describes itself as
// JSON Schema for editors. One description, so that the schema and the reader can't disagree.

import { isObject, type JsonObject, type JsonValue, own } from '../../sandbox/kube/json.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';

/** Where in a document: keys and indexes from its root. */
export type Path = readonly (string | number)[];

/** What is wrong, and what to do about it, in one sentence. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

export type Report = (path: Path, message: string) => void;

export interface Shape<T> {
  /** What was read; undefined after a problem has been reported. */
  read(value: unknown, path: Path, report: Report): T | undefined;
  readonly schema: JsonObject;
}

/** A key of a record. */
export interface Field<T, Needed extends boolean = boolean> {
  readonly shape: Shape<T>;
  readonly needed: Needed;
}

type Fields = { readonly [key: string]: Field<unknown> };
type Read<F> = F extends Field<infer T> ? T : never;

/** What a record of these fields reads as. */
export type Decoded<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Field<unknown, true> ? K : never]: Read<F[K]>;
} & {
  readonly [K in keyof F as F[K] extends Field<unknown, true> ? never : K]?: Read<F[K]>;
};

/** What a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

export function needed<T>(shape: Shape<T>): Field<T, true> {
  return { shape, needed: true };
}

export function optional<T>(shape: Shape<T>): Field<T, false> {
  return { shape, needed: false };
}

/** An object with these keys and no others. */
export function record<F extends Fields>(fields: F, about = 'an object'): Shape<Decoded<F>> {
  const keys = Object.keys(fields);
  return {
    read(value, path, report) {
      if (!isObject(value)) return wrong(report, path, value, about);
      let ok = true;
      const say: Report = (at, message) => {
        ok = false;
        report(at, message);
      };
      for (const key of Object.keys(value)) if (!Object.hasOwn(fields, key)) say([...path, key], unknownKey(key, keys));
      const entries: (readonly [string, unknown])[] = [];
      for (const [key, { shape, needed: must }] of Object.entries(fields)) {
        const found = own(value, key);
        if (found !== undefined && found !== null) entries.push([key, shape.read(found, [...path, key], say)]);
        else if (must) say(path, `\`${key}\` is missing`);
      }
      return ok ? (Object.fromEntries(entries) as Decoded<F>) : undefined;
    },
    schema: {
      type: 'object',
      additionalProperties: false,
      required: keys.filter((key) => fields[key]?.needed === true),
      properties: Object.fromEntries(Object.entries(fields).map(([key, { shape }]) => [key, shape.schema])),
    },
  };
}

/** `unknown key`, with the one that was probably meant. */
export function unknownKey(key: string, known: readonly string[]): string {
  const near = known.find((other) => distance(other, key) <= 2);
  if (near !== undefined) return `unknown key \`${key}\`; did you mean \`${near}\`?`;
  return `unknown key \`${key}\`; known here: ${known.join(', ')}`;
}

/** How many letters have to change (Levenshtein); for short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

export function list<T>(item: Shape<T>, { min = 0 } = {}): Shape<readonly T[]> {
  return {
    read(value, path, report) {
      if (!Array.isArray(value)) return wrong(report, path, value, 'a list');
      if (value.length < min) {
        report(path, `at least ${min} expected`);
        return undefined;
      }
      return value.flatMap((one: unknown, i) => item.read(one, [...path, i], report) ?? []);
    },
    schema: { type: 'array', items: item.schema, ...(min > 0 ? { minItems: min } : {}) },
  };
}

/** An object with keys of the author's choice. */
export function mapOf<T>(values: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return {
    read(value, path, report) {
      if (!isObject(value)) return wrong(report, path, value, 'an object');
      const entries = Object.entries(value).map(
        ([key, one]) => [key, values.read(one, [...path, key], report)] as const,
      );
      return new Map(entries.flatMap(([key, one]) => (one === undefined ? [] : [[key, one] as const])));
    },
    schema: { type: 'object', additionalProperties: values.schema },
  };
}

export interface TextRules {
  readonly pattern?: RegExp;
  /** What the pattern asks for, in words. */
  readonly about?: string;
}

/** Text that isn't empty. Numbers are taken as they are written in YAML. */
export function text({ pattern, about = 'text' }: TextRules = {}): Shape<string> {
  return {
    read(value, path, report) {
      const found = typeof value === 'number' ? String(value) : value;
      if (typeof found !== 'string' || found.trim() === '') return wrong(report, path, value, about);
      if (pattern !== undefined && !pattern.test(found)) return wrong(report, path, value, about);
      return found;
    },
    schema: { type: 'string', minLength: 1, ...(pattern === undefined ? {} : { pattern: pattern.source }) },
  };
}

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return {
    read(value, path, report) {
      const found = values.find((one) => one === value);
      return found ?? wrong(report, path, value, `one of ${values.join(', ')}`);
    },
    schema: { enum: values },
  };
}

export function integer(min: number, max: number): Shape<number> {
  return {
    read: (value, path, report) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? value
        : wrong(report, path, value, `a whole number from ${min} to ${max}`),
    schema: { type: 'integer', minimum: min, maximum: max },
  };
}

export const flag: Shape<boolean> = {
  read: (value, path, report) => (typeof value === 'boolean' ? value : wrong(report, path, value, 'true or false')),
  schema: { type: 'boolean' },
};

/** Any JSON object. */
export const anyObject: Shape<JsonObject> = {
  read: (value, path, report) => (isObject(value) ? value : wrong(report, path, value, 'an object')),
  schema: { type: 'object' },
};

export const anyValue: Shape<JsonValue> = {
  read: (value) => value as JsonValue,
  schema: {},
};

/** The same value read as something else; `make` throws an Error with what is wrong. */
export function parsed<A, B>(shape: Shape<A>, make: (value: A) => B): Shape<B> {
  return {
    read(value, path, report) {
      const read = shape.read(value, path, report);
      if (read === undefined) return undefined;
      try {
        return make(read);
      } catch (error) {
        report(path, messageOf(error));
        return undefined;
      }
    },
    schema: shape.schema,
  };
}

/** The first shape that takes this kind of value: `pick` looks at it without reading it. */
export function either<A, B>(first: Shape<A>, second: Shape<B>, pick: (value: unknown) => boolean): Shape<A | B> {
  return {
    read: (value, path, report) => (pick(value) ? first : second).read(value, path, report),
    schema: { anyOf: [first.schema, second.schema] },
  };
}

/** A shape that refers to itself; `name` is where the schema's `$defs` has it. */
export function named<T>(name: string, shape: () => Shape<T>): Shape<T> {
  return { read: (value, path, report) => shape().read(value, path, report), schema: { $ref: `#/$defs/${name}` } };
}

/** Reports that something else was expected; always undefined. */
function wrong(report: Report, path: Path, value: unknown, expected: string): undefined {
  report(path, `${expected} expected, found ${describe(value)}`);
  return undefined;
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const written = JSON.stringify(value);
  return written.length > 60 ? `${written.slice(0, 60)}...` : written;
}
