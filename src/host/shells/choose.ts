// Which shell of the learner's own system is opened: the usual one where we know how it starts, else the first that is there.

import { basename, join } from 'node:path';

export type ShellKind = 'bash' | 'zsh' | 'powershell';

export interface ChosenShell {
  readonly kind: ShellKind;
  /** Its program, as a path. */
  readonly file: string;
}

export interface ShellSearch {
  readonly windows: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (file: string) => boolean;
}

/** By the names of their programs; in the order in which they are looked for. */
const UNIX: ReadonlyMap<string, ShellKind> = new Map([
  ['bash', 'bash'],
  ['zsh', 'zsh'],
  ['pwsh', 'powershell'],
]);
const WINDOWS: ReadonlyMap<string, ShellKind> = new Map([
  ['pwsh.exe', 'powershell'],
  ['powershell.exe', 'powershell'],
]);

/** Undefined where there is none that we can start. */
export function chooseShell({ windows, env, exists }: ShellSearch): ChosenShell | undefined {
  const known = windows ? WINDOWS : UNIX;
  const usual = env['SHELL'] ?? '';
  const kind = known.get(basename(usual));
  if (kind !== undefined && exists(usual)) return { kind, file: usual };
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':').filter((folder) => folder !== '');
  for (const [name, of] of known) {
    const file = folders.map((folder) => join(folder, name)).find(exists);
    if (file !== undefined) return { kind: of, file };
  }
  return undefined;
}
