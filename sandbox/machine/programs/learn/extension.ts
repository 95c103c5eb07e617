// `learn/extension`: a small API server of its own, for an APIService to stand in front of. It keeps no objects: its
// visitors are those who have asked it, as the API server in front says.

import { rfc3339, timeMs } from '../../../time/units.ts';
import { httpHeader } from '../../http.ts';
import { certificatePem } from '../../net/tls.ts';
import type { HttpReply, ServedRequest } from '../../serve.ts';
import type { Program, Sys } from '../../sys.ts';
import { tryTextFile } from '../kit/input.ts';
import { servePages } from './pages.ts';

interface Visitor {
  readonly since: string;
  readonly groups: readonly string[];
  times: number;
}

interface Extension {
  readonly group: string;
  readonly visitors: Map<string, Visitor>;
}

const PORT = 8443;
const DOCS = '/openapi/v3';
const CERTIFICATE = '/etc/tls/tls.crt';
const YEAR_MS = 31_536_000_000;

/** `GROUP` names what it serves, in version v1: `visitors`, to be read only. Its certificate is mounted, or its own. */
export const extension: Program = function* run(sys, saved) {
  const group = sys.env.get('GROUP') ?? 'extension.example.com';
  const cert = (yield* tryTextFile(sys, CERTIFICATE)) ?? ownCertificate(sys);
  return yield* servePages<Extension>(sys, saved, () => ({ group, visitors: new Map() }), {
    name: 'extension',
    port: PORT,
    tls: { cert },
    *pages(request, state, inner) {
      return request.method === 'GET' ? page(request, state, rfc3339(inner.now())) : refusal(405, 'MethodNotAllowed');
    },
  });
};

function ownCertificate(sys: Sys): string {
  const start = Math.floor(sys.now() / YEAR_MS) * YEAR_MS;
  return certificatePem({
    subject: 'extension',
    organizations: [],
    names: [sys.env.get('SERVER_NAME') ?? sys.hostname()],
    key: 'extension',
    signer: 'extension',
    notBefore: rfc3339(timeMs(start)),
    notAfter: rfc3339(timeMs(start + 2 * YEAR_MS)),
  });
}

function page(request: ServedRequest, state: Extension, now: string): HttpReply | undefined {
  const version = `${state.group}/v1`;
  const home = `/apis/${version}`;
  if (request.path === home) return json(200, resources(version));
  if (request.path === DOCS) return json(200, { paths: { [home.slice(1)]: { serverRelativeURL: DOCS + home } } });
  if (request.path === DOCS + home) return json(200, documentOf(state.group));
  if (!request.path.startsWith(`${home}/visitors`)) return undefined;
  if (/(?:^|&)watch=(?:1|true)(?:&|$)/.test(request.query)) return refusal(405, 'MethodNotAllowed', NOT_WATCHED);
  visit(request, state, now);
  const name = decodeURIComponent(request.path.slice(`${home}/visitors/`.length));
  const found = state.visitors.get(name);
  if (found !== undefined) return json(200, visitor(version, name, found));
  if (name !== '') return refusal(404, 'NotFound', `visitors.${state.group} ${JSON.stringify(name)} not found`);
  const items = [...state.visitors].map(([each, known]) => visitor(version, each, known));
  return json(200, { kind: 'VisitorList', apiVersion: version, metadata: { resourceVersion: '0' }, items });
}

const NOT_WATCHED = 'watch is not supported on resources of kind "visitors"';

function visit({ headers }: ServedRequest, { visitors }: Extension, now: string): void {
  const name = httpHeader(headers, 'x-remote-user') ?? 'nobody';
  const groups = (httpHeader(headers, 'x-remote-group') ?? '').split(', ').filter((group) => group !== '');
  const known = visitors.get(name);
  if (known === undefined) visitors.set(name, { since: now, groups, times: 1 });
  else known.times++;
}

function resources(version: string): object {
  const visitors = { name: 'visitors', singularName: 'visitor', namespaced: false, kind: 'Visitor' };
  const resource = { ...visitors, verbs: ['get', 'list'], shortNames: ['vis'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: version, resources: [resource] };
}

const TEXT = { type: 'string' };

/** What its objects are made of, as `kubectl explain` shows it. */
function documentOf(group: string): object {
  const kind = { group, version: 'v1', kind: 'Visitor' };
  const described = (description: string, properties: object): object => ({ description, type: 'object', properties });
  const Visitor = {
    ...described('Visitor is somebody who has asked this API.', {
      apiVersion: { ...TEXT, description: 'The version of the API.' },
      kind: { ...TEXT, description: 'What this is.' },
      metadata: described('Its name is that of the user; it begins with the first visit.', { name: TEXT }),
      spec: described('Who it is.', { groups: { type: 'array', items: TEXT, description: 'Groups of the user.' } }),
      status: described('What has been.', {
        times: { type: 'integer', format: 'int64', description: 'How often it has asked.' },
      }),
    }),
    'x-kubernetes-group-version-kind': [kind],
  };
  const get = { operationId: 'listVisitor', 'x-kubernetes-action': 'list', 'x-kubernetes-group-version-kind': kind };
  const info = { title: group, version: 'v1' };
  const paths = { [`/apis/${group}/v1/visitors`]: { get: { ...get, responses: { 200: { description: 'OK' } } } } };
  return { openapi: '3.0.0', info, paths, components: { schemas: { Visitor } } };
}

function visitor(version: string, name: string, { since, groups, times }: Visitor): object {
  return {
    kind: 'Visitor',
    apiVersion: version,
    metadata: { name, creationTimestamp: since },
    spec: { groups },
    status: { times },
  };
}

function refusal(code: number, reason: string, message = 'visitors are read only'): HttpReply {
  return json(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });
}

function json(status: number, body: object): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}\n` };
}
