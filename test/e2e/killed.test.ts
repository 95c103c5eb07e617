// The program is killed at any instant, again and again: what was seen to be done is there afterwards, and nothing is damaged.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { draws } from '../../sandbox/time/chance.ts';

const SEED = 7;
const ROUNDS = 6;
/** Commands of a round: more than any is let do. */
const LINES = 40;

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly signal: NodeJS.Signals | null;
}

/** Plain lines in, until they end or `watch` kills it. */
function play(
  folder: string,
  lines: readonly string[],
  watch: (child: ChildProcess, out: string) => void,
): Promise<Ran> {
  const args = [
    'bin/k8s-learn.cjs',
    'learn',
    '01-first-steps/01-first-pod',
    '--plain',
    '--lang',
    'en',
    '--data-dir',
    folder,
  ];
  const child = spawn(process.execPath, args, { stdio: 'pipe' });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
    watch(child, out);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  // Who is killed doesn't read to the end.
  child.stdin.on('error', () => {});
  child.stdin.end(`${lines.join('\n')}\n`);
  watch(child, out);
  return new Promise((resolve) => child.on('close', (_, signal) => resolve({ out, err, signal })));
}

function created(out: string): readonly string[] {
  return [...out.matchAll(/^configmap\/(\S+) created$/gm)].map(([, name]) => name ?? '');
}

it(`keeps what was seen through ${ROUNDS} kills (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-killed-'));
  const chance = draws(SEED, 'kills');
  const seen: string[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const lines = Array.from({ length: LINES }, (_, i) => `kubectl create configmap r${round}-${i + 1}`);
      // By turns: at any moment of the start, and right behind any of the commands.
      const [after, wait] = [chance.below(round, 12), chance.below(100 + round, 800)];
      let planned = false;
      const ran = await play(folder, lines, (child, out) => {
        if (planned || (round % 2 === 0 && created(out).length < after)) return;
        planned = true;
        setTimeout(() => child.kill('SIGKILL'), round % 2 === 0 ? wait / 100 : wait);
      });
      expect(ran.signal).toBe('SIGKILL');
      expect(ran.err).not.toMatch(/damaged|Error/);
      seen.push(...created(ran.out));
    }
    const last = await play(folder, ['kubectl get configmaps -o name'], () => {});
    expect(last.err).not.toMatch(/damaged|Error|Another/);
    const there = new Set([...last.out.matchAll(/^configmap\/(r\S+)$/gm)].map(([, name]) => name ?? ''));
    expect(seen.filter((name) => !there.has(name))).toEqual([]);
    // Of each round the first ones, without a gap.
    for (const name of there) {
      const [round, n] = name.slice(1).split('-').map(Number);
      if (n !== undefined && n > 1) expect(there).toContain(`r${round}-${n - 1}`);
    }
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(join(folder, 'progress.json'), 'utf8')).version).toBeDefined();
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
