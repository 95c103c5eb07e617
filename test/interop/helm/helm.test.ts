// Helm against a served cluster: the one on the PATH or in K8S_LEARN_HELM, or one that is built from its Go module;
// skipped aloud where there is neither.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serveCluster } from '../serve.ts';

const MODULE = 'helm.sh/helm/v3/cmd/helm@v3.22.0';
const BUILD_MS = 15 * 60_000;
const CHART = join(import.meta.dirname, 'chart');

const present = process.env['K8S_LEARN_HELM'] ?? (spawnSync('helm', ['version']).status === 0 ? 'helm' : undefined);
const canBuild = spawnSync('go', ['version']).status === 0;
if (present === undefined && !canBuild) console.warn('SKIPPED: there is no Helm, and no Go to build it with');

describe.skipIf(present === undefined && !canBuild)('helm', () => {
  const home = mkdtempSync(join(tmpdir(), 'k8s-learn-helm-'));
  let served: Served;
  let helm = present ?? join(home, 'helm');

  beforeAll(async () => {
    if (present === undefined) {
      const built = spawnSync('go', ['install', MODULE], { env: { ...process.env, GOBIN: home }, encoding: 'utf8' });
      expect(built.stderr.split('\n').filter((line) => !line.startsWith('go: downloading'))).toEqual(['']);
      helm = join(home, 'helm');
    }
    served = await serveCluster();
  }, BUILD_MS);
  afterAll(async () => {
    await served?.close();
    rmSync(home, { recursive: true, force: true });
  });

  function run(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, KUBECONFIG: served.kubeconfig, HELM_CACHE_HOME: home, HELM_DATA_HOME: home };
    const child = spawn(helm, args, { env: { ...env, HELM_CONFIG_HOME: home } });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        text += part.toString();
      });
    return new Promise((resolve) => child.on('close', (code) => resolve(`${text}[${code}]`)));
  }

  it('installs, upgrades, rolls back, tests and uninstalls a chart', { timeout: 180_000 }, async () => {
    const installed = await run('install', 'shop', CHART, '--wait', '--timeout=60s');
    expect(installed).toContain('STATUS: deployed');
    const upgraded = await run('upgrade', 'shop', CHART, '--set', 'replicas=2', '--wait', '--timeout=60s');
    expect(upgraded).toContain('REVISION: 2');
    expect(await run('get', 'values', 'shop')).toContain('replicas: 2');
    expect(await run('rollback', 'shop', '1', '--wait', '--timeout=60s')).toContain('Rollback was a success');
    expect(await run('history', 'shop')).toContain('Rollback to 1');
    const tested = await run('test', 'shop', '--timeout=60s');
    expect(tested).toContain('Phase:          Succeeded');
    expect(await run('uninstall', 'shop', '--wait')).toContain('release "shop" uninstalled');
    expect(await run('list', '-q')).toBe('[0]');
  });
});
