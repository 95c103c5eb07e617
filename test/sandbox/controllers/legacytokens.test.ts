import { expect, test } from 'vitest';
import { newCluster, usualSpec } from '../../../sandbox/cluster.ts';
import { decodeBase64 } from '../../../sandbox/kube/base64.ts';
import { Secrets, ServiceAccounts, TokenReviews } from '../../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../../sandbox/time/units.ts';

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
