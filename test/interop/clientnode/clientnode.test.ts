import { createServer } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import {
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  PortForward,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serveCluster } from '../serve.ts';

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect.fail('waited in vain');
}

describe('@kubernetes/client-node', () => {
  let served: Served;
  const config = new KubeConfig();
  let core: CoreV1Api;

  beforeAll(async () => {
    served = await serveCluster();
    config.loadFromFile(served.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    const command = ['sh', '-c', 'while true; do echo tick; sleep 0.2; done'];
    const spec = { containers: [{ name: 'main', image: 'busybox', command }] };
    await core.createNamespacedPod({ namespace: 'default', body: { metadata: { name: 'box' }, spec } });
    const web = { containers: [{ name: 'main', image: 'nginx' }] };
    await core.createNamespacedPod({ namespace: 'default', body: { metadata: { name: 'web' }, spec: web } });
    await until(async () => {
      const { items } = await core.listNamespacedPod({ namespace: 'default' });
      return items.length === 2 && items.every(({ status }) => status?.phase === 'Running');
    });
  });
  afterAll(() => served.close());

  it('creates, lists and deletes', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'a' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
    const body = { metadata: { name: 'a' }, spec: { replicas: 1, selector: { matchLabels: labels }, template } };
    await apps.createNamespacedDeployment({ namespace: 'default', body });
    const { items } = await apps.listDeploymentForAllNamespaces();
    expect(items.map(({ metadata }) => metadata?.name)).toContain('a');
    await apps.deleteNamespacedDeployment({ namespace: 'default', name: 'a' });
  });

  it('keeps an informer up to date', async () => {
    const informer = makeInformer<V1ConfigMap>(config, '/api/v1/namespaces/default/configmaps', () =>
      core.listNamespacedConfigMap({ namespace: 'default' }),
    );
    const seen: string[] = [];
    informer.on('add', ({ metadata }) => seen.push(`add ${metadata?.name}`));
    informer.on('delete', ({ metadata }) => seen.push(`delete ${metadata?.name}`));
    await informer.start();
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'informed' } } });
    await until(() => seen.includes('add informed'));
    await core.deleteNamespacedConfigMap({ namespace: 'default', name: 'informed' });
    await until(() => seen.includes('delete informed'));
    await informer.stop();
  });

  it('watches', async () => {
    const seen: string[] = [];
    const request = await new Watch(config).watch(
      '/api/v1/pods',
      {},
      (type, object) => seen.push(`${type} ${object.metadata?.name}`),
      () => {},
    );
    await until(() => seen.includes('ADDED box'));
    request.abort();
  });

  it('runs commands', async () => {
    const out = new PassThrough();
    const err = new PassThrough();
    const text = { out: '', err: '' };
    out.on('data', (part: Buffer) => {
      text.out += part.toString();
    });
    err.on('data', (part: Buffer) => {
      text.err += part.toString();
    });
    const command = ['sh', '-c', 'echo there; echo not there >&2; exit 2'];
    const status = await new Promise<unknown>((resolve, reject) => {
      new Exec(config)
        .exec('default', 'box', 'main', command, out, err, Readable.from([]), false, resolve)
        .catch(reject);
    });
    expect(text).toEqual({ out: 'there\n', err: 'not there\n' });
    expect(status).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
  });

  it('follows logs to their end', async () => {
    const command = ['sh', '-c', 'sleep 1; for i in 1 2 3; do echo tick; sleep 0.3; done'];
    const spec = { containers: [{ name: 'main', image: 'busybox', command }], restartPolicy: 'Never' };
    await core.createNamespacedPod({ namespace: 'default', body: { metadata: { name: 'short' }, spec } });
    await until(async () => {
      const { status } = await core.readNamespacedPod({ namespace: 'default', name: 'short' });
      return status?.phase === 'Running';
    });
    const out = new PassThrough();
    let text = '';
    out.on('data', (part: Buffer) => {
      text += part.toString();
    });
    const ended = new Promise((resolve) => out.on('end', resolve));
    await new Log(config).log('default', 'short', 'main', out, { follow: true });
    await ended;
    expect(text).toBe('tick\ntick\ntick\n');
  });

  it('forwards ports', async () => {
    const forward = new PortForward(config);
    const server = createServer((socket) => {
      forward.portForward('default', 'web', [80], socket, null, socket).catch(() => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    expect(await page.text()).toContain('nginx');
    server.close();
  });
});
