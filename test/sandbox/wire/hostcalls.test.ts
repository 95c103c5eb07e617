import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AllowedHosts, createCluster } from '../../../sandbox/index.ts';
import { ConfigMaps, ValidatingWebhookConfigurations } from '../../../sandbox/schema/generated/resources.ts';
import { createAuthority } from '../../../sandbox/wire/certificates.ts';

/** A webhook on this machine that lets no ConfigMap be called `bad`. */
const authority = createAuthority();
const served: { server?: Server; asked: number; port: number } = { asked: 0, port: 0 };

beforeAll(async () => {
  const { certificate, key } = authority.server(['localhost'], ['127.0.0.1']);
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      served.asked++;
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString());
      const status = { message: 'not with this name' };
      const answer = { uid: asked.uid, allowed: asked.object.metadata.name !== 'bad', status };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    });
  });
  served.server = server;
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  served.port = address === null || typeof address === 'string' ? 0 : address.port;
});

afterAll(() => {
  served.server?.close();
});

async function guarded(webhooks: AllowedHosts | undefined, host = 'localhost', bundle = authority.certificate) {
  const cluster = await createCluster({ workers: 0, ...(webhooks === undefined ? {} : { webhooks }) });
  const { port } = served;
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
  await cluster.client().create(ValidatingWebhookConfigurations, {
    metadata: { name: 'names' },
    webhooks: [
      {
        name: 'names.example.com',
        clientConfig: { url: `https://${host}:${port}/validate`, caBundle: Buffer.from(bundle).toString('base64') },
        rules: [rule],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  });
  const create = (name: string) => cluster.client().create(ConfigMaps, { metadata: { name, namespace: 'default' } });
  return { cluster, create, port };
}

describe('a webhook by URL', () => {
  it('is asked where the cluster is allowed to, and time stands still meanwhile', async () => {
    const { cluster, create } = await guarded(true);
    const before = cluster.now();
    await expect(create('bad')).rejects.toThrow(
      'admission webhook "names.example.com" denied the request: not with this name',
    );
    await expect(create('good')).resolves.toMatchObject({ metadata: { name: 'good' } });
    expect(cluster.now()).toBe(before);
  });

  it('is nobody unless the cluster is allowed to ask', async () => {
    const { create, port } = await guarded(undefined);
    const { asked } = served;
    await expect(create('good')).rejects.toThrow(`dial tcp localhost:${port}: connect: connection refused`);
    expect(served.asked).toBe(asked);
  });

  it('is nobody at an address that was not named', async () => {
    const { create } = await guarded(['127.0.0.1'], 'localhost');
    await expect(create('good')).rejects.toThrow('connection refused');
  });

  it('is not trusted with a certificate of somebody else', async () => {
    const { create } = await guarded(true, '127.0.0.1', createAuthority().certificate);
    await expect(create('good')).rejects.toThrow('x509: certificate signed by unknown authority');
  });
});
