// How a redis server was started: from a file, from its arguments, and what it says of that later.

import type { Blocking, Sys } from '../../sys.ts';
import { tryTextFile } from '../kit/input.ts';

export const VERSION = '7.0.15';

export interface Settings {
  readonly port: number;
  readonly password: string | undefined;
  readonly folder: string;
  readonly file: string;
  /** Writes to disk by itself when something has changed. */
  readonly saves: boolean;
  readonly appendOnly: boolean;
  readonly maxMemory: string;
  readonly policy: string;
}

/** `redis-server /etc/redis.conf --port 6380 --requirepass secret` */
export function* readSettings(sys: Sys): Blocking<Settings | undefined> {
  const options = new Map<string, string>();
  const args = sys.argv.slice(1);
  const [file] = args;
  if (file !== undefined && !file.startsWith('-')) {
    const text = yield* tryTextFile(sys, file);
    if (text === undefined) {
      yield* sys.write(2, `*** FATAL CONFIG FILE ERROR (Redis ${VERSION}) ***\nCan't open config file '${file}'\n`);
      return undefined;
    }
    for (const line of text.split('\n')) {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      if (name !== '' && !name.startsWith('#'))
        options.set(name.toLowerCase(), rest.join(' ').replace(/^"(.*)"$/, '$1'));
    }
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('--')) continue;
    const values: string[] = [];
    while (args[i + 1] !== undefined && !args[i + 1]?.startsWith('--')) values.push(args[++i] ?? '');
    options.set(arg.slice(2).toLowerCase(), values.join(' '));
  }
  const unknown = [...options.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) {
    yield* sys.write(
      2,
      `\n*** FATAL CONFIG FILE ERROR (Redis ${VERSION}) ***\nReading the configuration file, at line 2\n>>> '${unknown} "${options.get(unknown)}"'\nBad directive or wrong number of arguments\n`,
    );
    return undefined;
  }
  return {
    port: Number(options.get('port') ?? 6379),
    password: options.get('requirepass') || undefined,
    folder: options.get('dir') ?? sys.cwd(),
    file: options.get('dbfilename') ?? 'dump.rdb',
    saves: options.get('save') !== '',
    appendOnly: options.get('appendonly') === 'yes',
    maxMemory: bytesOf(options.get('maxmemory') ?? '0'),
    policy: options.get('maxmemory-policy') ?? 'noeviction',
  };
}

/** `100mb`, as a number of bytes. */
function bytesOf(text: string): string {
  const [, count = '0', unit = ''] = /^(\d+)([kmg]?)b?$/i.exec(text) ?? [];
  return String(Number(count) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase()));
}

const KNOWN = new Set(
  'port requirepass dir dbfilename save appendonly appendfsync bind protected-mode maxmemory maxmemory-policy loglevel logfile databases timeout tcp-keepalive daemonize masterauth replicaof tcp-backlog supervised stop-writes-on-bgsave-error rdbcompression rdbchecksum'.split(
    ' ',
  ),
);

/** Names and values in turn: of all settings, or of one. */
export function configOf(settings: Settings, pattern: string): string[] {
  const values: readonly (readonly [string, string])[] = [
    ['port', String(settings.port)],
    ['dir', settings.folder],
    ['dbfilename', settings.file],
    ['appendonly', settings.appendOnly ? 'yes' : 'no'],
    ['maxmemory', settings.maxMemory],
    ['maxmemory-policy', settings.policy],
    ['databases', '16'],
    ['requirepass', settings.password ?? ''],
  ];
  return values.filter(([name]) => pattern === '*' || pattern === name).flat();
}
