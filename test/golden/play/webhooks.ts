// The servers that recorded cases put behind webhooks.

import {
  at,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  omit,
  printJson,
  textAt,
} from '../json.ts';
import type { Webhook, WebhookAnswer } from '../world.ts';

/** `{answers: {path: {allowed, patch_json?, raw?, delay_ms?, ...}}}`, or the converter that a `doc` describes. */
export function webhookOf(described: JsonObject, received: (review: JsonValue) => void): Webhook {
  const answers = objectAt(described, 'answers');
  return {
    answer(target, body) {
      received({ path: target, body });
      const path = target.split('?')[0] ?? '';
      if (textAt(body, 'kind') === 'ConversionReview') return reply(conversion(body));
      const answer = answers[path];
      return isObject(answer) ? admission(answer, body) : { status: 404, body: '404 page not found\n', delayMs: 0 };
    },
  };
}

function reply(body: JsonValue, delayMs = 0): WebhookAnswer {
  return { status: 200, body: printJson(body), delayMs };
}

function admission(answer: JsonObject, review: JsonValue): WebhookAnswer {
  const delayMs = numberAt(answer, 'delay_ms') ?? 0;
  const raw = answer['raw'];
  if (raw !== undefined) return { status: 200, body: typeof raw === 'string' ? raw : printJson(raw), delayMs };
  const patch = answer['patch_json'];
  const response: JsonObject = {
    uid: textAt(review, 'request', 'uid') ?? '',
    ...omit(answer, 'patch_json', 'delay_ms', 'status_code'),
    ...(patch === undefined ? {} : { patchType: 'JSONPatch', patch: Buffer.from(printJson(patch)).toString('base64') }),
  };
  const head = { apiVersion: textAt(review, 'apiVersion') ?? 'admission.k8s.io/v1', kind: 'AdmissionReview' };
  return { ...reply({ ...head, response }, delayMs), status: numberAt(answer, 'status_code') ?? 200 };
}

/** v1 `spec.hostPort: "h:p"` to and from v2 `spec.host`, `spec.port`; the host `fail` can't be converted. */
function conversion(review: JsonValue): JsonValue {
  const wanted = textAt(review, 'request', 'desiredAPIVersion') ?? '';
  const converted = listAt(review, 'request', 'objects').map((object) => convert(object, wanted));
  const failed = converted.some((object) => object === undefined);
  const result = failed ? { status: 'Failed', message: 'cannot convert fail' } : { status: 'Success' };
  const convertedObjects = failed ? [] : converted.filter((object) => object !== undefined);
  return {
    apiVersion: textAt(review, 'apiVersion') ?? 'apiextensions.k8s.io/v1',
    kind: 'ConversionReview',
    response: { uid: textAt(review, 'request', 'uid') ?? '', result, convertedObjects },
  };
}

function convert(object: JsonValue, apiVersion: string): JsonObject | undefined {
  if (!isObject(object)) return undefined;
  const spec = objectAt(object, 'spec');
  const [host = '', port = ''] = (textAt(spec, 'hostPort') ?? '').split(':');
  const parts =
    at(spec, 'hostPort') === undefined ? { host: textAt(spec, 'host'), port: textAt(spec, 'port') } : { host, port };
  if (parts.host === 'fail') return undefined;
  const rest = omit(spec, 'hostPort', 'host', 'port');
  const v2 = apiVersion.endsWith('/v2');
  const own = v2 ? { host: parts.host, port: parts.port } : { hostPort: `${parts.host ?? ''}:${parts.port ?? ''}` };
  return { ...object, apiVersion, spec: { ...rest, ...own } };
}
