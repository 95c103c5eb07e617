import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../sandbox/kube/json.ts';
import type { World } from '../../../../../sandbox/machine/programs/edge/controller.ts';
import { type Rule, ruleFor } from '../../../../../sandbox/machine/programs/edge/routes.ts';
import { compileIngresses, ingressesOf } from '../../../../../sandbox/machine/programs/ingress/compile.ts';

const SETTINGS = {
  controller: 'k8s.io/ingress-nginx',
  className: 'nginx',
  withoutClass: false,
  defaultBackend: undefined,
  publishService: undefined,
  publishAddress: [],
  httpPort: 80,
  httpsPort: 443,
};
const ANNOTATION = 'nginx.ingress.kubernetes.io/';

interface Sketch {
  readonly name: string;
  readonly host?: string;
  /** `[path, pathType, service]` */
  readonly paths?: readonly (readonly [string, string, string])[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: JsonObject;
}

function ingress({ name, host = 'a.test', paths = [], annotations = {}, spec = {} }: Sketch): JsonObject {
  const rules = [
    {
      host,
      http: {
        paths: paths.map(([path, pathType, service]) => ({
          path,
          pathType,
          backend: { service: { name: service, port: { number: 80 } } },
        })),
      },
    },
  ];
  const given = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [ANNOTATION + key, value]));
  return {
    metadata: { name, namespace: 'default', annotations: given },
    spec: { ingressClassName: 'nginx', ...(paths.length > 0 ? { rules } : {}), ...spec },
  };
}

function world(...ingresses: readonly JsonObject[]): World {
  const keyed = (objects: readonly (readonly [string, JsonObject])[]) => new Map(objects);
  const services = ['web', 'api', 'canary', 'empty'].map(
    (name) =>
      [`default/${name}`, { metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }] } }] as const,
  );
  const slices = ['web', 'api', 'canary'].map(
    (name, index) =>
      [
        `default/${name}`,
        {
          metadata: { namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
          ports: [{ port: 8080 }],
          endpoints: [
            { addresses: [`10.0.0.${index + 1}`] },
            { addresses: ['10.0.9.9'], conditions: { ready: false } },
          ],
        },
      ] as const,
  );
  return new Map([
    ['ingresses', keyed(ingresses.map((each) => [JSON.stringify(each['metadata']), each] as const))],
    ['ingressclasses', keyed([['/nginx', { spec: { controller: 'k8s.io/ingress-nginx' } }]])],
    ['services', keyed(services)],
    ['endpointslices', keyed(slices)],
    ['secrets', keyed([])],
  ]);
}

/** Where a request goes: endpoints with weights, or a status. */
function goes(at: World, path: string, headers: Readonly<Record<string, string>> = {}, secure = false): unknown {
  const compiled = compileIngresses(at, SETTINGS);
  const rules: readonly Rule[] = secure ? compiled.https : compiled.http;
  const rule = ruleFor(
    { port: 80, wildcards: 'label', rules },
    {
      method: 'GET',
      host: headers['host'] ?? 'a.test',
      path,
      header: (name) => headers[name],
      cookie: (name) => headers[`cookie-${name}`],
      query: () => undefined,
    },
  );
  if (rule === undefined) return 404;
  if (rule.redirect !== undefined) return rule.redirect.status;
  const shares = rule.backends.map(({ endpoints, weight, otherwise }) =>
    endpoints.length === 0 ? otherwise : `${endpoints.join(' ')} x${weight}`,
  );
  return shares.length === 1 ? shares[0] : shares;
}

describe('Ingresses', () => {
  const web = ingress({
    name: 'web',
    paths: [
      ['/', 'Prefix', 'web'],
      ['/api', 'Prefix', 'api'],
      ['/only', 'Exact', 'api'],
      ['/none', 'Prefix', 'missing'],
      ['/empty', 'Prefix', 'empty'],
    ],
  });

  it('lead to the ready endpoints of services, by host and path', () => {
    const at = world(web);
    expect(goes(at, '/apix')).toBe('10.0.0.1:8080 x1');
    expect(goes(at, '/api/v1')).toBe('10.0.0.2:8080 x1');
    expect(goes(at, '/only/x')).toBe('10.0.0.1:8080 x1');
    expect(goes(at, '/', { host: 'b.test' })).toBe(404);
  });

  it('answer 503 where there is no endpoint, or no service', () => {
    expect([goes(world(web), '/none'), goes(world(web), '/empty')]).toEqual([503, 503]);
  });

  it('are left alone unless their class is this controller', () => {
    const classes = ['nginx', 'other', undefined].map((name, index) =>
      ingress({ name: `i${index}`, spec: { ingressClassName: name ?? null } }),
    );
    const old = { metadata: { name: 'old', annotations: { 'kubernetes.io/ingress.class': 'nginx' } }, spec: {} };
    const names = (withoutClass: boolean) =>
      ingressesOf(world(...classes, old), { ...SETTINGS, withoutClass }).map(
        (each) => (each['metadata'] as JsonObject)['name'],
      );
    expect(names(false).sort()).toEqual(['i0', 'old']);
    expect(names(true).sort()).toEqual(['i0', 'i2', 'old']);
  });

  it('with TLS send plain clients to https, unless they say otherwise', () => {
    const tls = { tls: [{ hosts: ['a.test'], secretName: 'x' }] };
    const paths = [['/', 'Prefix', 'web']] as const;
    const secure = ingress({ name: 'secure', paths, spec: tls });
    expect([goes(world(secure), '/'), goes(world(secure), '/', {}, true)]).toEqual([308, '10.0.0.1:8080 x1']);
    const both = ingress({ name: 'both', paths, spec: tls, annotations: { 'ssl-redirect': 'false' } });
    expect(goes(world(both), '/')).toBe('10.0.0.1:8080 x1');
    expect(compileIngresses(world(secure), SETTINGS).notes).toEqual([
      expect.stringContaining('local SSL certificate default/x was not found. Using default certificate'),
    ]);
  });

  it('with a default backend answer what no path is for', () => {
    const fallback = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } };
    expect(goes(world(ingress({ name: 'all', spec: fallback })), '/x', { host: 'any' })).toBe('10.0.0.1:8080 x1');
    const some = ingress({ name: 'some', paths: [['/api', 'Prefix', 'api']], spec: fallback });
    expect([goes(world(some), '/x'), goes(world(some), '/x', { host: 'any' })]).toEqual(['10.0.0.1:8080 x1', 404]);
  });

  it('share with canaries: by header, by cookie, by weight', () => {
    const canary = ingress({
      name: 'canary',
      paths: [['/', 'Prefix', 'canary']],
      annotations: { canary: 'true', 'canary-weight': '20', 'canary-by-header': 'x-try', 'canary-by-cookie': 'try' },
    });
    const at = world(web, canary);
    expect(goes(at, '/')).toEqual(['10.0.0.1:8080 x80', '10.0.0.3:8080 x20']);
    expect(goes(at, '/', { 'x-try': 'always' })).toBe('10.0.0.3:8080 x1');
    expect(goes(at, '/', { 'x-try': 'never', 'cookie-try': 'always' })).toBe('10.0.0.1:8080 x1');
    expect(goes(at, '/', { 'cookie-try': 'always' })).toBe('10.0.0.3:8080 x1');
    expect(goes(at, '/api')).toBe('10.0.0.2:8080 x1');
  });
});
