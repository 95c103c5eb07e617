// A shell of the learner's own system at a pseudo-terminal. The package is optional: without it everything else works.

import { createRequire } from 'node:module';
import { basename } from 'node:path';

type Pty = typeof import('@lydell/node-pty');

/** Undefined where no prebuilt pseudo-terminal fits this machine. */
export function loadPty(): Pty | undefined {
  try {
    return createRequire(import.meta.url)('@lydell/node-pty') as Pty;
  } catch {
    return undefined;
  }
}

export interface HostShellOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly onEnd: () => void;
}

export interface HostShell {
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** It draws its prompt again, if it waits there. */
  redraw(): void;
  /** It waits at its prompt, as far as one can see from outside. */
  rests(): boolean;
  hangUp(): void;
}

export function startHostShell(pty: Pty, options: HostShellOptions): HostShell {
  const { file, args, env, cwd, columns, rows, onOutput, onEnd } = options;
  const windows = process.platform === 'win32';
  let ended = false;
  const child = pty.spawn(file, [...args], { cols: columns, rows, cwd, env: { ...env }, encoding: null });
  child.onData((data: string | Uint8Array) => onOutput(typeof data === 'string' ? Buffer.from(data) : data));
  child.onExit(() => {
    ended = true;
    onEnd();
  });
  return {
    write(bytes) {
      if (!ended) child.write(Buffer.from(bytes).toString('utf8'));
    },
    resize(wide, high) {
      if (!ended) child.resize(wide, high);
    },
    redraw() {
      if (!ended && !windows) child.kill('SIGWINCH');
    },
    rests: () => !ended && !windows && basename(child.process) === basename(file),
    hangUp() {
      if (!ended) child.kill();
    },
  };
}
