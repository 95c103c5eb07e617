// What flags say instead of the kubeconfig, and the cluster, user and context that come out of both.

import type { Sys } from '../../../sandbox/machine/sys.ts';
import type { Flags } from '../cli/flags.ts';
import type { Cluster, Context, Kubeconfig, User } from './model.ts';

export interface Overrides {
  /** Of --context; empty without. */
  readonly contextName: string;
  readonly cluster: Cluster;
  readonly user: User;
  readonly context: Context;
  /** Where requests go when nobody says. */
  readonly defaultServer: string;
  /** Of --request-timeout, not parsed. */
  readonly timeout: string;
}

export function overridesOf(sys: Sys, flags: Flags): Overrides {
  const is = (flag: string): boolean => !flags.hidesGlobal(flag) && flags.bool(flag);
  const given = (key: string, flag: string): Record<string, string> =>
    flags.hidesGlobal(flag) || flags.string(flag) === '' ? {} : { [key]: flags.string(flag) };
  return {
    contextName: flags.string('context'),
    cluster: {
      ...given('server', 'server'),
      ...given('tls-server-name', 'tls-server-name'),
      ...given('certificate-authority', 'certificate-authority'),
      ...(is('insecure-skip-tls-verify') ? { 'insecure-skip-tls-verify': true } : {}),
      ...(is('disable-compression') ? { 'disable-compression': true } : {}),
    },
    user: {
      ...given('client-certificate', 'client-certificate'),
      ...given('client-key', 'client-key'),
      ...given('token', 'token'),
      ...given('as', 'as'),
      ...given('as-uid', 'as-uid'),
      ...given('username', 'username'),
      ...given('password', 'password'),
      ...(flags.strings('as-group').length === 0 ? {} : { 'as-groups': flags.strings('as-group') }),
      ...userExtra(flags.strings('as-user-extra')),
    },
    context: { ...given('cluster', 'cluster'), ...given('user', 'user'), ...given('namespace', 'namespace') },
    defaultServer: sys.env.get('KUBERNETES_MASTER') || 'http://localhost:8080',
    timeout: flags.string('request-timeout'),
  };
}

function userExtra(pairs: readonly string[]): Pick<User, 'as-user-extra'> {
  const extra = new Map<string, string[]>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const key = pair.slice(0, equals);
    extra.set(key, [...(extra.get(key) ?? []), pair.slice(equals + 1)]);
  }
  return extra.size === 0 ? {} : { 'as-user-extra': Object.fromEntries(extra) };
}

/** What a command works with. A `missing` name was asked for by a flag and isn't in the kubeconfig. */
export interface Chosen {
  readonly contextName: string;
  readonly context: Context;
  readonly contextMissing: boolean;
  readonly clusterName: string;
  readonly cluster: Cluster;
  readonly clusterMissing: boolean;
  readonly userName: string;
  readonly user: User;
  readonly userMissing: boolean;
}

export function choose(config: Kubeconfig, overrides: Overrides): Chosen {
  const contextName = overrides.contextName || config.currentContext;
  const inConfig = config.contexts.get(contextName)?.value;
  const contextMissing = inConfig === undefined && overrides.contextName !== '';
  const context = contextMissing ? {} : { ...inConfig, ...overrides.context };
  const clusterName = overrides.context.cluster ?? context.cluster ?? '';
  const userName = overrides.context.user ?? context.user ?? '';
  const cluster = config.clusters.get(clusterName)?.value;
  const user = config.users.get(userName)?.value;
  const clusterMissing = cluster === undefined && overrides.context.cluster !== undefined;
  const userMissing = user === undefined && overrides.context.user !== undefined;
  return {
    contextName,
    context,
    contextMissing,
    clusterName,
    cluster: clusterMissing ? {} : chosenCluster(cluster ?? {}, overrides),
    clusterMissing,
    userName,
    user: userMissing ? {} : chosenUser(user ?? {}, overrides.user),
    userMissing,
  };
}

/** Flags about trust replace all that the kubeconfig says of it; so does another server for the name to check. */
function chosenCluster(cluster: Cluster, { cluster: flags, defaultServer }: Overrides): Cluster {
  const {
    'certificate-authority': _file,
    'certificate-authority-data': _data,
    'insecure-skip-tls-verify': _insecure,
    ...withoutTrust
  } = cluster;
  const trust = flags['insecure-skip-tls-verify'] || flags['certificate-authority'];
  const { 'tls-server-name': _name, ...withoutName } = trust ? withoutTrust : cluster;
  const base = flags.server || flags['tls-server-name'] ? withoutName : trust ? withoutTrust : cluster;
  return { server: defaultServer, ...base, ...flags };
}

function chosenUser(user: User, flags: User): User {
  const { 'client-certificate-data': certData, 'client-key-data': keyData, ...rest } = user;
  return {
    ...rest,
    ...(certData === undefined || flags['client-certificate'] ? {} : { 'client-certificate-data': certData }),
    ...(keyData === undefined || flags['client-key'] ? {} : { 'client-key-data': keyData }),
    ...flags,
  };
}
