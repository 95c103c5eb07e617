// A shell script on the real machine, with programs of ours under names of their own.

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface HostScript {
  /** Real milliseconds after which it is killed. */
  readonly timeoutMs: number;
  /** Command lines by the names that the script calls them. */
  readonly programs: ReadonlyMap<string, readonly string[]>;
  readonly env: Readonly<Record<string, string>>;
}

/** Both streams as one; no status when it was killed. */
export function runHostScript(
  script: string,
  { timeoutMs, programs, env }: HostScript,
): Promise<{ readonly status: number | undefined; readonly output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
  for (const [name, command] of programs) writeProgram(join(folder, name), command);
  const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it leaves in the background ends with it.
    const options = { env: { ...process.env, ...env, PATH: path }, detached: true };
    const child = spawn('sh', ['-c', script], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => killGroup(child.pid), timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('exit', () => killGroup(child.pid));
    child.on('close', (status) => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
      resolve({ status: status ?? undefined, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

function writeProgram(file: string, command: readonly string[]): void {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  writeFileSync(file, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`);
  chmodSync(file, 0o700);
}
