// Requests to the API: paths, queries and bodies in; objects, texts or errors of the API out.

import { formatDurationMs } from '../../../sandbox/kube/duration.ts';
import { goJson } from '../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { StatusError } from '../../../sandbox/kube/status.ts';
import type { Blocking, Bytes, Sys } from '../../../sandbox/machine/sys.ts';
import { decodeProtobuf, isProtobuf } from '../../../sandbox/schema/protobuf/envelope.ts';
import { durationMs, timeMs } from '../../../sandbox/time/units.ts';
import { decodeText } from '../files.ts';
import { type Log, logPair } from '../log.ts';
import { hexDump } from '../text/hexdump.ts';
import { parseJson } from '../text/json.ts';
import type { RestConfig } from './config.ts';
import { drain } from './httpcache.ts';
import { decodeStatus, genericFailure, NO_SUBJECT, type Subject, statusIn } from './status.ts';
import type { Stream } from './stream.ts';
import type { Answer, Headers, Transport } from './transport.ts';
import { encodeQuery, escapePath, type Query } from './url.ts';
import type { Warnings } from './warnings.ts';

export interface RestRequest {
  readonly method: string;
  /** From the root: `/api/v1/pods`. Escaped here. */
  readonly path: string;
  readonly query?: Query;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string | Bytes;
  /** For messages about answers without a Status. */
  readonly subject?: Subject;
  /** Where -v=8 says that the request came from. */
  readonly source?: string;
  /** What the query says, in milliseconds, instead of the configuration's limit; 0 for nothing. */
  readonly timeout?: number;
}

export interface RestReply {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly contentType: string;
  readonly bytes: Bytes;
  /** The bytes as text; empty for protobuf. */
  readonly body: string;
}

export interface RestClient {
  readonly config: RestConfig;
  readonly log: Log;
  /** Any answer that isn't a failure. Throws a StatusError or a ConnectionError. */
  send(request: RestRequest): Blocking<RestReply>;
  /** The same, but what a failure says in its body does not count: only its code. */
  sendRaw(request: RestRequest): Blocking<RestReply>;
  /** An answer that is an object. */
  object(request: RestRequest): Blocking<JsonObject>;
  /** An answer that goes on: its body, to be read and closed by the caller. */
  stream(request: RestRequest): Blocking<Stream>;
  /** The address of a request. */
  url(request: RestRequest): string;
}

export const JSON_TYPE = 'application/json';
export const PROTOBUF = 'application/vnd.kubernetes.protobuf';
/** What typed clients can read. */
export const ACCEPT_TYPED = `${PROTOBUF},${JSON_TYPE}`;
const MAX_RETRIES = 10;
const SUBJECT_LIMIT = 2048;

export function createClient(
  sys: Sys,
  log: Log,
  warnings: Warnings,
  config: RestConfig,
  transport: Transport,
): RestClient {
  const timeoutOf = (request: RestRequest): number => request.timeout ?? config.timeout;

  const url = (request: RestRequest): string => {
    const timeout = timeoutOf(request);
    const limit: Query = timeout === 0 ? [] : [['timeout', formatDurationMs(timeout)]];
    const query = encodeQuery([...(request.query ?? []), ...limit]);
    return `${config.server}${escapePath(request.path)}${query === '' ? '' : `?${query}`}`;
  };

  /** Sends again, as often as the server asks for it. */
  function* exchange(request: RestRequest): Blocking<Answer> {
    yield* logBody(log, request.source ?? 'helper.go:105', 'Request Body', bodyBytes(request.body));
    for (let attempt = 0; ; attempt++) {
      const answer = yield* transport({
        method: request.method,
        url: url(request),
        headers: headersOf(request),
        ...(request.body === undefined ? {} : { body: request.body }),
        timeout: request.timeout || config.timeout,
      });
      const wait = retryAfter(answer);
      if (wait === undefined || attempt >= MAX_RETRIES) return answer;
      discard(sys, answer);
      yield* sys.sleep(durationMs(wait * 1000));
    }
  }

  function* reply(request: RestRequest, answer: Answer): Blocking<RestReply> {
    const bytes = yield* drain(sys, answer);
    const contentType = contentTypeOf(answer);
    yield* logBody(log, request.source ?? 'helper.go:105', 'Response Body', bytes);
    yield* warnings.received(answer.headers['warning'] ?? []);
    const body = isProtobuf(bytes) ? '' : decodeText(bytes);
    return { status: answer.status, headers: answer.headers, contentType, bytes, body };
  }

  function* send(request: RestRequest): Blocking<RestReply> {
    const result = yield* reply(request, yield* exchange(request));
    if (isFailure(result.status)) throw failureOf(request, result);
    return result;
  }

  return {
    config,
    log,
    send,
    *sendRaw(request) {
      const result = yield* reply(request, yield* exchange(request));
      if (isFailure(result.status)) throw unexplained(request, result);
      return result;
    },
    *object(request) {
      const { body, bytes } = yield* send(request);
      const value = isProtobuf(bytes) ? decodeProtobuf(bytes).value : parseJson(body);
      if (!isObject(value)) throw new Error('the server answered something that is no object');
      const status = value['kind'] === 'Status' ? statusIn(value) : undefined;
      if (status?.status === 'Failure') throw new StatusError(status);
      return value;
    },
    *stream(request) {
      const deadline = config.timeout === 0 ? {} : { deadline: timeMs(sys.now() + config.timeout) };
      const answer = yield* exchange(request);
      if (isFailure(answer.status)) throw failureOf(request, yield* reply(request, answer));
      yield* warnings.received(answer.headers['warning'] ?? []);
      if (typeof answer.body !== 'number') throw new Error('a stream is never cached');
      return { body: answer.body, contentType: contentTypeOf(answer), ...deadline };
    },
    url,
  };
}

/** An object as a request's body: keys sorted, a line end at the end. */
export function bodyOf(object: JsonObject): string {
  return `${goJson(object, 'sorted')}\n`;
}

function headersOf(request: RestRequest): Headers {
  return [
    ['Accept', request.accept ?? JSON_TYPE],
    ...(request.contentType === undefined ? [] : [['Content-Type', request.contentType] as const]),
  ];
}

function isFailure(status: number): boolean {
  return status < 200 || status > 206;
}

/** What the server says about the failure, as far as it says anything. */
function failureOf(request: RestRequest, reply: RestReply): StatusError {
  const status = isProtobuf(reply.bytes) ? statusIn(decodeProtobuf(reply.bytes).value) : decodeStatus(reply.body);
  return status?.status === 'Failure' ? new StatusError(status) : unexplained(request, reply);
}

function unexplained({ method, subject }: RestRequest, { status, contentType, body }: RestReply): StatusError {
  const isText = contentType === '' || contentType.startsWith('text/');
  return genericFailure(
    status,
    method,
    subject ?? NO_SUBJECT,
    isText ? body.slice(0, SUBJECT_LIMIT).trim() : 'unknown',
  );
}

function contentTypeOf(answer: Answer): string {
  return answer.headers['content-type']?.[0] ?? '';
}

function discard(sys: Sys, { body }: Answer): void {
  if (typeof body === 'number') sys.close(body);
}

/** Seconds; undefined when the answer is to be taken as it is. */
function retryAfter({ status, headers }: Answer): number | undefined {
  const text = headers['retry-after']?.[0];
  const retryable = status === 429 || status >= 500;
  return retryable && text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function bodyBytes(body: string | Bytes | undefined): Bytes {
  return typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array(0));
}

/** From -v=8 on: the beginning of a body, more of it with each level. What isn't text is shown byte by byte. */
function* logBody(log: Log, source: string, title: string, bytes: Bytes): Blocking<void> {
  if (log.verbosity < 8) return;
  const body = bytes.some((byte) => byte < 0x0a) ? hexDump(bytes) : decodeText(bytes);
  const limit = log.verbosity >= 10 ? body.length : log.verbosity === 9 ? 10_240 : 1024;
  const left = body.length - limit;
  const shown = left > 0 ? `${body.slice(0, limit)} [truncated ${left} chars]` : body;
  yield* log.info(8, source, `"${title}" ${logPair('body', shown)}`);
}
