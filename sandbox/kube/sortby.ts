// The order of `--sort-by`: objects by the first value that a JSONPath finds in each.

import { compareText, goSyntax, quote } from './go/text.ts';
import { sortUnstably } from './go/unstablesort.ts';
import type { JsonValue } from './json.ts';
import { typeOfValue, type Value } from './jsonpath/values.ts';
import { findJsonPath, type JsonPath, JsonPathError, parseJsonPath, relaxedJsonPath } from './jsonpath.ts';
import { compareQuantities, parseQuantity, type Quantity, quantityError } from './quantity.ts';

/** Objects have no order by the field. kubectl ends at once, with this as a fatal line of its log, which tells its `source`. */
export class UnsortableError extends Error {
  readonly source: string;
  readonly exitStatus: number;
  constructor(message: string, [source, exitStatus]: Fatal) {
    super(message);
    this.source = source;
    this.exitStatus = exitStatus;
  }
}

type Fatal = readonly [source: string, exitStatus: number];

const FATAL: Readonly<Record<'i' | 'j' | 'objects' | 'rows', Fatal>> = {
  i: ['sorter.go:310', 255],
  j: ['sorter.go:315', 255],
  objects: ['sorter.go:329', 1],
  rows: ['sorter.go:375', 1],
};

/**
 * The positions of objects in their new order, by an expression that may lack dot and braces.
 * Throws JsonPathError when the expression is wrong or fits no object, UnsortableError when it fails beyond the first that it fits.
 */
export function sortObjectsBy(expression: string, objects: readonly JsonValue[]): number[] {
  const template = relaxedJsonPath(expression);
  const path = parseJsonPath(template);
  const first = objects.findIndex((object) => firstValue(path, object) !== undefined);
  if (first < 0) throw notFound(template);
  const values = objects.map((object, position) => {
    if (position < first) return undefined;
    try {
      return firstValue(path, object);
    } catch (error) {
      return { failure: failureOf(error, template, object) };
    }
  });
  return sortBy(template, values, 'objects');
}

function notFound(template: string): JsonPathError {
  return new JsonPathError(`couldn't find any field with path ${quote(template)} in the list of objects`);
}

function failureOf(error: unknown, template: string, object: JsonValue): string {
  const shown = `&unstructured.Unstructured{Object:${goSyntax(object)}}`;
  return `values for ${shown} using ${template} (${errorSyntax(error)})`;
}

/** A JsonPathError in the syntax of Go. */
function errorSyntax(error: unknown): string {
  if (error instanceof JsonPathError) return `&errors.errorString{s:${quote(error.message)}}`;
  throw error;
}

/** The same for the rows of a table, by the objects that came with them and a complete template. */
export function sortRowsBy(template: string, objects: readonly JsonValue[]): number[] {
  const path = withPrefix('sorting error: ', () => parseJsonPath(template));
  const values = objects.map((object) => valueOfRow(path, template, object));
  if (values.length > 0 && values.every((value) => value === undefined)) throw notFound(template);
  return sortBy(template, values, 'rows');
}

function valueOfRow(path: JsonPath, template: string, object: JsonValue): Found {
  try {
    return firstValue(path, object);
  } catch (error) {
    const shown = errorSyntax(error);
    throw new JsonPathError(`Failed to get values for [][]reflect.Value(nil) using ${template} (${shown})`);
  }
}

/** The value in a box, or why it can't be had; undefined when there is none. */
type Found = { readonly value: Value } | { readonly failure: string } | undefined;

function firstValue(path: JsonPath, object: JsonValue): { readonly value: Value } | undefined {
  const [first = []] = findJsonPath(path, object, { allowMissingKeys: true }).results;
  return first.length > 0 ? { value: first[0] } : undefined;
}

type Owner = 'objects' | 'rows';

function sortBy(template: string, values: readonly Found[], owner: Owner): number[] {
  const isLess = createOrder(template, owner);
  const numbered = values.map((found, position) => ({ found, position }));
  return sortUnstably(numbered, (a, b) => {
    const left = succeeded(a.found, 'i');
    const right = succeeded(b.found, 'j');
    return left === undefined || (right !== undefined && isLess(left.value, right.value));
  }).map(({ position }) => position);
}

function succeeded(found: Found, side: 'i' | 'j'): { readonly value: Value } | undefined {
  if (found !== undefined && 'failure' in found)
    throw new UnsortableError(`Failed to get ${side} ${found.failure}`, FATAL[side]);
  return found;
}

/** Texts that are quantities go by their amounts: each is read once. */
function createOrder(template: string, owner: Owner): (a: Value, b: Value) => boolean {
  const read = new Map<string, Quantity | undefined>();
  const amount = (text: string): Quantity | undefined => {
    if (!read.has(text)) read.set(text, quantityError(text) === undefined ? parseQuantity(text) : undefined);
    return read.get(text);
  };
  const isLessText = (a: string, b: string): boolean => {
    const [left, right] = [amount(a), amount(b)];
    return left !== undefined && right !== undefined ? compareQuantities(left, right) < 0 : compareText(a, b) < 0;
  };
  return (a, b) => {
    if (a === null || a === undefined) return b !== null && b !== undefined;
    if (b === null || b === undefined) return false;
    const type = typeOfValue(a, false);
    if (typeof a === 'object' || typeof a === 'boolean') throw unsortable(template, owner, `unsortable type: ${type}`);
    if (type !== typeOfValue(b, false)) throw unsortable(template, owner, 'unsortable interface: interface');
    return typeof a === 'string' && typeof b === 'string' ? isLessText(a, b) : a < b;
  };
}

const GO_TYPES: Readonly<Record<Owner, string>> = {
  objects: '*unstructured.Unstructured',
  rows: '[][][]reflect.Value',
};

function unsortable(template: string, owner: Owner, reason: string): UnsortableError {
  const message = `Field ${template} in ${GO_TYPES[owner]} is an unsortable type: interface, err: ${reason}`;
  return new UnsortableError(message, FATAL[owner]);
}

function withPrefix<T>(prefix: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof JsonPathError) throw new JsonPathError(`${prefix}${error.message}`);
    throw error;
  }
}
