// `k8s-learn serve` as a program: where it says it is, who may read its kubeconfig, and how it ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-serve-'));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Serving {
  readonly child: ChildProcess;
  /** What it has printed, once there are two lines of it, or once it has ended. */
  readonly said: Promise<{ readonly out: string; readonly err: string }>;
  readonly ended: Promise<number | null>;
}

function serve(...args: readonly string[]): Serving {
  const child = spawn(process.execPath, ['bin/k8s-learn.cjs', 'serve', '--data-dir', folder, ...args]);
  started.push(child);
  const texts = { out: '', err: '' };
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = new Promise<typeof texts>((resolve) => {
    child.stdout.on('data', (part: Buffer) => {
      texts.out += part.toString();
      if (texts.out.split('\n').length > 2) resolve(texts);
    });
    child.stderr.on('data', (part: Buffer) => {
      texts.err += part.toString();
    });
    child.on('close', () => resolve(texts));
  });
  return { child, said, ended };
}

function readNodes(kubeconfig: string): Promise<string> {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'));
  const data = (text: string): string => Buffer.from(text, 'base64').toString();
  const { server, ...cluster } = clusters[0].cluster;
  const { user } = users[0];
  const tls = {
    ca: data(cluster['certificate-authority-data']),
    cert: data(user['client-certificate-data']),
    key: data(user['client-key-data']),
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${server}/api/v1/nodes`, { ...tls, agent: false }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject);
    asked.end();
  });
}

it('prints where its private kubeconfig is, answers by it, and takes it away at its end', async () => {
  const { child, said, ended } = serve();
  const { out } = await said;
  const [file = '', hint = ''] = out.split('\n');
  expect(file).toMatch(/kubeconfig-\d+$/);
  expect(hint).toContain(`export KUBECONFIG=${file}`);
  if (process.platform !== 'win32') {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  }
  expect(JSON.parse(await readNodes(file)).items.length).toBeGreaterThan(0);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(file)).toBe(false);
});

it('ends with 130 when it is interrupted', async () => {
  const file = join(folder, 'mine');
  const { child, said, ended } = serve('--kubeconfig', file);
  expect((await said).out.startsWith(`${file}\n`)).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
});

it('says in three lines why it can not begin', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const taken = serve('--port', String(port));
  expect(await taken.ended).toBe(3);
  expect((await taken.said).err.trim().split('\n')).toHaveLength(3);
  other.close();
  const file = join(folder, 'theirs');
  writeFileSync(file, 'apiVersion: v1\nkind: Config\n');
  const refused = serve('--kubeconfig', file);
  expect(await refused.ended).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe('apiVersion: v1\nkind: Config\n');
  const wrong = serve('--port', 'x');
  expect(await wrong.ended).toBe(2);
  rmSync(folder, { recursive: true });
});
