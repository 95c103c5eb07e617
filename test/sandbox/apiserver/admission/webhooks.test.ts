import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import { nobody, type OutgoingAnswer, type OutgoingRequest } from '../../../../sandbox/kube/outgoing.ts';
import { StatusError } from '../../../../sandbox/kube/status.ts';
import {
  ConfigMaps,
  MutatingWebhookConfigurations,
  Namespaces,
  ValidatingWebhookConfigurations,
} from '../../../../sandbox/schema/generated/resources.ts';
import { assemble, newSimulatorState, type Simulator } from '../../../../sandbox/simulator.ts';

type Review = { readonly request: { readonly uid: string; readonly object: JsonObject; readonly name: string } };
type Hook = (request: OutgoingRequest, review: Review) => Partial<{ status: number; body: string }> | JsonObject;

/** A server beside the cluster that answers every webhook; what it was asked is kept. */
function cluster(hook: Hook | undefined) {
  const asked: OutgoingRequest[] = [];
  const simulator = assemble(newSimulatorState(), {
    outgoing: () =>
      function* ask(request) {
        asked.push(request);
        return hook === undefined ? yield* nobody(request) : answerOf(hook, request);
      },
  });
  simulator.run(simulator.client().create(Namespaces, { metadata: { name: 'team' } }));
  return { simulator, asked };
}

function answerOf(hook: Hook, request: OutgoingRequest): OutgoingAnswer {
  const review: Review = JSON.parse(request.body);
  const response = hook(request, review);
  const plain = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: review.request.uid, ...response },
  };
  return {
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(plain),
    ...('body' in response ? response : {}),
  };
}

const WEBHOOK = {
  name: 'a.example.com',
  clientConfig: { url: 'https://hooks.example.com/a' },
  rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
};

function validated({ client, run }: Simulator, ...more: readonly object[]): void {
  const webhooks = more.map((each) => ({ ...WEBHOOK, ...each }));
  run(client().create(ValidatingWebhookConfigurations, { metadata: { name: 'v' }, webhooks }));
}

function mutated({ client, run }: Simulator, ...more: readonly object[]): void {
  const webhooks = more.map((each) => ({ ...WEBHOOK, ...each }));
  run(client().create(MutatingWebhookConfigurations, { metadata: { name: 'm' }, webhooks }));
}

/** What is stored of its data, or why it is refused. */
function write({ client, run }: Simulator, name = 'c') {
  try {
    return run(client().create(ConfigMaps, { metadata: { name, namespace: 'team' }, data: { a: '1' } })).data;
  } catch (error) {
    if (error instanceof StatusError) return `${error.status.code} ${error.message}`;
    throw error;
  }
}

function patch(...operations: readonly object[]): JsonObject {
  return { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') };
}

describe('a validating webhook', () => {
  it('refuses in its own words', () => {
    const { simulator } = cluster(() => ({
      allowed: false,
      status: { message: 'nope', code: 403, reason: 'Forbidden' },
    }));
    validated(simulator, {});
    expect(write(simulator)).toBe('403 admission webhook "a.example.com" denied the request: nope');
  });

  it('is shown the whole object, and told how long it may take', () => {
    const { simulator, asked } = cluster(() => ({ allowed: true }));
    validated(simulator, { timeoutSeconds: 3 });
    expect(write(simulator)).toEqual({ a: '1' });
    expect(asked.map(({ url, timeout }) => [url, timeout])).toEqual([['https://hooks.example.com/a?timeout=3s', 3000]]);
    const review: Review = JSON.parse(asked[0]?.body ?? '');
    expect(review.request).toMatchObject({
      name: 'c',
      operation: 'CREATE',
      object: { kind: 'ConfigMap', data: { a: '1' } },
    });
  });

  it('that nobody answers for keeps writes out, unless its failures are ignored', () => {
    const { simulator } = cluster(undefined);
    validated(simulator, {});
    expect(write(simulator)).toBe(
      '500 Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: Post "https://hooks.example.com/a?timeout=10s": dial tcp hooks.example.com:443: connect: connection refused',
    );
    const open = cluster(undefined).simulator;
    validated(open, { failurePolicy: 'Ignore' });
    expect(write(open)).toEqual({ a: '1' });
  });

  it.each([
    ['of another request', { uid: 'x', allowed: true }, 'received invalid webhook response: expected response.uid='],
    [
      'with a patch',
      { allowed: true, patch: 'W10=' },
      'received invalid webhook response: validating webhook may not return response.patch',
    ],
    [
      'that says neither yes nor no',
      { allowed: 'yes' },
      'json: cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of type bool',
    ],
    ['of nothing', { body: '' }, '0-length response with status code: 200'],
    ['that is no JSON', { body: '<html>' }, "couldn't get version/kind; json parse error"],
    ['that the server stumbled', { status: 503, body: 'x' }, 'the server is currently unable to handle the request'],
  ])('may not give an answer %s', (_, answer, why) => {
    const { simulator } = cluster(() => answer);
    validated(simulator, {});
    expect(write(simulator)).toContain(why);
  });

  it('is asked only about what its conditions match, and never in a dry run that it is not ready for', () => {
    const { simulator, asked } = cluster(() => ({ allowed: false }));
    validated(simulator, { matchConditions: [{ name: 'only', expression: 'object.metadata.name == "checked"' }] });
    expect(write(simulator)).toEqual({ a: '1' });
    expect(asked).toHaveLength(0);
    expect(write(simulator, 'checked')).toBe(
      '400 admission webhook "a.example.com" denied the request without explanation',
    );
  });

  it('that is a service which is not there says so', () => {
    const { simulator } = cluster(() => ({ allowed: true }));
    validated(simulator, { clientConfig: { service: { name: 'hook', namespace: 'team' } } });
    expect(write(simulator)).toContain('Post "https://hook.team.svc:443/?timeout=10s": service "hook" not found');
  });
});

describe('a mutating webhook', () => {
  it('changes the object by its patch', () => {
    const { simulator } = cluster(() => patch({ op: 'add', path: '/data/b', value: '2' }));
    mutated(simulator, {});
    expect(write(simulator)).toEqual({ a: '1', b: '2' });
  });

  it('whose patch does not apply fails the request', () => {
    const { simulator } = cluster(() => patch({ op: 'remove', path: '/metadata/labels/none' }));
    mutated(simulator, {});
    expect(write(simulator)).toBe(
      '500 Internal error occurred: remove operation does not apply: doc is missing path: "/metadata/labels/none": missing value',
    );
  });

  it('is asked again, if it wants to be, when another changes the object after it', () => {
    const { simulator, asked } = cluster((request) =>
      patch({ op: 'add', path: request.url.includes('/a') ? '/data/first' : '/data/second', value: 'x' }),
    );
    mutated(
      simulator,
      { reinvocationPolicy: 'IfNeeded' },
      { name: 'b.example.com', clientConfig: { url: 'https://hooks.example.com/b' } },
    );
    expect(write(simulator)).toEqual({ a: '1', first: 'x', second: 'x' });
    expect(asked.map(({ url }) => new URL(url).pathname)).toEqual(['/a', '/b', '/a']);
  });
});
