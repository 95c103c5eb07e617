// `k8s-learn doctor`: what is there, what works, and what to do about the rest.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { readSettings, settingsFile } from './settings.ts';
import { VERSION } from './version.ts';

interface Finding {
  readonly ok: boolean;
  readonly what: string;
  /** What to do, where something is amiss. */
  readonly next?: string;
  /** The program works without it. */
  readonly optional?: boolean;
}

export async function doctor(
  _args: readonly string[],
  _own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const findings = [node(), terminal(), dataFolder(options.dataDir), settings(options.dataDir), pty(), kubectl()];
  console.log(`k8s-learn ${VERSION}, Kubernetes 1.36 inside`);
  for (const { ok, what, next, optional } of findings) {
    console.log(`${ok ? 'ok      ' : optional === true ? 'without ' : 'AMISS   '} ${what}`);
    if (!ok && next !== undefined) console.log(`         ${next}`);
  }
  return findings.every(({ ok, optional }) => ok || optional === true) ? EXIT.done : EXIT.environment;
}

function node(): Finding {
  return { ok: true, what: `Node ${process.versions.node} on ${process.platform}` };
}

function terminal(): Finding {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    return {
      ok: false,
      optional: true,
      what: 'no terminal here',
      next: 'The screen needs one; `learn --plain` and `exec` do not.',
    };
  }
  const { columns, rows } = stdout;
  const ok = columns >= 60 && rows >= 16;
  return {
    ok,
    optional: true,
    what: `a terminal of ${columns}x${rows}`,
    next: 'Under 60x16 lessons run in plain lines.',
  };
}

/** The nearest folder that is there must be ours to write into. */
function dataFolder(dataDir: string): Finding {
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return { ok: true, what: `progress and sessions go to ${dataDir}` };
  } catch {
    return { ok: false, what: `${dataDir} can't be written`, next: 'Give another folder: --data-dir DIR' };
  }
}

function settings(dataDir: string): Finding {
  const file = settingsFile(dataDir);
  if (!existsSync(file)) return { ok: true, what: `no settings of yours (${file})` };
  try {
    readSettings(dataDir);
    return { ok: true, what: `settings of yours in ${file}` };
  } catch (error) {
    return { ok: false, what: `${file} can't be used`, next: error instanceof Failure ? error.why : String(error) };
  }
}

function pty(): Finding {
  try {
    createRequire(import.meta.url).resolve('@lydell/node-pty');
    return { ok: true, what: 'terminals of your own system (node-pty)' };
  } catch {
    return { ok: false, optional: true, what: 'no node-pty', next: 'Everything but `--shell system` works.' };
  }
}

function kubectl(): Finding {
  const { status, stdout } = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8', timeout: 5000 });
  if (status === 0) return { ok: true, what: `kubectl of your own: ${stdout.split('\n')[0] ?? ''}` };
  return {
    ok: false,
    optional: true,
    what: 'no kubectl of your own',
    next: 'Lessons bring theirs; `serve` is for yours.',
  };
}
