// Calls to webhooks: to a URL, or to a service of the cluster, with the words in which a failure is told.

import { decodeBase64 } from '../../kube/go/base64.ts';
import type { Outgoing, OutgoingAnswer } from '../../kube/outgoing.ts';
import { Services } from '../../schema/generated/resources.ts';
import type { V1Service } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { seconds } from '../../time/units.ts';
import type { KindContext } from '../kind.ts';

/** clientConfig of webhooks of admission and of conversion. */
export interface ClientConfig {
  readonly url?: string;
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    readonly port?: number;
  };
  /** Base64 of PEM. */
  readonly caBundle?: string;
}

export interface CallDeps {
  readonly outgoing: Outgoing;
}

/** A call failed: `Post "https://...": context deadline exceeded`, or what the answer's status means. */
export interface CallProblem {
  readonly problem: string;
}

/** Posts JSON; the answer's body, when it is an answer. */
export function* post(
  { outgoing }: CallDeps,
  context: Pick<KindContext, 'get'>,
  config: ClientConfig,
  request: { readonly body: string; readonly timeoutSeconds: number },
): Work<{ readonly body: string } | CallProblem> {
  const url = urlOf(config, request.timeoutSeconds);
  const at = config.service === undefined ? undefined : placeOf(config.service, context);
  if (at !== undefined && 'problem' in at) return { problem: `Post "${url}": ${at.problem}` };
  const bundle = config.caBundle ?? '';
  const answer: OutgoingAnswer = yield* outgoing({
    url,
    ...(at === undefined ? {} : { at }),
    ...(bundle === '' ? {} : { authorities: UTF8.decode(decodeBase64(bundle)) }),
    body: request.body,
    timeout: seconds(request.timeoutSeconds),
  });
  if ('problem' in answer) return { problem: `Post "${url}": ${answer.problem}` };
  const wrong = statusProblem(answer);
  return wrong === undefined ? { body: answer.body } : { problem: wrong };
}

const UTF8 = new TextDecoder();

function urlOf({ url, service }: ClientConfig, timeoutSeconds: number): string {
  const query = `timeout=${timeoutSeconds}s`;
  if (service === undefined) {
    const parsed = new URL(url ?? '');
    return `https://${parsed.host}${parsed.pathname}?${query}`;
  }
  const { namespace, name, path = '', port = 443 } = service;
  return `https://${name}.${namespace}.svc:${port}${path.startsWith('/') ? path : `/${path}`}?${query}`;
}

type Place = { readonly ip: string; readonly port: number } | CallProblem;

/** Where a service of the cluster is reached. */
export function placeOf(
  { namespace, name, port = 443 }: NonNullable<ClientConfig['service']>,
  { get }: Pick<KindContext, 'get'>,
): Place {
  const found = get<V1Service>(Services, namespace, name);
  if (found === undefined) return { problem: `service "${name}" not found` };
  const { clusterIP = '', ports = [] } = found.spec ?? {};
  if (clusterIP === '' || clusterIP === 'None') {
    return { problem: `cannot route to service with ClusterIP ${JSON.stringify(clusterIP)}` };
  }
  if (!ports.some((each) => each.port === port))
    return { problem: `no service port ${port} found for service "${name}"` };
  return { ip: clusterIP, port };
}

/** What a client makes of an answer that isn't one. Only texts are quoted. */
function statusProblem({
  status,
  contentType,
  body,
}: Exclude<OutgoingAnswer, { problem: string }>): string | undefined {
  if (status >= 200 && status < 300) {
    return body === '' ? `0-length response with status code: ${status} and content type: ${contentType}` : undefined;
  }
  const text = contentType.startsWith('text/') ? body.trim() : '';
  const said = text === '' ? 'unknown' : text;
  if (status === 403) return said;
  const known = MEANINGS[status];
  if (known !== undefined) return known;
  return status < 500
    ? `the server responded with the status code ${status} but did not return more information`
    : `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`;
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  415: 'the server was unable to respond with a content type that the client supports',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};
