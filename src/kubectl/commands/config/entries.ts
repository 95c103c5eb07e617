// kubectl config: clusters and users, as the entries that contexts refer to.

import { encodeBase64 } from '../../../../sandbox/kube/go/base64.ts';
import { compareText, quote } from '../../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import type { Command } from '../../command.ts';
import { asError, usageError } from '../../errors.ts';
import { mustStat, readFile } from '../../files.ts';
import type { Cluster, ExecConfig, Kubeconfig, User } from '../../kubeconfig/model.ts';
import { settled } from '../../kubeconfig/write.ts';
import { resolvePath } from '../../text/path.ts';
import { type Pairs, parsePairs } from '../shared/pairs.ts';
import { configCommand, entryOf, fileOf, MisusedError, onlyArgument, save, startingConfig } from './shared.ts';

function* names(call: Call, list: 'clusters' | 'users'): Blocking<void> {
  const found = [...(yield* startingConfig(call))[list].keys()].sort(compareText);
  yield* call.out(['NAME', ...found].map((name) => `${name}\n`).join(''));
}

function* deleteEntry(call: Call, list: 'clusters' | 'users', what: string, problem: Error): Blocking<void> {
  const name = onlyArgument(call, problem);
  const config = yield* startingConfig(call);
  if (!config[list].has(name)) throw new Error(`cannot delete ${what} ${name}, not in ${fileOf(call)}`);
  const left = new Map<string, unknown>([...config[list]].filter(([each]) => each !== name));
  yield* save(call, config, { ...config, [list]: left } as Kubeconfig);
  yield* call.out(`deleted ${what} ${name} from ${fileOf(call)}\n`);
}

function* confirmFile(call: Call, flag: string): Blocking<void> {
  const path = call.flags.string(flag);
  try {
    mustStat(call.sys, path);
  } catch (error) {
    throw new Error(`could not stat ${flag} file ${path}: ${asError(error).message}`);
  }
}

function* fileData(call: Call, flag: string): Blocking<string> {
  return encodeBase64(yield* readFile(call.sys, call.flags.string(flag)));
}

function* setCluster(call: Call): Blocking<void> {
  const { flags } = call;
  const name = onlyArgument(call);
  const authority = flags.string('certificate-authority');
  if (name === '') throw new Error('you must specify a non-empty cluster name');
  if (flags.bool('insecure-skip-tls-verify') && authority !== '') {
    throw new Error('you cannot specify a certificate authority and insecure mode at the same time');
  }
  if (flags.bool('embed-certs')) {
    if (authority === '') throw new Error('you must specify a --certificate-authority to embed');
    yield* confirmFile(call, 'certificate-authority');
  }
  const config = yield* startingConfig(call);
  const known = config.clusters.get(name);
  const value = settled(yield* changedCluster(call, known?.value ?? {}));
  const clusters = new Map([...config.clusters, [name, { ...(known ?? entryOf({})), value }]]);
  yield* save(call, config, { ...config, clusters });
  yield* call.out(`Cluster ${quote(name)} set.\n`);
}

type Draft<T> = { -readonly [K in keyof T]: T[K] | undefined };

function* changedCluster({ flags, ...call }: Call, known: Cluster): Blocking<Cluster> {
  const cluster: Draft<Cluster> = { ...known };
  if (flags.changed('server')) {
    cluster.server = flags.string('server');
    cluster['tls-server-name'] = undefined;
  }
  if (flags.changed('tls-server-name')) cluster['tls-server-name'] = flags.string('tls-server-name');
  if (flags.changed('insecure-skip-tls-verify')) {
    cluster['insecure-skip-tls-verify'] = flags.bool('insecure-skip-tls-verify');
    if (cluster['insecure-skip-tls-verify']) {
      cluster['certificate-authority'] = undefined;
      cluster['certificate-authority-data'] = undefined;
    }
  }
  if (flags.changed('certificate-authority')) {
    const embedded = flags.bool('embed-certs');
    const path = resolvePath(call.sys.cwd(), flags.string('certificate-authority'));
    cluster['insecure-skip-tls-verify'] = undefined;
    cluster['certificate-authority'] = embedded ? undefined : path;
    cluster['certificate-authority-data'] = embedded
      ? yield* fileData({ flags, ...call }, 'certificate-authority')
      : undefined;
  }
  if (flags.changed('proxy-url')) cluster['proxy-url'] = flags.string('proxy-url');
  return settled(cluster) as Cluster;
}

const INTERACTIVE = ['IfAvailable', 'Always', 'Never'];

function* setCredentials(call: Call): Blocking<void> {
  const { args } = call;
  if (args.length !== 1) throw new MisusedError(`unexpected args: [${args.join(' ')}]`);
  const [name = ''] = args;
  yield* confirmCredentials(call, name);
  const config = yield* startingConfig(call);
  const known = config.users.get(name);
  const value = settled(yield* changedUser(call, known?.value ?? {}));
  const users = new Map([...config.users, [name, { ...(known ?? entryOf({})), value }]]);
  yield* save(call, config, { ...config, users });
  yield* call.out(`User ${quote(name)} set.\n`);
}

function* confirmCredentials(call: Call, name: string): Blocking<void> {
  const { flags } = call;
  if (name === '') throw new Error('you must specify a non-empty user name');
  const basic = flags.string('username') !== '' || flags.string('password') !== '';
  const methods = [...(flags.string('token') === '' ? [] : ['--token']), ...(basic ? ['--username/--password'] : [])];
  if (methods.length > 1) {
    throw new Error(`you cannot specify more than one authentication method at the same time: ${methods.join(', ')}`);
  }
  if (flags.bool('embed-certs')) {
    const given = ['client-certificate', 'client-key'].filter((flag) => flags.string(flag) !== '');
    if (given.length === 0) throw new Error('you must specify a --client-certificate or --client-key to embed');
    for (const flag of given) yield* confirmFile(call, flag);
  }
  const mode = flags.string('exec-interactive-mode');
  if (flags.changed('exec-interactive-mode') && !INTERACTIVE.includes(mode)) {
    throw new Error('invalid interactive mode type, can be only IfAvailable, Never, Always');
  }
}

function* changedUser(call: Call, known: User): Blocking<User> {
  const { flags } = call;
  const user: Draft<User> = { ...known };
  for (const flag of ['client-certificate', 'client-key'] as const) {
    if (!flags.changed(flag)) continue;
    const embedded = flags.bool('embed-certs');
    user[flag] = embedded ? undefined : resolvePath(call.sys.cwd(), flags.string(flag));
    user[`${flag}-data`] = embedded ? yield* fileData(call, flag) : undefined;
  }
  for (const flag of ['token', 'username', 'password'] as const) {
    if (flags.changed(flag)) user[flag] = flags.string(flag);
  }
  const provider = withProvider(call, user['auth-provider']);
  if (provider !== undefined) user['auth-provider'] = provider;
  const exec = withExec(call, user.exec);
  if (exec !== undefined) user.exec = exec;
  if (flags.string('token') !== '') {
    user.username = undefined;
    user.password = undefined;
  } else if (flags.string('username') !== '' || flags.string('password') !== '') user.token = undefined;
  return settled(user) as User;
}

function pairsOf(call: Call, flag: string): Pairs {
  const words = call.flags.strings(flag);
  return words.length === 0 ? { set: new Map(), remove: [] } : parsePairs(words, flag, true);
}

function withProvider(call: Call, known: User['auth-provider']): User['auth-provider'] | undefined {
  const name = call.flags.string('auth-provider');
  const provider = call.flags.changed('auth-provider') && known?.['name'] !== name ? { name } : known;
  if (provider === undefined) return undefined;
  const { set, remove } = pairsOf(call, 'auth-provider-arg');
  const before = Object.entries(provider['config'] ?? {}).filter(([key]) => !remove.includes(key));
  return { ...provider, config: Object.fromEntries([...before, ...set]) };
}

function withExec(call: Call, known: ExecConfig | undefined): ExecConfig | undefined {
  const { flags } = call;
  const command = flags.string('exec-command');
  const start = flags.changed('exec-command') ? { ...known, command, args: undefined } : known;
  if (start === undefined) return undefined;
  const exec: Draft<ExecConfig> = { ...start };
  if (flags.changed('exec-api-version')) exec.apiVersion = flags.string('exec-api-version');
  if (flags.strings('exec-arg').length > 0) exec.args = flags.strings('exec-arg');
  if (flags.changed('exec-interactive-mode')) exec.interactiveMode = flags.string('exec-interactive-mode');
  if (flags.changed('exec-provide-cluster-info')) exec.provideClusterInfo = flags.bool('exec-provide-cluster-info');
  const { set, remove } = pairsOf(call, 'exec-env');
  const kept = (exec.env ?? []).filter(({ name }) => !remove.includes(name) && !set.has(name));
  const env = [...kept, ...[...set].map(([name, value]) => ({ name, value }))];
  if (env.length > 0) exec.env = env;
  return settled(exec) as ExecConfig;
}

export const entryCommands: readonly Command[] = [
  configCommand(
    'get-clusters',
    'Show the clusters of the kubeconfig.',
    `
# All
kubectl config get-clusters`,
    (call) => names(call, 'clusters'),
  ),
  configCommand(
    'get-users',
    'Show the users of the kubeconfig.',
    `
# All
kubectl config get-users`,
    (call) => names(call, 'users'),
  ),
  configCommand(
    'delete-cluster',
    'Take a cluster out of the kubeconfig.',
    `
# One that is gone
kubectl config delete-cluster staging`,
    (call) => deleteEntry(call, 'clusters', 'cluster', new MisusedError('')),
  ),
  configCommand(
    'delete-user',
    'Take a user out of the kubeconfig.',
    `
# One that isn't needed any more
kubectl config delete-user ann`,
    (call) =>
      deleteEntry(call, 'users', 'user', usageError('kubectl config delete-user', 'user to delete is required')),
  ),
  configCommand(
    'set-cluster',
    'Set a cluster of the kubeconfig.\n\nWhat no flag names stays as it was.',
    `
# Only the server
kubectl config set-cluster staging --server=https://10.0.0.1

# The authority's certificate, as data
kubectl config set-cluster staging --embed-certs --certificate-authority=ca.crt

# No check of certificates
kubectl config set-cluster staging --insecure-skip-tls-verify=true`,
    setCluster,
  ),
  configCommand(
    'set-credentials',
    `
Set a user of the kubeconfig.

What no flag names stays as it was. A user has a certificate and key, a token or a name and password, or a program that gives credentials; token and name with password exclude each other.`,
    `
# A token
kubectl config set-credentials ann --token=abc123

# A certificate and its key, as data
kubectl config set-credentials ann --client-certificate=ann.crt --client-key=ann.key --embed-certs

# A program that gives credentials
kubectl config set-credentials ann --exec-command=login --exec-api-version=client.authentication.k8s.io/v1`,
    setCredentials,
  ),
];
