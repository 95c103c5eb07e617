// An empty list or map that was sent isn't in the object that it becomes: Kubernetes writes objects as if it had never
// been there. Inside, its server still tells it from one that wasn't sent, and a few rules and messages show that. So it
// is remembered on its object, out of sight of all that goes by names, until the object is stored.

import { type ShownAs, shownAs } from './fielderrors.ts';
import { isArray, type JsonObject } from './json.ts';

/** Names of fields that were sent empty. It is copied with the object, as `{ ...object }` does. */
const EMPTIED = Symbol('emptied');

/** Remembers that these fields were sent empty. */
export function rememberEmptied(object: JsonObject, names: readonly string[]): void {
  Object.defineProperty(object, EMPTIED, { value: names, enumerable: true });
}

/** Whether a field that isn't there was sent as an empty list or map. */
export function wasEmptied(object: object | undefined, name: string): boolean {
  const names: unknown = object === undefined ? undefined : Reflect.get(object, EMPTIED);
  return isArray(names) && names.includes(name);
}

/** How a message shows a list or map that has nothing in it: `[]` or `{}` when it was sent so, null when it wasn't. */
export function shownEmpty(object: object | undefined, name: string, empty: '[]' | '{}'): ShownAs {
  const given: unknown = object === undefined ? undefined : Reflect.get(object, name);
  return shownAs(wasEmptied(object, name) || (given ?? null) !== null ? empty : 'null');
}
