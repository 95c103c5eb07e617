// Changing kubeconfig files: each entry goes back into the file that it came from, new ones into the first of them.

import { type JsonObject, sameJson } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { makeFolders, statOf, writeFile } from '../files.ts';
import type { Log } from '../log.ts';
import { directoryOf, resolvePath } from '../text/path.ts';
import { writeYaml } from '../text/yaml.ts';
import { defaultFile, type KubeconfigFiles, loadFile } from './load.ts';
import { type Entry, emptyKubeconfig, encodeKubeconfig, type Kubeconfig } from './model.ts';

export interface Writer {
  readonly sys: Sys;
  readonly log: Log;
  readonly files: KubeconfigFiles;
}

type List = 'clusters' | 'contexts' | 'users';

/** Writes down what differs between the files as they are and as they shall be. */
export function* modifyKubeconfig(writer: Writer, before: Kubeconfig, after: Kubeconfig): Blocking<void> {
  if (before.currentContext !== after.currentContext) yield* writeCurrentContext(writer, after.currentContext);
  for (const list of ['clusters', 'users', 'contexts'] as const) {
    for (const [name, entry] of after[list]) {
      const known = before[list].get(name);
      if (known !== undefined && sameJson(known.value as JsonObject, entry.value as JsonObject)) continue;
      const path = known?.origin || defaultFile(writer.sys, writer.files);
      yield* changeFile(writer, path, (config) => withEntry(config, list, name, relative(entry, path, writer.sys)));
    }
    for (const [name, { origin }] of before[list]) {
      if (after[list].has(name)) continue;
      const path = origin || defaultFile(writer.sys, writer.files);
      yield* changeFile(writer, path, (config) => withEntry(config, list, name, undefined));
    }
  }
}

function withEntry(config: Kubeconfig, list: List, name: string, entry: Entry<object> | undefined): Kubeconfig {
  const entries = new Map<string, Entry<object>>(config[list]);
  if (entry === undefined) entries.delete(name);
  else entries.set(name, entry);
  return { ...config, [list]: entries };
}

function* changeFile({ sys, log }: Writer, path: string, change: (config: Kubeconfig) => Kubeconfig): Blocking<void> {
  const config = (yield* loadFile(sys, path, log)) ?? emptyKubeconfig;
  const folder = directoryOf(path);
  if (!isFolder(sys, folder)) makeFolders(sys, folder, 0o755);
  yield* writeFile(sys, path, writeYaml(encodeKubeconfig(change(config))), 0o600);
}

/** Where it is to be none, it is taken out of the first file that has one. */
function* writeCurrentContext(writer: Writer, currentContext: string): Blocking<void> {
  const { sys, log, files } = writer;
  const change = (config: Kubeconfig): Kubeconfig => ({ ...config, currentContext });
  if (files.explicit || currentContext !== '') {
    yield* changeFile(writer, defaultFile(sys, files), change);
    return;
  }
  for (const path of files.paths) {
    const config = yield* loadFile(sys, path, log);
    if (config === undefined || config.currentContext === '') continue;
    yield* changeFile(writer, path, change);
    return;
  }
  throw new Error('no config found to write context');
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Paths below the file's own folder are written without it. */
function relative(entry: Entry<object>, path: string, sys: Sys): Entry<object> {
  const folder = `${directoryOf(resolvePath(sys.cwd(), path))}/`;
  const fields = Object.entries(entry.value).map(([name, value]) =>
    PATHS.includes(name) && typeof value === 'string' && value.startsWith(folder)
      ? [name, value.slice(folder.length)]
      : [name, value],
  );
  return { ...entry, value: Object.fromEntries(fields) };
}

/** An entry as it was, without fields whose value is undefined. */
export function settled<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

function isFolder(sys: Sys, path: string): boolean {
  return path === '' || statOf(sys, path)?.type === 'directory';
}
