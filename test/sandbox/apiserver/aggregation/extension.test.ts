import { expect, it } from 'vitest';
import { type Cluster, newCluster, usualSpec } from '../../../../sandbox/cluster.ts';
import { APIServices, Deployments, Namespaces, Services } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1APIServiceSpec } from '../../../../sandbox/schema/generated/types.ts';
import { ADMIN } from '../../../../sandbox/simulator.ts';
import { seconds } from '../../../../sandbox/time/units.ts';
import { awaited } from '../../../awaited.ts';

const GROUP = 'extension.example.com';
const API = { name: `v1.${GROUP}` };

/** learn/extension behind a service, and an APIService in front. */
function extended(trust: Partial<V1APIServiceSpec>): Cluster {
  const cluster = newCluster({ spec: { ...usualSpec(1), dns: 'builtin' } });
  const { client, run } = cluster;
  const labels = { app: 'ext' };
  const metadata = { name: 'ext', namespace: 'default' };
  const containers = [
    { name: 'c', image: 'learn/extension:1.0', env: [{ name: 'SERVER_NAME', value: 'ext.default.svc' }] },
  ];
  const template = { metadata: { labels }, spec: { containers } };
  run(client().create(Deployments, { metadata, spec: { selector: { matchLabels: labels }, template } }));
  const ports = [{ port: 443, targetPort: 8443, protocol: 'TCP' }];
  run(client().create(Services, { metadata, spec: { selector: labels, ports } }));
  const priorities = { groupPriorityMinimum: 1000, versionPriority: 15 };
  const spec = { group: GROUP, version: 'v1', ...priorities, service: metadata, ...trust };
  run(client().create(APIServices, { metadata: API, spec }));
  cluster.advance(seconds(40));
  return cluster;
}

function available({ run, client }: Cluster) {
  return run(client().get(APIServices, API)).status?.conditions?.find(({ type }) => type === 'Available');
}

const VISITORS = `/apis/${GROUP}/v1/visitors`;

function get({ loop, door, channels }: Cluster, path: string): string {
  const request = { method: 'GET', target: path, headers: {}, body: new Uint8Array(), source: '10.9.9.9', user: ADMIN };
  const { body } = awaited(loop, door.serve({ ...request, certificate: undefined, webSocket: undefined }));
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  if (typeof body === 'string') return body;
  loop.settle();
  const read = channels.read(body.channel);
  return read.kind === 'more' ? new TextDecoder().decode(read.chunk as Uint8Array) : read.kind;
}

it('a server in a pod, behind a service, is part of the API: it is told who asks', () => {
  const cluster = extended({ insecureSkipTLSVerify: true });
  expect(available(cluster)).toMatchObject({ status: 'True', reason: 'Passed' });
  const { items }: { items: object[] } = JSON.parse(get(cluster, VISITORS));
  expect(items).toMatchObject([{ kind: 'Visitor', metadata: { name: ADMIN.name }, spec: { groups: ADMIN.groups } }]);
});

it('its document of OpenAPI is listed among the others, and passed on', () => {
  const cluster = extended({ insecureSkipTLSVerify: true });
  const { paths }: { paths: Record<string, { serverRelativeURL: string }> } = JSON.parse(get(cluster, '/openapi/v3'));
  const document = JSON.parse(get(cluster, paths[`apis/${GROUP}/v1`]?.serverRelativeURL ?? ''));
  expect(document.components.schemas.Visitor['x-kubernetes-group-version-kind']).toEqual([
    { group: GROUP, version: 'v1', kind: 'Visitor' },
  ]);
});

it('a server that nobody vouches for is not', () => {
  const cluster = extended({});
  expect(available(cluster)).toMatchObject({ status: 'False', reason: 'FailedDiscoveryCheck' });
  expect(available(cluster)?.message).toMatch(
    /^failing or missing response from (https:\/\/[\d.]+:443\/apis\/extension\.example\.com\/v1): Get "\1": tls: failed to verify certificate: x509: certificate signed by unknown authority$/,
  );
  expect(get(cluster, VISITORS)).toBe('service unavailable\n');
});

it('a namespace waits for a server that nobody can ask: something of it may be in there', () => {
  const cluster = newCluster({ spec: { ...usualSpec(1), dns: 'builtin' } });
  const { client, run, advance } = cluster;
  const priorities = { groupPriorityMinimum: 1000, versionPriority: 15 };
  const service = { name: 'nobody', namespace: 'default' };
  run(client().create(APIServices, { metadata: API, spec: { group: GROUP, version: 'v1', ...priorities, service } }));
  run(client().create(Namespaces, { metadata: { name: 'team' } }));
  advance(seconds(5));
  run(client().delete(Namespaces, { name: 'team' }));
  advance(seconds(20));
  const version = `${GROUP}/v1`;
  const left = run(client().get(Namespaces, { name: 'team' }));
  expect(left.status?.conditions?.find(({ type }) => type === 'NamespaceDeletionDiscoveryFailure')).toMatchObject({
    status: 'True',
    reason: 'DiscoveryFailed',
    message: `Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: ${version}: stale GroupVersion discovery: ${version}`,
  });
  run(client().delete(APIServices, API));
  advance(seconds(120));
  expect(run(client().find(Namespaces, { name: 'team' }))).toBeUndefined();
});
