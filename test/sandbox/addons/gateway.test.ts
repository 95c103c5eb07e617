import { describe, expect, it } from 'vitest';
import { gatewayTypes } from '../../../sandbox/addons/gateway/gateway.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { apply, clusterWith, inClient, web } from './edge.ts';

const GROUP = 'gateway.networking.k8s.io';

function object(apiVersion: string, kind: string, namespace: string, name: string, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === '' ? {} : { namespace }) }, ...rest };
}

function backend(name: string, more: object = {}): object {
  return { name, port: 80, ...more };
}

const OBJECTS = [
  object('v1', 'Namespace', '', 'infra', {}),
  object('v1', 'Namespace', '', 'legacy', {}),
  ...web('v1', '1.0'),
  ...web('v2', '2.0'),
  ...web('old', '1.1', 'legacy'),
  object(`${GROUP}/v1`, 'Gateway', 'infra', 'edge', {
    spec: {
      gatewayClassName: 'sim',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
    },
  }),
  object(`${GROUP}/v1`, 'HTTPRoute', 'default', 'shop', {
    spec: {
      parentRefs: [{ name: 'edge', namespace: 'infra' }],
      hostnames: ['shop.test'],
      rules: [
        { backendRefs: [backend('v1', { weight: 9 }), backend('v2', { weight: 1 })] },
        { matches: [{ headers: [{ name: 'x-tester', value: 'yes' }] }], backendRefs: [backend('v2')] },
        { matches: [{ path: { value: '/old' } }], backendRefs: [backend('old', { namespace: 'legacy' })] },
        {
          matches: [{ path: { value: '/moved' } }],
          filters: [
            {
              type: 'RequestRedirect',
              requestRedirect: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } },
            },
          ],
        },
        {
          matches: [{ path: { value: '/deep' } }],
          filters: [
            { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } },
            { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'X-By', value: 'edge' }] } },
          ],
          backendRefs: [backend('v2')],
        },
      ],
    },
  }),
  object(`${GROUP}/v1`, 'HTTPRoute', 'default', 'lost', {
    spec: {
      parentRefs: [{ name: 'edge', namespace: 'infra', sectionName: 'none' }],
      rules: [{ backendRefs: [backend('v1')] }],
    },
  }),
];

const GRANT = object(`${GROUP}/v1beta1`, 'ReferenceGrant', 'legacy', 'shop', {
  spec: { from: [{ group: GROUP, kind: 'HTTPRoute', namespace: 'default' }], to: [{ group: '', kind: 'Service' }] },
});

describe('The Gateway API', () => {
  const cluster = clusterWith('gateway-api', true);
  apply(cluster, OBJECTS, gatewayTypes);
  cluster.advance(seconds(60));
  const typeOf = (kind: string) => gatewayTypes.find((type) => type.kind === kind) ?? gatewayTypes[0];
  const get = (kind: string, namespace: string, name: string): KubeObject & { status?: unknown } => {
    const type = typeOf(kind);
    if (type === undefined) throw new Error(`there is no ${kind}`);
    return cluster.run(cluster.client().get(type, { name, namespace }));
  };
  const ip = inClient(
    cluster,
    'echo -n $(nslookup gateway-infra-edge.gateway-system | tail -n 2 | grep -o "[0-9.]*$")',
  );
  const curl = (words: string): string =>
    inClient(cluster, `curl -s -H 'Host: shop.test' ${words.replace('URL', `http://${ip}`)}`);
  const reasonsOf = (name: string): unknown =>
    (
      get('HTTPRoute', 'default', name).status as { parents: { conditions: { reason: string }[] }[] }
    ).parents[0]?.conditions.map(({ reason }) => reason);

  it('says of classes, gateways and routes whether they are served', () => {
    expect(get('Gateway', 'infra', 'edge').status).toMatchObject({
      addresses: [{ type: 'IPAddress', value: expect.stringMatching(/^172\.19\./) }],
      conditions: [{ reason: 'Accepted' }, { reason: 'Programmed' }],
      listeners: [{ name: 'http', attachedRoutes: 1 }],
    });
    expect(reasonsOf('shop')).toEqual(['Accepted', 'RefNotPermitted']);
    expect(reasonsOf('lost')).toEqual(['NoMatchingParent', 'ResolvedRefs']);
  });

  it('splits requests by weight, and lets headers decide first', () => {
    const script = `for i in $(seq 100); do curl -s -H 'Host: shop.test' http://${ip}/ | grep version; done | sort | uniq -c`;
    const [one = 0, two = 0] = [...inClient(cluster, script).matchAll(/(\d+) version/g)].map(([, count]) =>
      Number(count),
    );
    expect([one + two, one > 75, two > 0]).toEqual([100, true, true]);
    expect(curl(`-H 'x-tester: yes' URL/`)).toContain('version: 2.0');
  });

  it('rewrites, redirects and changes headers', () => {
    expect(curl(`-o /dev/null -w '%{http_code} %{redirect_url}' URL/moved/x`)).toBe('302 http://shop.test/new/x');
    expect(curl('-i URL/deep')).toMatch(/X-By: edge[\s\S]*version: 2\.0/);
  });

  it('reaches into another namespace only while that grants it', () => {
    expect(curl(`-o /dev/null -w '%{http_code}' URL/old`)).toBe('500');
    apply(cluster, [GRANT], gatewayTypes);
    cluster.advance(seconds(3));
    expect(curl(`-o /dev/null -w '%{http_code}' URL/old`)).toBe('404');
    expect(reasonsOf('shop')).toEqual(['Accepted', 'ResolvedRefs']);
  });
});
