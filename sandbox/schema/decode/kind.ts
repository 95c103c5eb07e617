// Which kind a body says it is. The server reads this before anything else, with a decoder that ignores the case of names.

import { isObject, type JsonValue } from '../../kube/json.ts';
import type { GroupVersionKind } from '../../kube/resource.ts';
import { DecodingError } from '../errors.ts';
import type { Notes } from '../json/reader.ts';
import { describe } from './refusal.ts';

const TARGET =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Group, version and kind of a body; each may be empty. Throws a DecodingError in the server's words. */
export function kindIn(value: JsonValue, notes?: Notes): GroupVersionKind {
  const found = { apiVersion: '', kind: '' };
  let failure: string | undefined;
  if (value !== null && !isObject(value))
    failure = `json: cannot unmarshal ${describe(value)} into Go value of type ${TARGET}`;
  for (const [name, given] of membersOf(value, notes)) {
    const key = KEYS.get(name.toLowerCase());
    if (key === undefined || given === undefined || given === null) continue;
    if (typeof given === 'string') found[key] = given;
    else failure ??= `json: cannot unmarshal ${describe(given)} into Go struct field .${key} of type string`;
  }
  if (failure !== undefined) throw unreadable(failure);
  return { ...groupVersionOf(found.apiVersion), kind: found.kind };
}

const KEYS: ReadonlyMap<string, 'apiVersion' | 'kind'> = new Map([
  ['apiversion', 'apiVersion'],
  ['kind', 'kind'],
]);

/** What the server says of a body that it can't read so far as to know its kind. */
export function unreadable(why: string): DecodingError {
  return new DecodingError(`couldn't get version/kind; json parse error: ${why}`);
}

function membersOf(value: JsonValue, notes: Notes | undefined): readonly (readonly [string, JsonValue | undefined])[] {
  if (!isObject(value)) return [];
  return notes?.get(value)?.members ?? Object.entries(value);
}

/** `apps/v1`, `v1` or nothing. Throws a DecodingError. */
function groupVersionOf(text: string): { readonly group: string; readonly version: string } {
  if (text === '' || text === '/') return { group: '', version: '' };
  const parts = text.split('/');
  if (parts.length > 2) throw new DecodingError(`unexpected GroupVersion string: ${text}`);
  const [first = '', second] = parts;
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** The kind with what the body left out taken from where it was sent to. */
export function withDefaults(found: GroupVersionKind, fallback: GroupVersionKind): GroupVersionKind {
  const kind = found.kind === '' ? fallback.kind : found.kind;
  const nothing = found.group === '' && found.version === '';
  if (nothing) return { group: fallback.group, version: fallback.version, kind };
  const version = found.version === '' && found.group === fallback.group ? fallback.version : found.version;
  return { group: found.group, version, kind };
}
