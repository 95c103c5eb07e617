// One request on its way through the door: what was read from it, who asks, and what is gathered for its answer.

import type { JsonObject } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import type { KubeList, KubeObject } from '../../kube/meta.ts';
import type { Caller } from '../../kube/operation.ts';
import type { StatusError, V1Status } from '../../kube/status.ts';
import type { DurationMs, TimeMs } from '../../time/units.ts';
import type { AuditRecord } from '../audit/log.ts';
import type { Served } from '../registry.ts';
import { MEDIA_TYPES, type MediaType, negotiate, notAcceptable, type Offer, PLAIN } from './accept.ts';
import { encodeBody } from './encode.ts';
import { type DescribeColumn, formOf, inForm, isList } from './forms.ts';
import type { HttpHeaders, HttpRequest, HttpResponse } from './message.ts';
import type { Query } from './query.ts';
import { warningHeaders } from './warnings.ts';

export interface Exchange {
  readonly request: HttpRequest;
  readonly path: string;
  readonly query: Query;
  readonly caller: Caller;
  readonly now: TimeMs;
  /** How long the cluster runs. */
  readonly age: DurationMs;
  readonly describe: DescribeColumn;
  /** Texts of Warning headers so far. */
  readonly warnings: string[];
  /** Absent where nobody audits it. */
  readonly audit?: AuditRecord;
}

/** The forms in which an endpoint answers: its own kind's, tables where the objects have them, metadata alone. */
export function offerOf(served: Served, tables = true): Offer {
  return { tables, protobuf: !served.custom, transforms: true };
}

/** The form of the answer. Throws 406. */
export function agreeOn({ request, query }: Exchange, offer: Offer): MediaType {
  const media = negotiate(request.headers, query, offer);
  if (media === undefined) throw notAcceptable();
  return media;
}

/** An object as the answer, in the form that was agreed on. */
export function respond(
  exchange: Exchange,
  media: MediaType,
  served: Served,
  code: number,
  object: KubeObject | KubeList | V1Status,
): HttpResponse {
  const form = formOf(media.convert, exchange.query);
  const shown =
    form === undefined || isStatus(object)
      ? plainForm(object, served)
      : inForm(object, served, form, { now: exchange.now, describe: exchange.describe });
  return write(exchange, media, code, shown as JsonObject);
}

/** Items of a typed list don't repeat what kind they are. */
function plainForm<T extends KubeObject | KubeList | V1Status>(object: T, { custom }: Served): T {
  if (custom || isStatus(object) || !isList(object)) return object;
  return { ...object, items: object.items.map(withoutKind) };
}

/** The same for the same object: what is kept with it, such as its text, is found again. */
const withoutKind = lazyFor(({ kind: _, apiVersion: __, ...rest }: KubeObject): KubeObject => Object.freeze(rest));

function isStatus(object: KubeObject | KubeList | V1Status): object is V1Status {
  return object.kind === 'Status' && object.apiVersion === 'v1';
}

function write(exchange: Exchange, media: MediaType, code: number, object: JsonObject): HttpResponse {
  const { warnings, audit } = exchange;
  audit?.answered(object);
  return {
    status: code,
    headers: { ...commonHeaders(warnings), 'content-type': [MEDIA_TYPES[media.format]] },
    body: encodeBody(object, media.format, media.pretty),
  };
}

/** A failure as the answer. Whoever takes no form that errors have gets JSON. */
export function respondError(exchange: Exchange, { status }: StatusError): HttpResponse {
  const { request, query, warnings, audit } = exchange;
  audit?.answered(status as V1Status & JsonObject);
  const media = negotiate(request.headers, query, PLAIN) ?? { format: 'json', pretty: true, convert: undefined };
  const retryAfter = status.details?.retryAfterSeconds ?? 0;
  return {
    status: status.code,
    headers: {
      ...commonHeaders(warnings),
      'content-type': [MEDIA_TYPES[media.format]],
      ...(retryAfter > 0 ? { 'retry-after': [String(retryAfter)] } : {}),
    },
    body: encodeBody(status, media.format, media.pretty),
  };
}

export function commonHeaders(warnings: readonly string[]): HttpHeaders {
  return {
    'cache-control': ['no-cache, private'],
    ...(warnings.length === 0 ? {} : { warning: warningHeaders(warnings) }),
  };
}
