import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serveCluster } from '../serve.ts';
import { findKubectls } from './binaries.ts';

const KUBECTLS = findKubectls();
if (KUBECTLS.length === 0) console.warn('SKIPPED: there is no kubectl on the PATH or in K8S_LEARN_KUBECTL');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly process: ChildProcess;
  out(): string;
  readonly ended: Promise<Ended>;
}

function start(path: string, kubeconfig: string, args: readonly string[], input = ''): Running {
  const child = spawn(path, args, { env: { ...process.env, KUBECONFIG: kubeconfig }, timeout: 60_000 });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => {
    texts.out += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    texts.err += part.toString();
  });
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
  return { process: child, out: () => texts.out, ended };
}

async function until(look: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !look(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(look()).toBe(true);
}

describe.each(KUBECTLS)('kubectl $version', ({ path, version }) => {
  let served: Served;
  const run = (args: readonly string[], input?: string): Promise<Ended> =>
    start(path, served.kubeconfig, args, input).ended;

  beforeAll(async () => {
    served = await serveCluster();
    await run(['run', 'box', '--image=busybox', '--', 'sh', '-c', 'while true; do echo tick; sleep 0.2; done']);
    await run(['run', 'web', '--image=nginx', '--port=80']);
    const ready = await run(['wait', '--for=condition=Ready', 'pod/box', 'pod/web', '--timeout=60s']);
    expect(ready.code).toBe(0);
  });
  afterAll(() => served.close());

  it('creates, reads, changes and deletes', async () => {
    const created = await run(['create', 'configmap', 'c', '--from-literal=a=b']);
    expect(created).toEqual({ code: 0, out: 'configmap/c created\n', err: '' });
    expect((await run(['get', 'configmap', 'c', '-o', 'jsonpath={.data.a}'])).out).toBe('b');
    const patched = await run(['patch', 'configmap', 'c', '-p', '{"data":{"a":"c"}}']);
    expect(patched.out).toBe('configmap/c patched\n');
    expect((await run(['delete', 'configmap', 'c'])).out).toContain('configmap "c" deleted');
    const gone = await run(['get', 'configmap', 'c']);
    expect([gone.code, gone.err]).toEqual([1, 'Error from server (NotFound): configmaps "c" not found\n']);
  });

  it('applies, and is told of fields that nobody knows', async () => {
    const manifest = (data: string): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'd' }, [data]: { a: 'b' } });
    expect((await run(['apply', '-f', '-'], manifest('data'))).out).toBe('configmap/d created\n');
    expect((await run(['apply', '-f', '-'], manifest('data'))).out).toBe('configmap/d unchanged\n');
    expect((await run(['apply', '--server-side', '-f', '-'], manifest('data'))).out).toContain('configmap/d');
    const wrong = await run(['apply', '-f', '-'], manifest('dataa'));
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('unknown field "dataa"');
  });

  it('watches', async () => {
    const watch = start(path, served.kubeconfig, ['get', 'configmaps', '-w', '-o', 'name']);
    await until(() => watch.out().includes('configmap/kube-root-ca.crt'));
    await run(['create', 'configmap', 'seen']);
    await until(() => watch.out().includes('configmap/seen'));
    watch.process.kill('SIGINT');
    await watch.ended;
  });

  it('rolls out', async () => {
    await run(['create', 'deployment', 'app', '--image=nginx', '--replicas=2']);
    const status = await run(['rollout', 'status', 'deployment/app', '--timeout=60s']);
    expect(status.out).toContain('deployment "app" successfully rolled out');
    await run(['delete', 'deployment', 'app']);
  });

  it('follows logs', async () => {
    const logs = start(path, served.kubeconfig, ['logs', '-f', '--tail=1', 'box']);
    await until(() => logs.out().split('tick').length > 3);
    logs.process.kill('SIGINT');
    await logs.ended;
  });

  it('runs commands with their input, outputs and exit status', async () => {
    const script = 'cat; echo complaint >&2; exit 3';
    const ended = await run(['exec', '-i', 'box', '--', 'sh', '-c', script], 'some input\n');
    expect(ended.out).toBe('some input\n');
    expect(ended.err).toContain('complaint\n');
    expect(ended.err).toContain('command terminated with exit code 3');
    expect(ended.code).toBe(3);
  });

  it('attaches', async () => {
    const attached = start(path, served.kubeconfig, ['attach', 'box']);
    await until(() => attached.out().includes('tick'));
    attached.process.kill('SIGKILL');
    await attached.ended;
  });

  it('copies files to a pod and back', async () => {
    const there = join(served.folder, 'there');
    const back = join(served.folder, 'back');
    const text = 'line\n'.repeat(20_000);
    writeFileSync(there, text);
    expect((await run(['cp', there, 'box:/tmp/copied'])).code).toBe(0);
    expect((await run(['cp', 'box:/tmp/copied', back])).code).toBe(0);
    expect(readFileSync(back, 'utf8')).toBe(text);
  });

  it('forwards ports', async () => {
    const forward = start(path, served.kubeconfig, ['port-forward', 'pod/web', ':80']);
    await until(() => forward.out().includes('Forwarding from 127.0.0.1:'));
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(forward.out()) ?? [];
    for (let i = 0; i < 5; i++) {
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(await page.text()).toContain('nginx');
    }
    forward.process.kill('SIGINT');
    await forward.ended;
  });

  it('says what it is talking to', async () => {
    const { out } = await run(['version', '-o', 'json']);
    expect(out).toContain(`"gitVersion": "v${version}`);
    expect(out).toContain('"gitVersion": "v1.36.3"');
  });
});
