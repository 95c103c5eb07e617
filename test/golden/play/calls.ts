// Requests as they are recorded, and responses in the form in which they are recorded.

import { isArray, isObject, type JsonObject, type JsonValue, objectAt, parseJson, printJson, textAt } from '../json.ts';
import { withoutNotices } from '../normalise.ts';
import type { ApiRequest, ApiResponse, World } from '../world.ts';

/** How long a request of a player takes on the cluster's clock. */
const REQUEST_MS = 20;

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  readonly anonymous?: boolean;
}

/** JSON both ways unless the headers say otherwise; a string is sent as it is, `{base64}` as bytes. */
export function requestOf(call: Call): ApiRequest {
  const headers: Record<string, string> = { Accept: 'application/json', 'Content-Type': 'application/json' };
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    for (const known of Object.keys(headers)) if (known.toLowerCase() === name.toLowerCase()) delete headers[known];
    headers[name] = value;
  }
  const body = bodyOf(call.body);
  const user = call.anonymous === true ? 'anonymous' : 'admin';
  return { method: call.method, path: call.path, headers, user, ...(body === undefined ? {} : { body }) };
}

function bodyOf(body: JsonValue | undefined): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  const bytes = isObject(body) && Object.keys(body).length === 1 ? textAt(body, 'base64') : undefined;
  if (bytes !== undefined) return Buffer.from(bytes, 'base64');
  return Buffer.from(typeof body === 'string' ? body : printJson(body));
}

/** The recorded form of a request: `{method, path, headers?, body?, anonymous?}`, `contentType` as some formats have it. */
export function callOf(recorded: JsonObject): Call {
  const type = textAt(recorded, 'contentType');
  const accept = textAt(recorded, 'accept');
  const headers = Object.entries(objectAt(recorded, 'headers')).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    method: textAt(recorded, 'method') ?? 'GET',
    path: textAt(recorded, 'path') ?? '/',
    headers: {
      ...(type === undefined ? {} : { 'Content-Type': type }),
      ...(accept === undefined ? {} : { Accept: accept }),
      ...Object.fromEntries(headers),
    },
    ...(recorded['body'] === undefined ? {} : { body: recorded['body'] }),
    ...(recorded['anonymous'] === true ? { anonymous: true } : {}),
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: JsonObject;
  readonly body: JsonValue;
  readonly notices: number;
}

export async function send(world: World, call: Call, takes = REQUEST_MS): Promise<Reply> {
  const response = await world.request(requestOf(call));
  await world.advance(takes);
  const { headers, notices } = keptHeaders(response.headers);
  return { status: response.status, headers, body: decodeBody(response), notices };
}

/** What a GET answers; undefined when there is no such object. Looking takes no time. */
export async function read(world: World, path: string): Promise<JsonValue | undefined> {
  const response = await world.request(requestOf({ method: 'GET', path }));
  return response.status === 200 ? decodeBody(response) : undefined;
}

const KEPT = ['Content-Type', 'Warning', 'Retry-After', 'Location', 'Www-Authenticate', 'Allow'];

/** The headers that recordings keep; several values of one name as a list. */
export function keptHeaders(all: ApiResponse['headers']): { readonly headers: JsonObject; readonly notices: number } {
  let removed = 0;
  const kept = KEPT.flatMap((name) => {
    const { warnings: values, notices } = withoutNotices(all[name.toLowerCase()] ?? []);
    removed += notices;
    return values.length === 0 ? [] : [[name, values.length === 1 ? (values[0] ?? '') : values] as const];
  });
  return { headers: Object.fromEntries(kept), notices: removed };
}

/** JSON where it is JSON, else text; protobuf as `{base64}`; nothing as null. */
export function decodeBody({ headers, body }: Pick<ApiResponse, 'headers' | 'body'>): JsonValue {
  if (body.length === 0) return null;
  if ((headers['content-type']?.[0] ?? '').includes('protobuf')) {
    return { base64: Buffer.from(body).toString('base64') };
  }
  return decodeText(Buffer.from(body).toString());
}

export function decodeText(text: string): JsonValue {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** Several warnings as a list, whatever their number. */
export function warningsOf(headers: JsonObject): readonly string[] {
  const value = headers['Warning'];
  if (typeof value === 'string') return [value];
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
