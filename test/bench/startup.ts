// From the start of the process to something usable, against the start of Node itself in the same run.

import { spawnSync } from 'node:child_process';
import { type BenchEntry, type Figure, median, timed } from './entry.ts';

const ROUNDS = 7;

export const startup: readonly BenchEntry[] = [{ name: 'startup', run }];

function run(): Figure[] {
  const node: number[] = [];
  const version: number[] = [];
  const script: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    node.push(spawned(['-e', '0'], ''));
    version.push(spawned(['bin/k8s-learn.cjs', '--version'], ''));
    script.push(spawned(['bin/k8s-learn.cjs', 'exec'], 'kubectl get nodes\n'));
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
  ];
}

function spawned(args: readonly string[], input: string): number {
  return timed(() => spawnSync(process.execPath, [...args], { input, stdio: ['pipe', 'ignore', 'inherit'] })).ms;
}
