// The options that every command has, and how their defaults come about.

import { homedir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { EXIT, Failure, notBuilt } from './failure.ts';

export type Language = 'en' | 'ja';

export interface GlobalOptions {
  readonly backend: 'simulator' | 'kind' | 'kubeconfig';
  readonly context: string | undefined;
  readonly seed: number | undefined;
  readonly lang: Language;
  /** Where progress and sessions are kept. */
  readonly dataDir: string;
  readonly color: boolean;
  readonly debug: boolean;
  /** Whose shells are in the terminal pane. */
  readonly shell: 'workstation' | 'system';
}

/** Options as the command line gives them. */
export interface RawOptions {
  readonly backend?: string;
  readonly context?: string;
  readonly seed?: string;
  readonly lang?: string;
  readonly dataDir?: string;
  readonly color?: boolean;
  readonly debug?: boolean;
  readonly shell?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function globalOptions(raw: RawOptions, env: Environment): GlobalOptions {
  const backend = oneOf('--backend', raw.backend ?? 'simulator', ['simulator', 'kind', 'kubeconfig']);
  if (backend === 'kind') throw notBuilt('--backend kind');
  if (backend === 'kubeconfig' && raw.context === undefined)
    throw new Failure(
      EXIT.usage,
      'k8s-learn: --backend kubeconfig: which context?',
      'No context is used that was not named.',
      'Add --context NAME; `kubectl config get-contexts` lists them.',
    );
  return {
    backend,
    context: raw.context,
    seed: raw.seed === undefined ? undefined : seedOf(raw.seed),
    lang: raw.lang === undefined ? languageOf(env) : oneOf('--lang', raw.lang, ['en', 'ja']),
    dataDir: raw.dataDir ?? defaultDataDir(env),
    color: raw.color !== false && (env.NO_COLOR ?? '') === '',
    debug: raw.debug === true,
    shell: oneOf('--shell', raw.shell ?? 'workstation', ['workstation', 'system']),
  };
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new Failure(EXIT.usage, `k8s-learn: ${flag} ${value}: no such choice.`, `It can be ${allowed.join(', ')}.`, '');
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw new Failure(
    EXIT.usage,
    `k8s-learn: --seed ${text}: not a seed.`,
    'A seed is a whole number from 0 to 4294967295.',
    '',
  );
}

/** Japanese where the locale says so, English otherwise. */
function languageOf(env: Environment): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
  return /^ja([_.-]|$)/i.test(locale) ? 'ja' : 'en';
}

function defaultDataDir(env: Environment): string {
  if (process.platform === 'linux') return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'k8s-learn');
  return envPaths('k8s-learn', { suffix: '' }).data;
}
