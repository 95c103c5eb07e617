// Programs in Go against a served cluster, built with the Go that is on the machine; skipped aloud where there is none.

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('client-go: informers, typed and dynamic clients, server-side apply, leader election', {
    timeout: BUILD_MS,
  }, async () => {
    const program = join(served.folder, 'clientgo');
    const built = spawnSync('go', ['build', '-o', program, '.'], {
      cwd: join(import.meta.dirname, 'clientgo'),
      encoding: 'utf8',
    });
    expect(built.stderr).toBe('');
    const ended = await run(program, [], served.kubeconfig);
    expect(ended).toEqual({ code: 0, out: 'informer\ntyped\napply\ndynamic\nleader\n' });
  });
});
