import { describe, expect, it } from 'vitest';
import type { ServerPlace } from '../../../../sandbox/kube/forward.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { ProxiedRequest } from '../../../../sandbox/kube/nodedoor.ts';
import type { UserInfo } from '../../../../sandbox/kube/operation.ts';
import { APIServices, EndpointSlices, Namespaces, Services } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1APIServiceSpec, V1Service } from '../../../../sandbox/schema/generated/types.ts';
import { ADMIN, assemble, newSimulatorState } from '../../../../sandbox/simulator.ts';
import { seconds } from '../../../../sandbox/time/units.ts';
import { awaited } from '../../../awaited.ts';

type Answer = { readonly status: number; readonly body: string } | { readonly problem: string };
type Asked = ProxiedRequest & { readonly at: ServerPlace };

const WIDGETS = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'demo.example.com/v1',
  resources: [
    { name: 'widgets', singularName: 'widget', namespaced: true, kind: 'Widget', verbs: ['list'], shortNames: ['wd'] },
    { name: 'widgets/size', singularName: '', namespaced: true, kind: 'Size', verbs: ['get'] },
  ],
};

function demo({ target }: ProxiedRequest): Answer {
  if (target === '/apis/demo.example.com/v1') return { status: 200, body: JSON.stringify(WIDGETS) };
  return target.startsWith('/apis/demo.example.com/v1/') ? { status: 200, body: '{}' } : { status: 404, body: '' };
}

/** A cluster with a service of one address, and a server behind it. */
function cluster(server: (request: Asked) => Answer = demo) {
  const asked: Asked[] = [];
  const answer = (at: ServerPlace, request: ProxiedRequest): Answer => {
    asked.push({ ...request, at });
    return server({ ...request, at });
  };
  const simulator = assemble(newSimulatorState(), {
    forward: () => ({
      *pass(at, request) {
        const given = answer(at, request);
        return 'problem' in given ? given : { ...given, headers: { 'content-type': ['application/json'] } };
      },
      *read(at, request) {
        const given = answer(at, request);
        return 'problem' in given ? given : { ...given, contentType: 'application/json' };
      },
    }),
  });
  const { run, client, advance } = simulator;
  run(client().create(Namespaces, { metadata: { name: 'team' } }));
  const serve = (spec: V1Service['spec'] = { ports: [{ name: 'https', port: 443, protocol: 'TCP' }] }): string =>
    run(client().create(Services, { metadata: { name: 'demo', namespace: 'team' }, spec })).spec?.clusterIP ?? '';
  const back = (ready: boolean): void => {
    const metadata = { name: 'demo-1', namespace: 'team', labels: { 'kubernetes.io/service-name': 'demo' } };
    const endpoints = [{ addresses: ['10.1.0.5'], conditions: { ready } }];
    run(
      client().create(EndpointSlices, {
        metadata,
        addressType: 'IPv4',
        ports: [{ name: 'https', port: 443 }],
        endpoints,
      }),
    );
  };
  const register = (more: Partial<V1APIServiceSpec> = {}): void => {
    const spec = {
      group: 'demo.example.com',
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 15,
      insecureSkipTLSVerify: true,
      service: { name: 'demo', namespace: 'team' },
      ...more,
    };
    run(client().create(APIServices, { metadata: { name: 'v1.demo.example.com' }, spec }));
    advance(seconds(1));
  };
  const condition = () =>
    run(client().get(APIServices, { name: 'v1.demo.example.com' })).status?.conditions?.find(
      ({ type }) => type === 'Available',
    );
  const verdict = () => [condition()?.status, condition()?.reason, condition()?.message];
  const get = (path: string, headers: Readonly<Record<string, readonly string[]>> = {}, user: UserInfo = ADMIN) => {
    const body = new Uint8Array();
    const request = { method: 'GET', target: path, headers, body, source: '10.9.9.9', user };
    const given = awaited(
      simulator.loop,
      simulator.door.serve({ ...request, certificate: undefined, webSocket: undefined }),
    );
    const text = given.body instanceof Uint8Array ? new TextDecoder().decode(given.body) : String(given.body);
    return { status: given.status, text };
  };
  return { simulator, asked, serve, back, register, verdict, condition, get, advance };
}

const AGGREGATED = { accept: ['application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'] };

function discovered(text: string): JsonObject | undefined {
  const { items }: { items: { metadata: { name: string }; versions: JsonObject[] }[] } = JSON.parse(text);
  return items.find(({ metadata }) => metadata.name === 'demo.example.com')?.versions[0];
}

describe('an APIService with a server of its own', () => {
  it('is unavailable as long as its service, its port, or its endpoints are missing', () => {
    const { serve, back, register, verdict, advance, simulator } = cluster();
    register();
    expect(verdict()).toEqual(['False', 'ServiceNotFound', 'service/demo in "team" is not present']);
    serve({ ports: [{ name: 'https', port: 444, protocol: 'TCP' }] });
    advance(seconds(1));
    expect(verdict()).toEqual(['False', 'ServicePortError', 'service/demo in "team" is not listening on port 443']);
    simulator.run(simulator.client().delete(Services, { name: 'demo', namespace: 'team' }));
    serve();
    advance(seconds(1));
    expect(verdict()).toEqual(['False', 'EndpointsNotFound', 'cannot find endpointslices for service/demo in "team"']);
    back(false);
    advance(seconds(1));
    expect(verdict()).toEqual([
      'False',
      'MissingEndpoints',
      'endpointslices for service/demo in "team" have no addresses with port name "https"',
    ]);
  });

  it('is documented in version 2 of OpenAPI as long as it answers', () => {
    const schema = { $ref: '#/definitions/com.example.Widget' };
    const document = {
      swagger: '2.0',
      paths: { '/apis/demo.example.com/v1/widgets': { get: { responses: { '200': { schema } } } }, '/version': {} },
      definitions: { 'com.example.Widget': { type: 'object' } },
    };
    const { serve, back, register, get } = cluster((request) =>
      request.target === '/openapi/v2' ? { status: 200, body: JSON.stringify(document) } : demo(request),
    );
    serve();
    back(true);
    const documented = (): JsonObject => JSON.parse(get('/openapi/v2').text);
    const ours = documented();
    register();
    const merged = documented();
    const added = { '/apis/demo.example.com/v1/widgets': document.paths['/apis/demo.example.com/v1/widgets'] };
    expect(merged['paths']).toEqual({ ...(ours['paths'] as JsonObject), ...added });
    expect(merged['definitions']).toEqual({ ...(ours['definitions'] as JsonObject), ...document.definitions });
  });

  it('is available once its server answers, and remembers since when', () => {
    let open = false;
    const { serve, back, register, verdict, condition, advance } = cluster((request) =>
      open ? demo(request) : { problem: `dial tcp ${request.at.ip}:443: connect: connection refused` },
    );
    const ip = serve();
    back(true);
    register();
    const url = `https://${ip}:443/apis/demo.example.com/v1`;
    const why = `Get "${url}": dial tcp ${ip}:443: connect: connection refused`;
    expect(verdict()).toEqual(['False', 'FailedDiscoveryCheck', `failing or missing response from ${url}: ${why}`]);
    open = true;
    advance(seconds(31));
    expect(verdict()).toEqual(['True', 'Passed', 'all checks passed']);
    const since = condition()?.lastTransitionTime;
    advance(seconds(61));
    expect(condition()?.lastTransitionTime).toBe(since);
  });

  it('is told to have been too slow in the words of the client', () => {
    const { serve, back, register, verdict } = cluster(() => ({ problem: 'context deadline exceeded' }));
    serve();
    back(true);
    register();
    expect(verdict()[2]).toMatch(/: context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/);
  });

  it('is judged by the status of the answer', () => {
    const { serve, back, register, verdict } = cluster(() => ({ status: 404, body: '' }));
    const url = `https://${serve()}:443/apis/demo.example.com/v1`;
    back(true);
    register();
    expect(verdict()[2]).toBe(`failing or missing response from ${url}: bad status from ${url}: 404`);
  });

  it('stands in discovery: with what it serves, or as stale', () => {
    const { serve, back, register, get, advance, simulator } = cluster();
    serve();
    register();
    expect(discovered(get('/apis', AGGREGATED).text)).toEqual({ version: 'v1', freshness: 'Stale' });
    back(true);
    advance(seconds(1));
    expect(discovered(get('/apis', AGGREGATED).text)).toEqual({
      version: 'v1',
      resources: [
        {
          resource: 'widgets',
          responseKind: { group: '', version: '', kind: 'Widget' },
          scope: 'Namespaced',
          singularResource: 'widget',
          verbs: ['list'],
          shortNames: ['wd'],
          subresources: [
            { subresource: 'size', responseKind: { group: '', version: '', kind: 'Size' }, verbs: ['get'] },
          ],
        },
      ],
      freshness: 'Current',
    });
    expect(JSON.parse(get('/apis/demo.example.com').text)).toMatchObject({ preferredVersion: { version: 'v1' } });
    simulator.run(simulator.client().delete(APIServices, { name: 'v1.demo.example.com' }));
    advance(seconds(1));
    expect(discovered(get('/apis', AGGREGATED).text)).toBeUndefined();
    expect(get('/apis/demo.example.com').status).toBe(404);
  });

  it('is local, and always available, once its service is taken away', () => {
    const { register, verdict, advance, simulator } = cluster();
    register();
    const { run, client } = simulator;
    const { spec, ...rest } = run(client().get(APIServices, { name: 'v1.demo.example.com' }));
    const { service: _, insecureSkipTLSVerify: __, ...local } = spec ?? { groupPriorityMinimum: 1, versionPriority: 1 };
    run(client().update(APIServices, { ...rest, spec: local }));
    advance(seconds(1));
    expect(verdict()).toEqual(['True', 'Local', 'Local APIServices are always available']);
  });

  it('comes before groups of lower priority', () => {
    const { register, get } = cluster();
    register({ groupPriorityMinimum: 20_000 });
    const { groups }: { groups: { name: string }[] } = JSON.parse(get('/apis').text);
    expect(groups.slice(0, 3).map(({ name }) => name)).toEqual(['apiregistration.k8s.io', 'demo.example.com', 'apps']);
  });
});

describe('requests to another server', () => {
  it('go there with the name of who asks, and without their credentials', () => {
    const { serve, back, register, get, asked } = cluster();
    const ip = serve();
    back(true);
    register();
    asked.length = 0;
    const path = '/apis/demo.example.com/v1/namespaces/team/widgets?limit=5';
    const user = { name: 'ann', groups: ['system:masters'], extra: { 'example.com/a': ['b'] } };
    const headers = { authorization: ['Bearer x'], 'x-remote-user': ['evil'], 'x-foo': ['bar'] };
    expect(get(path, headers, user)).toEqual({ status: 200, text: '{}' });
    expect(asked).toEqual([
      {
        method: 'GET',
        target: path,
        headers: {
          'x-foo': ['bar'],
          'x-forwarded-for': ['10.9.9.9'],
          'x-forwarded-host': [`${ip}:443`],
          'x-forwarded-proto': ['https'],
          'x-forwarded-uri': ['/apis/demo.example.com/v1/namespaces/team/widgets'],
          'x-remote-user': ['ann'],
          'x-remote-group': ['system:masters'],
          'x-remote-extra-example.com%2fa': ['b'],
        },
        body: new Uint8Array(),
        at: { ip, port: 443, tls: { serverName: 'demo.team.svc' } },
      },
    ]);
  });

  it('are authorized here first', () => {
    const { serve, back, register, get } = cluster();
    serve();
    back(true);
    register();
    const refused = get('/apis/demo.example.com/v1/namespaces/team/widgets', {}, { name: 'bob', groups: [] });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(
      'User \\"bob\\" cannot list resource \\"widgets\\" in API group \\"demo.example.com\\"',
    );
  });

  it('are refused while it is unavailable, and when it is gone without notice', () => {
    let open = true;
    const { serve, back, register, get, advance } = cluster((request) =>
      open ? demo(request) : { problem: 'dial tcp 10.96.0.9:443: connect: connection refused' },
    );
    register();
    const path = '/apis/demo.example.com/v1/widgets';
    expect(get(path)).toEqual({ status: 503, text: 'service unavailable\n' });
    expect(get('/apis/demo.example.com/v1')).toEqual({ status: 503, text: 'service unavailable\n' });
    expect(get('/apis/demo.example.com/v2').status).toBe(404);
    serve();
    back(true);
    advance(seconds(1));
    expect(get(path).status).toBe(200);
    open = false;
    const why = 'error trying to reach service: dial tcp 10.96.0.9:443: connect: connection refused\n';
    expect(get(path)).toEqual({ status: 503, text: why });
  });
});
