// The shapes of files that kubectl decodes into types of its own, and what is said of values that don't have them: the
// words are those of Go's JSON.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';

export type Shape = 'string' | 'bool' | 'int' | 'any' | { readonly items: Shape } | { readonly values: Shape } | Struct;

export interface Struct {
  /** `types.Patch` */
  readonly name: string;
  readonly fields: { readonly [key: string]: Shape };
}

/** A field that nobody knows, or a value that its field can't hold. */
export type Misfit =
  | { readonly what: 'unknown'; readonly key: string; readonly path: string }
  | { readonly what: 'value'; readonly message: string };

/** How a value differs from its shape, in the order of sorted keys. `converting`: numbers and truth values may be texts. */
export function misfitsOf(value: JsonValue, struct: Struct, converting = false): readonly Misfit[] {
  if (value === null) return [];
  if (!isObject(value)) return [wrongValue(value, `value of type ${struct.name}`)];
  return structMisfits(value, struct, { path: '', plain: '', converting });
}

interface Place {
  /** `aliases[0].name` */
  readonly path: string;
  /** `aliases.name` */
  readonly plain: string;
  readonly converting: boolean;
}

function structMisfits(
  object: { readonly [key: string]: JsonValue | undefined },
  struct: Struct,
  place: Place,
): Misfit[] {
  return Object.keys(object)
    .sort(compareText)
    .flatMap((key): Misfit[] => {
      const inner = { ...place, path: joined(place.path, key), plain: joined(place.plain, key) };
      const shape = own(struct.fields, key);
      if (shape === undefined) return [{ what: 'unknown', key, path: inner.path }];
      return misfits(object[key] ?? null, shape, baseName(struct.name), inner);
    });
}

function misfits(value: JsonValue, shape: Shape, struct: string, place: Place): Misfit[] {
  if (value === null || shape === 'any') return [];
  const wrong = [wrongValue(value, `struct field ${struct}.${place.plain} of type ${typeName(shape)}`)];
  if (typeof shape === 'string') return isScalarOf(value, shape, place.converting) ? [] : wrong;
  if ('items' in shape) {
    if (!isArray(value)) return wrong;
    return value.flatMap((item, i) => misfits(item, shape.items, struct, { ...place, path: `${place.path}[${i}]` }));
  }
  if (!isObject(value)) return wrong;
  if ('fields' in shape) return structMisfits(value, shape, place);
  return Object.values(value).flatMap((each) => misfits(each ?? null, shape.values, struct, place));
}

function isScalarOf(value: JsonValue, type: 'string' | 'bool' | 'int', converting: boolean): boolean {
  if (type === 'string') return typeof value === 'string' || (converting && typeof value !== 'object');
  return type === 'bool' ? typeof value === 'boolean' : Number.isInteger(value);
}

function typeName(shape: Shape): string {
  if (shape === 'any') return 'interface {}';
  if (typeof shape === 'string') return shape;
  if ('items' in shape) return `[]${typeName(shape.items)}`;
  return 'values' in shape ? `map[string]${typeName(shape.values)}` : shape.name;
}

function wrongValue(value: JsonValue, target: string): Misfit {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const what = isArray(value) ? 'array' : isNumber ? 'number' : typeof value === 'boolean' ? 'bool' : typeof value;
  return { what: 'value', message: `json: cannot unmarshal ${what} into Go ${target}` };
}

function baseName(type: string): string {
  return type.slice(type.indexOf('.') + 1);
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
