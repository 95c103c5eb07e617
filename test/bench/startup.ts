// From the start of the process to something usable, against the start of Node itself in the same run.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPty } from '../../src/host/shells/pty.ts';
import { type BenchEntry, type Figure, median, timed } from './entry.ts';

const ROUNDS = 7;

export const startup: readonly BenchEntry[] = [{ name: 'startup', run }];

async function run(): Promise<Figure[]> {
  const node: number[] = [];
  const version: number[] = [];
  const script: number[] = [];
  const prompt: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    node.push(spawned(['-e', '0'], ''));
    version.push(spawned(['bin/k8s-learn.cjs', '--version'], ''));
    script.push(spawned(['bin/k8s-learn.cjs', 'exec'], 'kubectl get nodes\n'));
    prompt.push(await untilPrompt());
  }
  const base = median(node);
  return [
    { name: 'startup node -e 0', value: base, unit: 'ms' },
    { name: 'startup --version', value: median(version) / base, unit: 'x node', limit: 6 },
    {
      name: 'startup cluster and one command',
      value: median(script) / base,
      unit: 'x node',
      limit: 6,
      note: `${median(script).toFixed(0)} ms`,
    },
    {
      name: 'startup prompt on the screen',
      value: median(prompt) / base,
      unit: 'x node',
      limit: 6,
      note: `${median(prompt).toFixed(0)} ms`,
    },
  ];
}

const PROMPT = '~ $';
/** What the program asks a terminal for, and what one answers: where the cursor is. */
const ASKED = '\x1b[6n';
const ANSWER = '\x1b[1;6R';

/** From the start of the process until its prompt stands on a terminal, in milliseconds. */
function untilPrompt(): Promise<number> {
  const pty = loadPty();
  if (pty === undefined) throw new Error('no pseudo-terminal fits this machine');
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-bench-'));
  const began = performance.now();
  const child = pty.spawn(process.execPath, ['bin/k8s-learn.cjs', 'play', '--data-dir', folder], {
    cols: 80,
    rows: 24,
  });
  let seen = '';
  let ms = Number.NaN;
  child.onData((data) => {
    seen += data;
    if (data.includes(ASKED)) child.write(ANSWER);
    if (!Number.isNaN(ms) || !seen.includes(PROMPT)) return;
    ms = performance.now() - began;
    child.kill('SIGTERM');
  });
  return new Promise((resolve) => {
    child.onExit(() => {
      rmSync(folder, { recursive: true, force: true });
      resolve(ms);
    });
  });
}

function spawned(args: readonly string[], input: string): number {
  return timed(() => spawnSync(process.execPath, [...args], { input, stdio: ['pipe', 'ignore', 'inherit'] })).ms;
}
