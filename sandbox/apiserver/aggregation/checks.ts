// What the aggregator asks another API server: whether it answers, and what it serves.

import type { Forward, ServerPlace } from '../../kube/forward.ts';
import { decodeBase64 } from '../../kube/go/base64.ts';
import type { JsonObject, JsonValue } from '../../kube/json.ts';
import type { ProxiedRequest } from '../../kube/nodedoor.ts';
import type { V1APIServiceSpec } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { seconds } from '../../time/units.ts';
import type { KindContext } from '../kind.ts';
import { placeOf } from '../outgoing/clients.ts';
import { missingPart, PASSED, serviceOf, unavailable, type Verdict } from './availability.ts';
import { openApi2In, openApiPathIn, resourcesIn } from './discovered.ts';

type Context = Pick<KindContext, 'get' | 'list'>;

const TIMEOUT = seconds(5);
const UTF8 = new TextDecoder();

/** Where the server behind an APIService is, and how it is known; undefined where no request can be sent. */
export function serverPlace(spec: V1APIServiceSpec, context: Context): ServerPlace | undefined {
  const found = placeFor(spec, context);
  return found === undefined || 'problem' in found ? undefined : found;
}

function placeFor(spec: V1APIServiceSpec, context: Context): ServerPlace | { readonly problem: string } | undefined {
  const service = serviceOf({ spec });
  if (service === undefined) return undefined;
  const place = placeOf(service, context);
  if ('problem' in place) return place;
  const { caBundle = '', insecureSkipTLSVerify = false } = spec;
  const serverName = `${service.name}.${service.namespace}.svc`;
  const authorities = insecureSkipTLSVerify ? {} : { authorities: UTF8.decode(decodeBase64(caBundle)) };
  return { ...place, tls: { serverName, ...authorities } };
}

/** What the condition Available is to say. */
export function* judge(spec: V1APIServiceSpec, context: Context, forward: Forward): Work<Verdict> {
  const service = serviceOf({ spec });
  const missing = service === undefined ? undefined : missingPart(service, context);
  if (missing !== undefined) return missing;
  const place = placeFor(spec, context);
  if (place === undefined) return PASSED;
  if ('problem' in place) return unavailable('FailedDiscoveryCheck', place.problem);
  const path = homeOf(spec);
  const url = `https://${place.ip}:${place.port}${path}`;
  const answer = yield* forward.read(place, asAggregator(path), TIMEOUT);
  const problem =
    'problem' in answer
      ? `Get ${JSON.stringify(url)}: ${timeoutOf(answer.problem)}`
      : answer.status < 200 || answer.status >= 300
        ? `bad status from ${url}: ${answer.status}`
        : undefined;
  return problem === undefined
    ? PASSED
    : unavailable('FailedDiscoveryCheck', `failing or missing response from ${url}: ${problem}`);
}

function homeOf({ group = '', version = '' }: V1APIServiceSpec): string {
  return `/apis/${group}/${version}`;
}

function timeoutOf(problem: string): string {
  return problem === 'context deadline exceeded'
    ? `${problem} (Client.Timeout exceeded while awaiting headers)`
    : problem;
}

/** What a server has. */
export interface Contents {
  /** What it serves, as aggregated discovery lists it; undefined as long as nobody could ask it. */
  readonly resources: readonly JsonValue[] | undefined;
  /** Where it has its document of OpenAPI 3. */
  readonly openApi: string | undefined;
  /** What its document of OpenAPI 2 says of the version. */
  readonly openApi2: JsonObject | undefined;
}

export const NOTHING_KNOWN: Contents = { resources: undefined, openApi: undefined, openApi2: undefined };

const AGGREGATED = ['v2', 'v2beta1'].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
);

/** What it serves: in the newer form of discovery, where it knows that, else in the older one. */
export function* discover(spec: V1APIServiceSpec, context: Context, forward: Forward): Work<Contents> {
  const { group = '', version = '' } = spec;
  const place = serverPlace(spec, context);
  if (place === undefined) return NOTHING_KNOWN;
  const ask = function* (path: string, accept: string): Work<string> {
    const answer = yield* forward.read(place, asAggregator(path, accept), TIMEOUT);
    return 'problem' in answer || answer.status !== 200 ? '' : answer.body;
  };
  return {
    resources:
      resourcesIn(yield* ask('/apis', AGGREGATED.join(',')), group, version) ??
      resourcesIn(yield* ask(homeOf(spec), 'application/json'), group, version),
    openApi: openApiPathIn(yield* ask('/openapi/v3', 'application/json'), `apis/${group}/${version}`),
    openApi2: openApi2In(yield* ask('/openapi/v2', 'application/json'), `apis/${group}/${version}`),
  };
}

function asAggregator(target: string, accept?: string): ProxiedRequest {
  return {
    method: 'GET',
    target,
    headers: {
      'user-agent': ['Go-http-client/1.1'],
      ...(accept === undefined ? {} : { accept: [accept] }),
      'x-remote-user': ['system:kube-aggregator'],
      'x-remote-group': ['system:masters'],
    },
    body: new Uint8Array(),
  };
}
