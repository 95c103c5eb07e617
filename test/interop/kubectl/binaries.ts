// Every kubectl on the machine: on the PATH, in K8S_LEARN_KUBECTL (one or several), and beside those that are found (SDKs
// keep older versions next to the newest).

import { execFileSync } from 'node:child_process';
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface Kubectl {
  readonly path: string;
  /** `1.31` */
  readonly version: string;
}

/** One of each minor version, oldest first. */
export function findKubectls(): readonly Kubectl[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const named = (process.env['K8S_LEARN_KUBECTL'] ?? '').split(delimiter).filter((path) => path !== '');
  const first = [...named, ...folders.flatMap(kubectlsIn)];
  const beside = first.flatMap((path) => kubectlsIn(dirname(realOf(path))));
  const found = new Map<string, Kubectl>();
  for (const path of [...first, ...beside]) {
    const version = versionOf(path);
    if (version !== undefined && !found.has(version)) found.set(version, { path, version });
  }
  return [...found.values()].sort((a, b) => minorOf(a) - minorOf(b));
}

function minorOf({ version }: Kubectl): number {
  return Number(version.split('.')[1]);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function kubectlsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^kubectl(\.1\.\d+)?(\.exe)?$/.test(name))
      .map((name) => join(folder, name))
      .filter(isExecutable);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(path: string): string | undefined {
  try {
    const text = execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8', timeout: 20_000 });
    const [, version] = /"gitVersion":\s*"v(1\.\d+)/.exec(text) ?? [];
    return version;
  } catch {
    return undefined;
  }
}
