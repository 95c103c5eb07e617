// The package as users get it: packed, then run by npx without a network from an empty folder, on every Node that is here.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodesHere } from './nodes.ts';

const MB = 1024 * 1024;
/** What the documentation promises to run on, and the last that is turned away. */
const WANTED = [18, 20, 22, 24];

const nodes = nodesHere();
for (const major of WANTED)
  if (!nodes.some((node) => node.major === major)) console.warn(`skipped: Node ${major} is not on this machine`);

let folder = '';
let archive = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-learn-package-'));
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], { encoding: 'utf8' });
  expect(packed.status, packed.stderr).toBe(0);
  archive = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the packed program by npx in an empty folder, with nothing of this user's npm, and without a network. */
function npx(executable: string, args: readonly string[], input = '') {
  const home = mkdtempSync(join(folder, 'home-'));
  const work = join(home, 'work');
  mkdirSync(work);
  writeFileSync(join(home, '.npmrc'), '');
  const env = {
    PATH: [dirname(executable), process.env.PATH].join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    npm_config_cache: join(home, 'cache'),
    npm_config_update_notifier: 'false',
  };
  const all = ['--offline', '--yes', `--package=${archive}`, '--', 'k8s-learn', ...args];
  const { stdout, stderr, status } = spawnSync('npx', all, { cwd: work, env, input, encoding: 'utf8' });
  return { stdout, stderr, status, home, work };
}

describe('the package', () => {
  it('is small', () => {
    expect(statSync(archive).size).toBeLessThan(5 * MB);
  });

  describe.each(nodes.filter(({ major }) => major >= 20))('on Node $major', ({ executable }) => {
    it('runs a script on a fresh cluster', () => {
      const script = 'kubectl wait --for=condition=Ready nodes --all >/dev/null && kubectl get nodes -o name';
      const { stdout, stderr, status, work } = npx(executable, ['exec'], script);
      expect(stderr).toBe('');
      expect(stdout).toBe('node/control-plane\nnode/worker-1\nnode/worker-2\n');
      expect(status).toBe(0);
      expect(readdirSync(work)).toEqual([]);
    });

    it('has its lessons with it, and plays them', () => {
      const lines = 'kubectl run hello --image=learn/hello:1.0\nskip 20s\ngoals\n';
      const { stdout, stderr, status } = npx(executable, ['learn', '1.1', '--plain', '--lang', 'en'], lines);
      expect(stdout, stderr).toContain('done: a Pod named hello is Ready');
      expect(status).toBe(1);
    });

    it('is small where it is installed', () => {
      const { home } = npx(executable, ['--version']);
      expect(sizeOf(join(home, 'cache', '_npx'))).toBeLessThan(25 * MB);
    });
  });

  it.each(nodes.filter(({ major }) => major < 20))(
    'says in one line what to install on Node $major',
    ({ executable }) => {
      const { stdout, stderr, status } = npx(executable, ['exec'], 'kubectl get nodes');
      expect(stdout).toBe('');
      const own = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm '));
      expect(own).toEqual([expect.stringMatching(/^k8s-learn needs Node\.js 20\.19 or newer, and this is v1\d\./)]);
      expect(status).toBe(3);
    },
  );
});

function sizeOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
