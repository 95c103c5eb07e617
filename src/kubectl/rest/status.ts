// Answers that are failures: the Status that the server sent, or one for what it didn't say.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { isObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { StatusError, type V1Status } from '../../../sandbox/kube/status.ts';
import { parseJson } from '../text/json.ts';

/** What a request was about, for messages about answers without a Status. */
export interface Subject {
  readonly group: string;
  readonly resource: string;
  readonly name: string;
}

export const NO_SUBJECT: Subject = { group: '', resource: '', name: '' };

const TEXTS: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', ''],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  415: ['UnsupportedMediaType', ''],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

/** The Status in a body; undefined when the body is none. */
export function decodeStatus(body: string): V1Status | undefined {
  if (!body.startsWith('{')) return undefined;
  let value: JsonValue;
  try {
    value = parseJson(body);
  } catch {
    return undefined;
  }
  return statusIn(value);
}

/** The Status that a decoded body is; undefined when it is something else. */
export function statusIn(value: JsonValue): V1Status | undefined {
  if (!isObject(value) || value['kind'] !== 'Status' || value['apiVersion'] !== 'v1') return undefined;
  // Decoded: kind and version say what it is.
  return value as V1Status;
}

/** A failure by its code alone, with what the server said when that was text. */
export function genericFailure(code: number, method: string, subject: Subject, said: string): StatusError {
  const [reason, text] = textsOf(code, method, said);
  const { group, resource, name } = subject;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const about = resource === '' ? '' : ` (${[method.toLowerCase(), qualified, name].filter(Boolean).join(' ')})`;
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: text + about,
    reason,
    details: {
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      ...(resource === '' ? {} : { kind: resource }),
      causes: [{ reason: 'UnexpectedServerResponse', message: said }],
    },
    code,
  });
}

function textsOf(code: number, method: string, said: string): readonly [reason: string, message: string] {
  if (code === 409 && method === 'POST') return ['AlreadyExists', 'the server reported a conflict'];
  if (code === 403 || code === 415) return [TEXTS[code]?.[0] ?? '', said];
  if (code === 406 && said !== '' && said !== 'unknown') return ['NotAcceptable', said];
  const known = TEXTS[code];
  if (known !== undefined) return known;
  if (code >= 500) {
    return ['InternalError', `an error on the server (${quote(said)}) has prevented the request from succeeding`];
  }
  return ['', `the server responded with the status code ${code} but did not return more information`];
}

export function isNotFound(error: unknown): boolean {
  return error instanceof StatusError && (error.status.reason === 'NotFound' || error.status.code === 404);
}

export function hasReason(error: unknown, reason: string): boolean {
  return error instanceof StatusError && error.status.reason === reason;
}
