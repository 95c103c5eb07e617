import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import { Namespaces, Secrets, ServiceAccounts, TokenReviews } from '../../../../sandbox/schema/generated/resources.ts';
import type {
  AuthenticationV1TokenRequest,
  V1TokenRequestSpec,
  V1TokenReview,
} from '../../../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState, type Simulator } from '../../../../sandbox/simulator.ts';
import { minutes, seconds } from '../../../../sandbox/time/units.ts';

const NAMESPACE = 'default';
const API = 'https://kubernetes.default.svc.cluster.local';

function cluster(key?: string): Simulator {
  const simulator = assemble(newSimulatorState(), key === undefined ? {} : { tokenKey: key });
  simulator.run(simulator.client().create(Namespaces, { metadata: { name: NAMESPACE } }));
  simulator.run(simulator.client().create(ServiceAccounts, { metadata: { name: 'robot', namespace: NAMESPACE } }));
  return simulator;
}

function requested({ client, run }: Simulator, spec: V1TokenRequestSpec = {}, name = 'robot') {
  const request: KubeObject & AuthenticationV1TokenRequest = { metadata: {}, spec };
  const made = run(client().post(ServiceAccounts, { name, namespace: NAMESPACE }, 'token', request));
  return made as AuthenticationV1TokenRequest;
}

function tokenOf(simulator: Simulator, spec?: V1TokenRequestSpec): string {
  return requested(simulator, spec).status?.token ?? '';
}

function reviewed({ client, run }: Simulator, token: string, audiences?: readonly string[]): V1TokenReview['status'] {
  const spec = { token, ...(audiences === undefined ? {} : { audiences }) };
  return run(client().create(TokenReviews, { metadata: {}, spec } as V1TokenReview)).status;
}

describe('a token of a service account', () => {
  it('says who shows it', () => {
    const simulator = cluster();
    expect(reviewed(simulator, tokenOf(simulator))).toMatchObject({
      authenticated: true,
      user: {
        username: 'system:serviceaccount:default:robot',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      },
      audiences: [API],
    });
  });

  it('is the same when the same history is played with the same key, and another with another', () => {
    expect(tokenOf(cluster('secret'))).toBe(tokenOf(cluster('secret')));
    expect(tokenOf(cluster('secret'))).not.toBe(tokenOf(cluster('other')));
    const { state } = cluster('a very secret key');
    expect(inspect(state, { depth: Number.POSITIVE_INFINITY })).not.toContain('a very secret key');
  });

  it('is nobody to a server with another key', () => {
    const foreign = reviewed(cluster('mine'), tokenOf(cluster('yours')));
    expect(foreign?.error).toBe('[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]');
    expect(reviewed(cluster(), 'junk')?.error).toBe('invalid bearer token');
  });

  it('is for its audiences only', () => {
    const simulator = cluster();
    const token = tokenOf(simulator, { audiences: ['foo'] });
    expect(reviewed(simulator, token)?.error).toBe(
      `[invalid bearer token, token audiences ["foo"] is invalid for the target audiences ["${API}"]]`,
    );
    expect(reviewed(simulator, token, ['bar', 'foo'])?.audiences).toEqual(['foo']);
  });

  it('expires, a minute late', () => {
    const simulator = cluster();
    const made = requested(simulator, { audiences: [], expirationSeconds: 600 });
    expect(made.status?.expirationTimestamp).toBe('2026-01-01T00:10:00Z');
    simulator.advance(minutes(11));
    expect(reviewed(simulator, made.status?.token ?? '')?.authenticated).toBe(true);
    simulator.advance(seconds(1));
    expect(reviewed(simulator, made.status?.token ?? '')?.error).toContain('service account token has expired');
  });

  it('ends with what it is bound to, and with its account', () => {
    const simulator = cluster();
    const { client, run } = simulator;
    run(client().create(Secrets, { metadata: { name: 'key', namespace: NAMESPACE } }));
    const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: 'key' };
    const bound = tokenOf(simulator, { boundObjectRef });
    const free = tokenOf(simulator);
    run(client().delete(Secrets, { name: 'key', namespace: NAMESPACE }));
    expect(reviewed(simulator, bound)?.error).toContain('service account token has been invalidated');
    expect(reviewed(simulator, free)?.authenticated).toBe(true);
    run(client().delete(ServiceAccounts, { name: 'robot', namespace: NAMESPACE }));
    expect(reviewed(simulator, free)?.error).toContain('serviceaccounts "robot" not found');
  });

  it.each<[string, V1TokenRequestSpec, string?]>([
    ['serviceaccounts "nobody" not found', {}, 'nobody'],
    ['may not specify a duration less than 10 minutes', { expirationSeconds: 5 }],
    ['may not specify a duration larger than 2^32 seconds', { expirationSeconds: 2 ** 33 }],
    ['pods "x" not found', { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'x' } }],
    ['Name parameter required.', { boundObjectRef: { apiVersion: 'v1', kind: 'Pod' } }],
    [
      'cannot bind token to object of type a/v1, Kind=Foo',
      { boundObjectRef: { apiVersion: 'a/v1', kind: 'Foo', name: 'x' } },
    ],
    ['cannot bind token to object of type /, Kind=', { boundObjectRef: { name: 'x' } }],
  ])('is refused: %s', (message, spec, name) => {
    expect(() => requested(cluster(), spec, name)).toThrow(message);
  });
});
