// What a list asks for: of which moment, from which key on, and how much. Continue tokens and resource versions are read
// and refused here, in the words of the real server's storage.

import { typeInvalid } from '../kube/fielderrors.ts';
import { quote } from '../kube/go/text.ts';
import { isArray, isObject, type JsonValue } from '../kube/json.ts';
import type { ListOptions } from '../kube/operation.ts';
import { badRequest, failure, StatusError } from '../kube/status.ts';
import { base64Problem, fromBase64Url, toBase64Url } from './base64url.ts';

/** The moment of which a list is told. */
type Moment =
  /** Now. */
  | { readonly at: 'now' }
  /** As it was at a revision. */
  | { readonly at: number };

export interface ListPlan {
  readonly moment: Moment;
  /** Below the list's own prefix; empty for the beginning. */
  readonly fromKey: string;
  /** 0: everything. */
  readonly limit: number;
}

/** Throws BadRequest, or Timeout for a version that isn't there yet. `revision`: the newest one. */
export function planOf(options: ListOptions, revision: number): ListPlan {
  const { continue: token = '', resourceVersion = '', resourceVersionMatch = '' } = options;
  const limit = Math.max(0, options.limit ?? 0);
  if (token !== '') return continuedPlan(token, resourceVersion, limit, revision);
  const version = listVersion(resourceVersion);
  if (version > revision) throw tooLarge(version, revision);
  const exact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && limit > 0 && version > 0);
  // Whoever takes any state gets all of it at once.
  const all = resourceVersion === '0';
  return { moment: exact ? { at: version } : { at: 'now' }, fromKey: '', limit: all ? 0 : limit };
}

function continuedPlan(token: string, resourceVersion: string, limit: number, revision: number): ListPlan {
  const { rv, start } = readToken(token);
  if (resourceVersion !== '' && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if (rv > revision) throw tooLarge(rv, revision);
  return { moment: rv < 0 ? { at: 'now' } : { at: rv }, fromKey: start, limit };
}

/** A resource version of a list as a number; 0 for none. */
function listVersion(text: string): number {
  const problem = versionProblem(text);
  if (problem !== undefined) throw badRequest(`invalid resource version: ${problem}`);
  return Number(text);
}

/** A resource version of a get or a watch, whose refusal is worded less kindly. */
export function plainVersion(text: string): number {
  const problem = versionProblem(text);
  if (problem !== undefined) throw failure(500, '', problem);
  return Number(text);
}

function versionProblem(text: string): string | undefined {
  if (text === '' || text === '0') return undefined;
  const problem = unsignedProblem(text);
  if (problem === undefined) return undefined;
  const { field, message } = typeInvalid('resourceVersion', text, problem);
  return `${field}: ${message}`;
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** Why the text is no uint64, as Go says it. */
export function unsignedProblem(text: string): string | undefined {
  const why = /^[0-9]+$/.test(text) ? (BigInt(text) > MAX_UINT64 ? 'value out of range' : undefined) : 'invalid syntax';
  return why === undefined ? undefined : `strconv.ParseUint: parsing ${quote(text)}: ${why}`;
}

/** The version isn't there yet: a real server waits for it, and gives up. */
export function tooLarge(version: number, revision: number): StatusError {
  const what = 'Too large resource version';
  return failure(504, 'Timeout', `Timeout: ${what}: ${version}, current: ${revision}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: what }],
    retryAfterSeconds: 1,
  });
}

/** The state of that moment is forgotten. A token that was refused can be exchanged for one that goes on from the present. */
export function expired({ fromKey }: ListPlan): StatusError {
  if (fromKey === '') return failure(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  const { status } = failure(410, 'Expired', INCONSISTENT);
  return new StatusError({ ...status, metadata: { continue: continueToken(-1, fromKey) } });
}

const INCONSISTENT =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/** A token that leads on from a key (below the list's prefix) at a revision. */
export function continueToken(revision: number, start: string): string {
  return toBase64Url(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start }));
}

interface Token {
  readonly rv: number;
  readonly start: string;
}

const NOT_VALID = 'continue key is not valid';

function readToken(token: string): Token {
  const problem = base64Problem(token);
  if (problem !== undefined) throw badToken(`${NOT_VALID}: illegal base64 data at input byte ${problem}`);
  return checkedToken(parsed(fromBase64Url(token)));
}

function badToken(why: string): StatusError {
  return badRequest(`invalid continue token: ${why}`);
}

function checkedToken(value: JsonValue): Token {
  if (!isObject(value)) {
    const what = isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    throw badToken(`${NOT_VALID}: json: cannot unmarshal ${what} into Go value of type storage.continueToken`);
  }
  const v = tokenField(value['v'], 'v', 'string') ?? '';
  const rv = tokenField(value['rv'], 'rv', 'number') ?? 0;
  const start = tokenField(value['start'], 'start', 'string') ?? '';
  if (v !== 'meta.k8s.io/v1')
    throw badToken(`${NOT_VALID}: server does not recognize this encoded version${v === '' ? '' : ` ${v}`}`);
  const version = '(version meta.k8s.io/v1)';
  if (rv === 0) throw badToken(`${NOT_VALID}: incorrect encoded start resourceVersion ${version}`);
  if (start === '') throw badToken(`${NOT_VALID}: encoded start key empty ${version}`);
  const key = start.startsWith('/') ? start : `/${start}`;
  if (key !== cleaned(key)) throw badToken(`${NOT_VALID}: ${start}`);
  return { rv: Number(rv), start: key.slice(1) };
}

const GO_TYPES = { string: 'string', number: 'int64' } as const;

function tokenField<T extends 'string' | 'number'>(
  value: JsonValue | undefined,
  name: string,
  type: T,
): (T extends 'string' ? string : number) | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === type) return value as T extends 'string' ? string : number;
  const what = isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const where = `Go struct field continueToken.${name} of type ${GO_TYPES[type]}`;
  throw badToken(`${NOT_VALID}: json: cannot unmarshal ${what} into ${where}`);
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    const first = /^\s*([^\s[{"\-0-9tfn])/.exec(text)?.[1];
    if (text.trim() === '') throw badToken(`${NOT_VALID}: unexpected end of JSON input`);
    throw badToken(`${NOT_VALID}: invalid character ${quoted(first ?? text.charAt(0))} looking for beginning of value`);
  }
}

/** A byte as Go's JSON decoder quotes it. */
function quoted(character: string): string {
  const code = character.charCodeAt(0);
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  if (code < 0x20 || (code >= 0x7f && code < 0xa1)) {
    return `'\\${code < 0x80 ? 'x' : 'u'}${code.toString(16).padStart(code < 0x80 ? 2 : 4, '0')}'`;
  }
  return `'${character}'`;
}

/** A path without empty parts, `.` and `..`. */
function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}
