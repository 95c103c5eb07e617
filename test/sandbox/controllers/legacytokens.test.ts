import { expect, test } from 'vitest';
import { newCluster, usualSpec } from '../../../sandbox/cluster.ts';
import { fateOf } from '../../../sandbox/controllers/legacytokencleaner.ts';
import { decodeBase64 } from '../../../sandbox/kube/go/base64.ts';
import { ConfigMaps, Secrets, ServiceAccounts, TokenReviews } from '../../../sandbox/schema/generated/resources.ts';
import { seconds, type TimeMs } from '../../../sandbox/time/units.ts';

const TYPE = 'kubernetes.io/service-account-token';
const where = { name: 't', namespace: 'default' };

function withAccount() {
  const cluster = newCluster({ spec: { ...usualSpec(0), dns: 'builtin' } });
  cluster.advance(seconds(3));
  const client = cluster.client();
  cluster.run(client.create(ServiceAccounts, { metadata: { name: 'a', namespace: 'default' } }));
  return { cluster, client };
}

function askForToken({ cluster, client }: ReturnType<typeof withAccount>, account: string): void {
  const metadata = { ...where, annotations: { 'kubernetes.io/service-account.name': account } };
  cluster.run(client.create(Secrets, { metadata, type: TYPE }));
  cluster.advance(seconds(2));
}

function whoHas({ cluster, client }: ReturnType<typeof withAccount>, token: string) {
  return cluster.run(client.create(TokenReviews, { metadata: {}, spec: { token } })).status;
}

test('a secret that asks for a token of an account gets one, which stands for the account until either is gone', () => {
  const world = withAccount();
  const { cluster, client } = world;
  askForToken(world, 'a');
  const { data = {}, metadata } = cluster.run(client.get(Secrets, where));
  expect(Object.keys(data).sort()).toEqual(['ca.crt', 'namespace', 'token']);
  const account = cluster.run(client.get(ServiceAccounts, { name: 'a', namespace: 'default' }));
  expect(metadata?.annotations?.['kubernetes.io/service-account.uid']).toBe(account.metadata?.uid);
  const token = new TextDecoder().decode(decodeBase64(data['token'] ?? ''));
  expect(whoHas(world, token)?.user?.username).toBe('system:serviceaccount:default:a');
  expect(whoHas(world, `${token}x`)?.authenticated).toBeUndefined();
  cluster.run(client.delete(ServiceAccounts, { name: 'a', namespace: 'default' }));
  cluster.advance(seconds(2));
  expect(cluster.run(client.find(Secrets, where))).toBeUndefined();
  expect(whoHas(world, token)?.error).toContain('has been invalidated');
});

test('a secret for an account that is not there goes at once', () => {
  const world = withAccount();
  askForToken(world, 'nobody');
  expect(world.cluster.run(world.client.find(Secrets, where))).toBeUndefined();
});

function secretOf({ cluster, client }: ReturnType<typeof withAccount>) {
  return cluster.run(client.find(Secrets, where));
}

function show({ cluster }: ReturnType<typeof withAccount>, token: string): number {
  let status = 0;
  const request = {
    method: 'GET',
    target: '/api/v1/namespaces/default/pods',
    headers: { authorization: [`Bearer ${token}`], accept: ['application/json'] },
    body: new Uint8Array(),
    source: '127.0.0.1',
    certificate: undefined,
    webSocket: undefined,
  };
  cluster.loop.start(cluster.door.serve(request), (outcome) => {
    if (outcome.ok) status = outcome.value.status;
  });
  cluster.advance(seconds(1));
  return status;
}

function tokenOf(world: ReturnType<typeof withAccount>): string {
  return new TextDecoder().decode(decodeBase64(secretOf(world)?.data?.['token'] ?? ''));
}

test('the day on which a token was shown last stands on its secret; one that is marked as invalid is refused', () => {
  const world = withAccount();
  askForToken(world, 'a');
  const token = tokenOf(world);
  expect(secretOf(world)?.metadata?.labels).toBeUndefined();
  expect(show(world, token)).toBe(403);
  expect(secretOf(world)?.metadata?.labels).toEqual({ 'kubernetes.io/legacy-token-last-used': '2026-01-01' });
  const body = { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } } };
  world.cluster.run(world.client.patch(Secrets, where, { type: 'merge', body }));
  expect(show(world, token)).toBe(401);
});

const YEAR_MS = 366 * 86_400_000;
const NOW = (1_767_225_600_000 + 2 * YEAR_MS) as TimeMs;

test.each([
  ['a year old and never used', {}, 'invalid'],
  ['used last month', { 'last-used': '2027-12-01' }, 'stays'],
  ['not used for two years', { 'last-used': '2026-01-01' }, 'invalid'],
  ['invalid since last month', { 'invalid-since': '2027-12-01' }, 'stays'],
  ['invalid since two years', { 'invalid-since': '2026-01-01' }, 'delete'],
  ['used on a day that is none', { 'last-used': 'once' }, 'stays'],
])('a token that is %s: %s', (_, labels, fate) => {
  const named = Object.entries(labels).map(([key, value]) => [`kubernetes.io/legacy-token-${key}`, value]);
  const metadata = { creationTimestamp: '2026-01-01T00:00:00Z', labels: Object.fromEntries(named) };
  expect(fateOf({ metadata }, NOW)).toBe(fate);
});

test.each([
  ['is marked', {}, ['kubernetes.io/legacy-token-invalid-since']],
  ['goes when it was marked a year ago', { 'kubernetes.io/legacy-token-invalid-since': '2023-01-01' }, undefined],
] as const)('a token that was made by itself and that nobody has used for a year %s', (_, labels, left) => {
  const world = withAccount();
  const { cluster, client } = world;
  const account = { name: 'a', namespace: 'default' };
  cluster.run(client.patch(ServiceAccounts, account, { type: 'merge', body: { secrets: [{ name: 't' }] } }));
  const tracking = { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' };
  cluster.run(client.patch(ConfigMaps, tracking, { type: 'merge', body: { data: { since: '2022-01-01' } } }));
  const metadata = { ...where, uid: 'u', creationTimestamp: '2022-01-01T00:00:00Z', labels };
  const annotations = { 'kubernetes.io/service-account.name': 'a' };
  const secret = { apiVersion: 'v1', kind: 'Secret', type: TYPE, metadata: { ...metadata, annotations } };
  cluster.store.create(
    'secrets',
    'default/t',
    (revision) => ({ ...secret, metadata: { ...secret.metadata, resourceVersion: String(revision) } }),
    { actor: 'past', causes: [] },
  );
  cluster.components.get('kube-controller-manager')?.stop();
  cluster.components.get('kube-controller-manager')?.start();
  cluster.advance(seconds(30));
  const found = secretOf(world);
  expect(found === undefined ? undefined : Object.keys(found.metadata?.labels ?? {})).toEqual(left);
});
