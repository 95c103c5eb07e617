// The schemas of the Gateway API's kinds, as far as its controller acts on them: what isn't here is refused or pruned by the
// API server, and so not silently ignored. Names and limits are those of the standard channel, v1.

import type { JsonObject, JsonValue } from '../../kube/json.ts';

type Schema = JsonObject;

const text: Schema = { type: 'string' };
const number: Schema = { type: 'integer', format: 'int32' };
const HOSTNAME = '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
const hostname: Schema = { type: 'string', minLength: 1, maxLength: 253, pattern: HOSTNAME };
const name: Schema = { type: 'string', minLength: 1, maxLength: 253 };
const port: Schema = { type: 'integer', format: 'int32', minimum: 1, maximum: 65_535 };
const duration: Schema = { type: 'string', pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' };

function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required: [...required] }) };
}

function list(items: Schema, maxItems = 16): Schema {
  return { type: 'array', items, maxItems };
}

function choice(...values: readonly string[]): Schema {
  return { type: 'string', enum: [...values] };
}

function usually(schema: Schema, value: JsonValue): Schema {
  return { ...schema, default: value };
}

const conditions: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: object(
    {
      type: text,
      status: choice('True', 'False', 'Unknown'),
      reason: text,
      message: text,
      observedGeneration: { type: 'integer', format: 'int64' },
      lastTransitionTime: { type: 'string', format: 'date-time' },
    },
    ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
  ),
};

const selector: Schema = object({
  matchLabels: { type: 'object', additionalProperties: text },
  matchExpressions: list(object({ key: text, operator: text, values: list(text, 64) }, ['key', 'operator'])),
});

const listener: Schema = object(
  {
    name,
    hostname,
    port,
    protocol: { type: 'string', minLength: 1, maxLength: 255 },
    tls: object({
      mode: usually(choice('Terminate', 'Passthrough'), 'Terminate'),
      certificateRefs: list(
        object({ group: usually(text, ''), kind: usually(text, 'Secret'), name, namespace: text }, ['name']),
        64,
      ),
    }),
    allowedRoutes: usually(
      object({
        namespaces: usually(object({ from: usually(choice('All', 'Selector', 'Same'), 'Same'), selector }), {
          from: 'Same',
        }),
        kinds: list(object({ group: usually(text, 'gateway.networking.k8s.io'), kind: name }, ['kind']), 8),
      }),
      { namespaces: { from: 'Same' } },
    ),
  },
  ['name', 'port', 'protocol'],
);

export const gatewayClassSchema: Schema = object(
  {
    spec: object({ controllerName: { type: 'string', minLength: 1 }, description: { type: 'string', maxLength: 64 } }, [
      'controllerName',
    ]),
    status: object({ conditions }),
  },
  ['spec'],
);

export const gatewaySchema: Schema = object(
  {
    spec: object(
      {
        gatewayClassName: name,
        listeners: {
          ...list(listener, 64),
          minItems: 1,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
      },
      ['gatewayClassName', 'listeners'],
    ),
    status: object({
      addresses: list(object({ type: text, value: text }, ['value'])),
      conditions,
      listeners: list(
        object({ name, supportedKinds: list(object({ group: text, kind: text })), attachedRoutes: number, conditions }),
        64,
      ),
    }),
  },
  ['spec'],
);

const parentRef: Schema = object(
  {
    group: usually(text, 'gateway.networking.k8s.io'),
    kind: usually(text, 'Gateway'),
    namespace: text,
    name,
    sectionName: text,
    port,
  },
  ['name'],
);

const backendRef = {
  group: usually(text, ''),
  kind: usually(text, 'Service'),
  namespace: text,
  name,
  port,
};

const header: Schema = object({ name, value: { type: 'string', minLength: 1, maxLength: 4096 } }, ['name', 'value']);
const headerModifier: Schema = object({ set: list(header), add: list(header), remove: list(text) });
const pathModifier: Schema = object(
  { type: choice('ReplaceFullPath', 'ReplacePrefixMatch'), replaceFullPath: text, replacePrefixMatch: text },
  ['type'],
);

const filter: Schema = object(
  {
    type: choice(
      'RequestHeaderModifier',
      'ResponseHeaderModifier',
      'RequestMirror',
      'RequestRedirect',
      'URLRewrite',
      'ExtensionRef',
    ),
    requestHeaderModifier: headerModifier,
    responseHeaderModifier: headerModifier,
    requestMirror: object({ backendRef: object(backendRef, ['name']) }, ['backendRef']),
    requestRedirect: object({
      scheme: choice('http', 'https'),
      hostname,
      path: pathModifier,
      port,
      statusCode: usually({ type: 'integer', enum: [301, 302] }, 302),
    }),
    urlRewrite: object({ hostname, path: pathModifier }),
    extensionRef: object({ group: text, kind: text, name: text }),
  },
  ['type'],
);

const valueMatch: Schema = object(
  { type: usually(choice('Exact', 'RegularExpression'), 'Exact'), name, value: { type: 'string', minLength: 1 } },
  ['name', 'value'],
);

const match: Schema = object({
  path: usually(
    object({
      type: usually(choice('Exact', 'PathPrefix', 'RegularExpression'), 'PathPrefix'),
      value: usually({ type: 'string', maxLength: 1024 }, '/'),
    }),
    { type: 'PathPrefix', value: '/' },
  ),
  headers: list(valueMatch),
  queryParams: list(valueMatch),
  method: choice('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'),
});

const rule: Schema = object({
  name: text,
  matches: usually(list(match, 64), [{ path: { type: 'PathPrefix', value: '/' } }]),
  filters: list(filter),
  backendRefs: list(
    object(
      { ...backendRef, weight: usually({ type: 'integer', format: 'int32', minimum: 0, maximum: 1_000_000 }, 1) },
      ['name'],
    ),
  ),
  timeouts: object({ request: duration, backendRequest: duration }),
});

export const httpRouteSchema: Schema = object(
  {
    spec: object({
      parentRefs: list(parentRef, 32),
      hostnames: list(hostname),
      rules: usually(list(rule), [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }]),
    }),
    status: object(
      { parents: list(object({ parentRef, controllerName: text, conditions }, ['parentRef', 'controllerName']), 32) },
      ['parents'],
    ),
  },
  ['spec'],
);

export const referenceGrantSchema: Schema = object({
  spec: object(
    {
      from: list(object({ group: text, kind: name, namespace: name }, ['group', 'kind', 'namespace'])),
      to: list(object({ group: text, kind: name, name: text }, ['group', 'kind'])),
    },
    ['from', 'to'],
  ),
});
