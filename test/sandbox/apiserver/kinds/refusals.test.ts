import { expect, test } from 'vitest';
import { simulator } from '../../../golden/simulator.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly type?: string;
}

const world = await simulator.create({ extent: 'api', startTime: 1_700_000_000_000, addons: [], files: {} });

/** What was answered, and all that was said, as text. */
async function ask({ method, path, body, type = 'application/json' }: Asked) {
  const headers = { Accept: 'application/json', 'Content-Type': type };
  const sent = body === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(body)) };
  const answer = await world.request({ method, path, headers, user: 'admin', ...sent });
  return {
    status: answer.status,
    warnings: JSON.stringify(answer.headers),
    text: new TextDecoder().decode(answer.body),
  };
}

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

test.each([{}, { versions: null }, { names: null }])('a definition without %j is refused', async (part) => {
  const spec = { group: 'x.io', scope: 'Cluster', names: { plural: 'gs', kind: 'G' }, ...part };
  const { status, text } = await ask({
    method: 'POST',
    path: DEFINITIONS,
    body: { metadata: { name: 'gs.x.io' }, spec },
  });
  expect(status).toBe(422);
  expect(text).toContain('spec.versions: Invalid value: null: must have exactly one version marked');
});

test('a job that is deleted without a word on its pods leaves them, and says so', async () => {
  const path = '/apis/batch/v1/namespaces/default/jobs';
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b' }] } };
  await ask({ method: 'POST', path, body: { metadata: { name: 'j' }, spec: { template } } });
  const asked = await ask({ method: 'DELETE', path: `${path}/j?dryRun=All&propagationPolicy=Background` });
  expect(asked.warnings).not.toContain('preserved by default');
  const bare = await ask({ method: 'DELETE', path: `${path}/j?dryRun=All` });
  expect(bare.warnings).toContain('child pods are preserved by default when jobs are deleted');
});

test('a namespace that is meant by another uid is refused in the words of its own storage', async () => {
  const { status, text } = await ask({
    method: 'DELETE',
    path: '/api/v1/namespaces/default',
    body: { preconditions: { uid: 'x' } },
  });
  expect(status).toBe(409);
  expect(text).toContain('Precondition failed: UID in precondition: x, UID in object meta: ');
});

test('a storage class that changes is judged as a whole', async () => {
  const path = '/apis/storage.k8s.io/v1/storageclasses';
  await ask({ method: 'POST', path, body: { metadata: { name: 's' }, provisioner: 'p' } });
  const type = 'application/merge-patch+json';
  const { text } = await ask({ method: 'PATCH', path: `${path}/s`, type, body: { reclaimPolicy: 'Other' } });
  expect(text).toContain('Unsupported value: \\"Other\\"');
  expect(text).toContain('field is immutable');
});
