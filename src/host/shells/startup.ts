// How a shell of the learner's own system is started: as always, with the learner's own settings, and after them with a KUBECONFIG
// that leads to the simulated cluster alone, and with words for the teacher. Pure: what is to be written where, and what is to be run.

import { join } from 'node:path';
import type { ShellKind } from './choose.ts';

export interface StartupOptions {
  /** A private folder for what is made here. */
  readonly folder: string;
  readonly kubeconfig: string;
  /** Words that the teacher understands. */
  readonly words: readonly string[];
  /** Known to nobody else: tells a word that was typed from a text that was printed. */
  readonly nonce: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Startup {
  /** Files by their paths; those below `bin` are programs. */
  readonly files: ReadonlyMap<string, string>;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The escape sequence by which a word gets to the teacher (OSC, a number that no terminal uses, nonce, words). */
export const WORD_CODE = 7770;

/** Settings that lead clients to another cluster, or are about another terminal. */
const LEFT_OUT = /^(?:KUBECONFIG|KUBERNETES_SERVICE_.*|HELM_KUBE.*|COLUMNS|LINES|ZDOTDIR)$/;

const STARTUPS: Readonly<Record<ShellKind, (options: StartupOptions) => Omit<Startup, 'env'> & Partial<Startup>>> = {
  bash(options) {
    const rc = join(options.folder, 'bashrc');
    const text = `[ -f ~/.bashrc ] && . ~/.bashrc\n${ours(options)}`;
    return { files: new Map([[rc, text], ...programs(options)]), args: ['--rcfile', rc, '-i'] };
  },
  zsh(options) {
    const { folder, env } = options;
    const theirs = `ZDOTDIR=${env['ZDOTDIR'] === undefined ? '$HOME' : quoted(env['ZDOTDIR'])}\n`;
    const read = (name: string): string => `[ -f "$ZDOTDIR/${name}" ] && . "$ZDOTDIR/${name}"\n`;
    const files = new Map([
      [join(folder, '.zshenv'), `${theirs}${read('.zshenv')}ZDOTDIR=${quoted(folder)}\n`],
      [join(folder, '.zshrc'), `${theirs}${read('.zshrc')}${ours(options)}`],
      ...programs(options),
    ]);
    return { files, args: ['-i'], env: { ZDOTDIR: folder } };
  },
  powershell({ kubeconfig, words, nonce }) {
    const functions = words.map(
      (word) =>
        `function global:${word} { [Console]::Write("$([char]27)]${WORD_CODE};${nonce};${word} $args$([char]7)") }`,
    );
    const settings = `$env:KUBECONFIG = '${kubeconfig.replaceAll("'", "''")}'`;
    return { files: new Map(), args: ['-NoLogo', '-NoExit', '-Command', [settings, ...functions].join('; ')] };
  },
};

export function startupOf(kind: ShellKind, options: StartupOptions): Startup {
  const { files, args, env } = STARTUPS[kind](options);
  const kept = Object.entries(options.env).flatMap(([name, value]) =>
    value === undefined || LEFT_OUT.test(name) ? [] : [[name, value] as const],
  );
  return {
    files,
    args,
    env: { ...Object.fromEntries(kept), TERM: 'xterm-256color', KUBECONFIG: options.kubeconfig, ...env },
  };
}

/** What is so whatever the learner's own settings say; their own programs come before our words. */
function ours({ folder, kubeconfig }: StartupOptions): string {
  return `export KUBECONFIG=${quoted(kubeconfig)}\nexport PATH="$PATH":${quoted(join(folder, 'bin'))}\n`;
}

function programs({ folder, words, nonce }: StartupOptions): [string, string][] {
  return words.map((word) => [
    join(folder, 'bin', word),
    `#!/bin/sh\nprintf '\\033]${WORD_CODE};%s;%s\\007' ${nonce} "${word} $*" > /dev/tty\n`,
  ]);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
