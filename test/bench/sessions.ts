// A learner's session: replaying half an hour of it, and what it needs of memory.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EPOCH, minutes, seconds } from '../../sandbox/time/units.ts';
import { createSession, type Entry, replay } from '../../src/session/session.ts';
import { type BenchEntry, type Figure, timed } from './entry.ts';

export const sessions: readonly BenchEntry[] = [
  { name: 'replay', run: replayed },
  { name: 'memory', run: memory },
];

const BEGINNING = { version: '0', seed: 1, startTime: EPOCH };
const LINES = [
  'kubectl run hello --image=learn/hello:1.0',
  'kubectl get pods',
  'kubectl get pods -o wide',
  'kubectl describe pod hello',
  'kubectl run web --image=learn/hello:9.9',
  'kubectl get pods',
  'kubectl describe pod web',
  'kubectl delete pod web --now',
  'kubectl create deployment shop --image=nginx --replicas=3',
  'kubectl get all',
  'kubectl expose deployment shop --port=80',
  'kubectl get endpointslices',
];

function replayed(): Figure[] {
  const entries: Entry[] = [];
  const session = createSession(BEGINNING, (entry) => entries.push(entry));
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  const pause = minutes(30) / (LINES.length * 3);
  for (let round = 0; round < 3; round++) {
    for (const line of LINES) {
      session.enter({ kind: 'line', shell: 1, line });
      session.advance(seconds(pause / 1000));
    }
  }
  session.enter({ kind: 'end' });
  const { ms } = timed(() => replay(BEGINNING, entries));
  return [
    { name: 'replay of a 30-minute session', value: ms, unit: 'ms', limit: 1000, note: `${entries.length} inputs` },
  ];
}

/** What the bundled program has in memory in the middle of a lesson, where the system tells. */
async function memory(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
  const args = ['bin/k8s-learn.cjs', 'learn', '01-first-steps/01-first-pod', '--plain', '--data-dir', folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const prompted = new Promise<void>((resolve) => {
    let told = '';
    child.stdout.on('data', (part) => {
      told += part;
      if (told.includes('RESTARTS')) resolve();
    });
  });
  child.stdin.write('kubectl run hello --image=learn/hello:1.0\nkubectl get pods\n');
  await prompted;
  const status = existsSync('/proc') ? readFileSync(`/proc/${child.pid}/status`, 'utf8') : '';
  child.stdin.end();
  await new Promise((resolve) => child.on('close', resolve));
  rmSync(folder, { recursive: true });
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
  return kib === undefined ? [] : [{ name: 'memory of a lesson', value: Number(kib) / 1024, unit: 'MiB', limit: 150 }];
}
