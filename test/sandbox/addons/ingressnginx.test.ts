import { describe, expect, it } from 'vitest';
import { clusterOf } from '../../../sandbox/cluster.ts';
import { encodeBase64 } from '../../../sandbox/kube/go/base64.ts';
import { certificatePem } from '../../../sandbox/machine/net/tls.ts';
import { Deployments, Ingresses } from '../../../sandbox/schema/generated/resources.ts';
import { copyState } from '../../../sandbox/time/state.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { apply, clusterWith, inClient, web } from './edge.ts';

const CERTIFICATE = certificatePem({
  subject: 'shop.test',
  organizations: [],
  names: ['shop.test'],
  key: 'k',
  signer: 'k',
  notBefore: '2020-01-01T00:00:00Z',
  notAfter: '2040-01-01T00:00:00Z',
});

const SHOP = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'default' },
  ...{
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.test'], secretName: 'shop' }],
      rules: ['shop.test', 'plain.test'].map((host) => ({
        host,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'v1', port: { number: 80 } } } },
            { path: '/two', pathType: 'Exact', backend: { service: { name: 'v2', port: { number: 80 } } } },
          ],
        },
      })),
    },
  },
};

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'shop', namespace: 'default' },
  type: 'kubernetes.io/tls',
  data: {
    'tls.crt': encodeBase64(new TextEncoder().encode(CERTIFICATE)),
    'tls.key': encodeBase64(new Uint8Array([1])),
  },
};

describe('ingress-nginx', () => {
  const cluster = clusterWith('ingress-nginx', true);
  apply(cluster, [...web('v1', '1.0'), ...web('v2', '2.0'), SHOP]);
  cluster.advance(seconds(40));
  const { status } = cluster.run(cluster.client().get(Ingresses, { name: 'shop', namespace: 'default' }));
  const ip = status?.loadBalancer?.ingress?.[0]?.ip ?? 'none';
  const curl = (words: string): string => inClient(cluster, `curl -s ${words}`);

  it('writes the address of its load balancer into ingresses', () => {
    expect(ip).toMatch(/^172\.19\.0\.\d+$/);
  });

  it('leads by host and path, and says 404 to hosts that nobody named', () => {
    expect(curl(`-H 'Host: plain.test' http://${ip}/`)).toContain('version: 1.0');
    expect(curl(`-o /dev/null -w '%{http_code}' -H 'Host: plain.test' http://${ip}/two`)).toBe('404');
    expect(curl(`http://${ip}/`)).toContain('<center>nginx</center>');
  });

  it('serves the certificate of a secret once there is one, and its own before', () => {
    const ask = `--resolve shop.test:443:${ip} --cacert /tmp/ca https://shop.test/ 2>&1; echo $?`;
    inClient(cluster, `cat > /tmp/ca <<'X'\n${CERTIFICATE}X\n`);
    expect(curl(ask)).toBe('60\n');
    apply(cluster, [SECRET]);
    cluster.advance(seconds(5));
    expect(curl(ask)).toContain('version: 1.0');
  });

  it('answers 503 once a service has nobody left, and goes on in a copy', () => {
    const copy = clusterOf(copyState(cluster.state));
    const key = { name: 'v1', namespace: 'default' };
    const deployment = copy.run(copy.client().get(Deployments, key));
    copy.run(
      copy.client().update(Deployments, { ...deployment, ...{ spec: { ...deployment.spec, replicas: 0 } } } as never),
    );
    copy.advance(seconds(10));
    expect(inClient(copy, `curl -s -o /dev/null -w '%{http_code}' -H 'Host: plain.test' http://${ip}/`)).toBe('503');
    expect(curl(`-o /dev/null -w '%{http_code}' -H 'Host: plain.test' http://${ip}/`)).toBe('200');
  });
});
