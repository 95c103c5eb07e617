// Programs in Go against a served cluster, built with the Go that is on the machine; skipped aloud where there is none.

import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  AdmissionregistrationV1Api,
  CoreV1Api,
  KubeConfig,
  type V1ValidatingWebhookConfiguration,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../../sandbox/wire/certificates.ts';
import { type Served, serveCluster } from '../serve.ts';

const HAS_GO = spawnSync('go', ['version']).status === 0;
if (!HAS_GO) console.warn('SKIPPED: there is no Go on the PATH');

const BUILD_MS = 15 * 60_000;

function run(
  command: string,
  args: readonly string[],
  kubeconfig: string,
): Promise<{ code: number | null; out: string }> {
  const child = spawn(command, args, { env: { ...process.env, KUBECONFIG: kubeconfig } });
  let out = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
  });
  child.stderr.resume();
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })));
}

describe.skipIf(!HAS_GO)('programs in Go', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveCluster();
  });
  afterAll(() => served.close());

  /** Builds a program of this folder. */
  function build(name: string): string {
    const program = join(served.folder, name);
    const options = { cwd: join(import.meta.dirname, name), encoding: 'utf8' } as const;
    const { stderr } = spawnSync('go', ['build', '-o', program, '.'], options);
    expect(stderr.split('\n').filter((line) => !line.startsWith('go: downloading'))).toEqual(['']);
    return program;
  }

  it('client-go: informers, typed and dynamic clients, server-side apply, leader election', {
    timeout: BUILD_MS,
  }, async () => {
    const ended = await run(build('clientgo'), [], served.kubeconfig);
    expect(ended).toEqual({ code: 0, out: 'informer\ntyped\napply\ndynamic\nleader\n' });
  });

  it('controller-runtime: a manager that leads, watches, creates and owns, and has a webhook', {
    timeout: BUILD_MS,
  }, async () => {
    const core = clientOf(served);
    const program = build('manager');
    const port = await freePort();
    const authority = createAuthority();
    const { certificate, key } = authority.server(['localhost'], ['127.0.0.1']);
    writeFileSync(join(served.folder, 'tls.crt'), certificate);
    writeFileSync(join(served.folder, 'tls.key'), key, { mode: 0o600 });
    const webhook = { WEBHOOK_PORT: String(port), WEBHOOK_CERTIFICATES: served.folder };
    const child = spawn(program, [], { env: { ...process.env, ...webhook, KUBECONFIG: served.kubeconfig } });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const output = lines(child.stdout);
    expect(await output.next()).toBe('begun');
    const metadata = { name: 'kept', labels: { keep: 'yes' } };
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata, data: { a: 'b' } } });
    expect(await output.next()).toBe('made kept');
    const secret = await core.readNamespacedSecret({ namespace: 'default', name: 'kept' });
    expect(secret.metadata?.ownerReferences?.[0]).toMatchObject({ kind: 'ConfigMap', name: 'kept', controller: true });
    const hooks = configOf(served).makeApiClient(AdmissionregistrationV1Api);
    await hooks.createValidatingWebhookConfiguration({
      body: configuration(`https://127.0.0.1:${port}/validate--v1-configmap`, authority.certificate),
    });
    const never = core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'never' } } });
    await expect(never).rejects.toThrow('denied the request: not with this name');
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'well' } } });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

function clientOf(served: Served): CoreV1Api {
  return configOf(served).makeApiClient(CoreV1Api);
}

function configOf({ kubeconfig }: Served): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

function configuration(url: string, authority: string): V1ValidatingWebhookConfiguration {
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
  return {
    metadata: { name: 'names' },
    webhooks: [
      {
        name: 'names.example.com',
        clientConfig: { url, caBundle: Buffer.from(authority).toString('base64') },
        rules: [rule],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  };
}

/** A port that nobody listens at. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address === null || typeof address === 'string' ? 0 : address.port));
    });
  });
}

/** The lines of a stream, one after the other. */
function lines(stream: Readable): { next(): Promise<string | undefined> } {
  const iterator = createInterface({ input: stream })[Symbol.asyncIterator]();
  return { next: async () => (await iterator.next()).value };
}
