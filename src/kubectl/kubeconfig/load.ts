// Which kubeconfig files count, and what they say together.

import type { Blocking, Bytes, Sys } from '../../../sandbox/machine/sys.ts';
import { asError, SeveralErrors } from '../errors.ts';
import { FileError, mustStat, readFile, statOf } from '../files.ts';
import type { Log } from '../log.ts';
import { directoryOf, joinPath, resolvePath } from '../text/path.ts';
import { parseYaml } from '../text/yaml.ts';
import { type Cluster, decodeKubeconfig, type Entry, emptyKubeconfig, type Kubeconfig, type User } from './model.ts';

export interface KubeconfigFiles {
  /** In order of precedence. */
  readonly paths: readonly string[];
  /** Named by --kubeconfig: it has to be there. */
  readonly explicit: boolean;
}

/** The files that `--kubeconfig`, KUBECONFIG or the home folder name. */
export function kubeconfigFiles(sys: Sys, flag: string): KubeconfigFiles {
  if (flag !== '') return { paths: [flag], explicit: true };
  const list = sys.env.get('KUBECONFIG');
  if (list) return { paths: [...new Set(list.split(':').filter((path) => path !== ''))], explicit: false };
  return { paths: [joinPath(homeOf(sys), '.kube/config')], explicit: false };
}

export function homeOf(sys: Sys): string {
  return sys.env.get('HOME') ?? '';
}

/** All files as one. Of two entries with one name the first counts; files that aren't there don't matter. */
export function* loadKubeconfig(sys: Sys, files: KubeconfigFiles, log: Log): Blocking<Kubeconfig> {
  if (files.explicit) for (const path of files.paths) mustStat(sys, path);
  const loaded: Kubeconfig[] = [];
  const errors: Error[] = [];
  for (const path of files.paths) {
    try {
      const config = yield* loadFile(sys, path, log);
      if (config !== undefined) loaded.push(config);
    } catch (thrown) {
      errors.push(new Error(`error loading config file "${path}": ${asError(thrown).message}`));
    }
  }
  if (errors.length > 0) throw new SeveralErrors(errors);
  return resolved(sys, merged(loaded));
}

/** One file; undefined when it isn't there. */
export function* loadFile(sys: Sys, path: string, log: Log): Blocking<Kubeconfig | undefined> {
  let bytes: Bytes;
  try {
    bytes = yield* readFile(sys, path);
  } catch (error) {
    if (error instanceof FileError && error.missing) return undefined;
    throw error;
  }
  const config = decodeKubeconfig(parseYaml(bytes), path);
  yield* log.info(6, 'loader.go:407', `Config loaded from file:  ${path}`);
  return config;
}

function merged(configs: readonly Kubeconfig[]): Kubeconfig {
  return configs.reduceRight(
    (below, above) => ({
      clusters: new Map([...below.clusters, ...above.clusters]),
      contexts: new Map([...below.contexts, ...above.contexts]),
      users: new Map([...below.users, ...above.users]),
      currentContext: above.currentContext || below.currentContext,
      colors: above.colors || below.colors,
      extensions: above.extensions.length > 0 ? above.extensions : below.extensions,
    }),
    emptyKubeconfig,
  );
}

/** Paths in a file count from that file's folder. */
function resolved(sys: Sys, config: Kubeconfig): Kubeconfig {
  const base = (origin: string): string => directoryOf(resolvePath(sys.cwd(), origin));
  return {
    ...config,
    clusters: mapEntries(config.clusters, (cluster, origin) => clusterPaths(cluster, base(origin))),
    users: mapEntries(config.users, (user, origin) => userPaths(user, base(origin))),
  };
}

function clusterPaths(cluster: Cluster, folder: string): Cluster {
  const file = cluster['certificate-authority'];
  return file ? { ...cluster, 'certificate-authority': resolvePath(folder, file) } : cluster;
}

function userPaths(user: User, folder: string): User {
  const { 'client-certificate': cert, 'client-key': key, tokenFile, exec } = user;
  const command = exec?.command;
  return {
    ...user,
    ...(cert ? { 'client-certificate': resolvePath(folder, cert) } : {}),
    ...(key ? { 'client-key': resolvePath(folder, key) } : {}),
    ...(tokenFile ? { tokenFile: resolvePath(folder, tokenFile) } : {}),
    ...(exec && command?.includes('/') ? { exec: { ...exec, command: resolvePath(folder, command) } } : {}),
  };
}

function mapEntries<T>(
  entries: ReadonlyMap<string, Entry<T>>,
  change: (value: T, origin: string) => T,
): ReadonlyMap<string, Entry<T>> {
  return new Map(
    [...entries].map(([name, { value, origin }]) => [name, { value: change(value, origin), origin }] as const),
  );
}

/** The file that new entries go into: the one named, or the first there is, or the last that could be. */
export function defaultFile(sys: Sys, files: KubeconfigFiles): string {
  if (files.explicit) return files.paths[0] ?? '';
  return files.paths.find((path) => statOf(sys, path) !== undefined) ?? files.paths[files.paths.length - 1] ?? '';
}
