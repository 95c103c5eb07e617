// One run of a command: its arguments and flags, its streams, and the cluster, which is only looked at when asked for.

import { quote } from '../../sandbox/kube/go/text.ts';
import type { Blocking, Sys } from '../../sandbox/machine/sys.ts';
import type { ParsedLine } from './cli/parse.ts';
import { fullPath } from './data/catalog.ts';
import { createDiscovery, type Discovery, discoveryFolder } from './discovery/cache.ts';
import { createLiveDiscovery } from './discovery/live.ts';
import { createMapper, type Mapper } from './discovery/mapper.ts';
import { homeOf, type KubeconfigFiles, kubeconfigFiles, loadKubeconfig } from './kubeconfig/load.ts';
import type { Kubeconfig } from './kubeconfig/model.ts';
import { type Chosen, choose, type Overrides, overridesOf } from './kubeconfig/overrides.ts';
import { promptForCredentials } from './kubeconfig/prompt.ts';
import { confirmUsable } from './kubeconfig/validate.ts';
import { buildKustomization } from './kustomize/build.ts';
import { type Log, logFeatureGates } from './log.ts';
import { createOpenApi, type OpenApi } from './openapi/documents.ts';
import { confirmSameVersion } from './release.ts';
import { type Selected, type Selection, select } from './resource/selection.ts';
import { createClient, type RestClient } from './rest/client.ts';
import { inClusterConfig, inClusterNamespace, type RestConfig, restConfig } from './rest/config.ts';
import { createHttpCache } from './rest/httpcache.ts';
import { createTransport, type Headers } from './rest/transport.ts';
import type { Warnings } from './rest/warnings.ts';
import { joinPath } from './text/path.ts';

export interface Call extends ParsedLine {
  readonly sys: Sys;
  /** `create configmap`. */
  readonly path: string;
  readonly log: Log;
  readonly warnings: Warnings;
  out(text: string): Blocking<void>;
  err(text: string): Blocking<void>;
  /** The files that kubeconfig lies in. */
  readonly configFiles: KubeconfigFiles;
  kubeconfig(): Blocking<Kubeconfig>;
  /** Where commands work, and whether a flag said so. */
  namespace(): Blocking<{ readonly namespace: string; readonly explicit: boolean }>;
  restConfig(): Blocking<RestConfig>;
  client(): Blocking<RestClient>;
  /** For requests about what is served, whose answers are kept in files. */
  discoveryClient(): Blocking<RestClient>;
  discovery(): Blocking<Discovery>;
  mapper(): Blocking<Mapper>;
  readonly openApi: OpenApi;
  select(selection: Selection): Blocking<Selected>;
}

interface CommandName {
  readonly path: string;
  /** The path, or the alias that stands for it. */
  readonly called: string;
}

export function createCall(
  sys: Sys,
  { path, called }: CommandName,
  line: ParsedLine,
  log: Log,
  warnings: Warnings,
): Call {
  const { flags } = line;
  const configFiles = kubeconfigFiles(sys, flags.string('kubeconfig'));
  const overrides = overridesOf(sys, flags);
  const command = commandHeaders(sys, called);
  const wished = flags.changed('cache-dir') ? '' : sys.env.get('KUBECACHEDIR');
  const cacheFolder = wished || flags.string('cache-dir') || joinPath(homeOf(sys), '.kube/cache');

  const kubeconfig = once(() => loadKubeconfig(sys, configFiles, log));
  const config = once(function* () {
    return yield* clusterConfig(sys, yield* kubeconfig(), overrides);
  });
  const gates = once(() => logFeatureGates(log));
  const matched = once(function* () {
    if (flags.bool('match-server-version')) yield* confirmSameVersion(yield* discoveryClient());
  });
  const client = once(function* () {
    yield* matched();
    const rest = yield* config();
    yield* gates();
    return createClient(sys, log, warnings, rest, createTransport(sys, log, rest, command));
  });
  const discoveryClient = once(function* () {
    const rest = yield* config();
    yield* gates();
    const cache = createHttpCache(sys, joinPath(cacheFolder, 'http'));
    return createClient(sys, log, warnings, rest, createTransport(sys, log, rest, command, cache));
  });
  const discovery = once(function* () {
    yield* matched();
    const live = createLiveDiscovery(yield* discoveryClient(), log);
    return createDiscovery(sys, live, discoveryFolder(cacheFolder, (yield* config()).host));
  });
  const mapper = once(function* () {
    return createMapper(yield* discovery(), log, warnings.show);
  });
  const deps = { sys, mapper, client, kustomize: (folder: string) => buildKustomization(sys, folder, log) };
  return {
    ...line,
    sys,
    path,
    log,
    warnings,
    out: (text) => sys.write(1, text),
    err: (text) => sys.write(2, text),
    configFiles,
    kubeconfig,
    *namespace() {
      return yield* namespaceOf(sys, yield* kubeconfig(), overrides);
    },
    restConfig: config,
    client,
    discoveryClient,
    discovery,
    mapper,
    openApi: createOpenApi(discoveryClient),
    select: (selection) => select(deps, selection),
  };
}

/** Runs the first time; what comes out is kept. What fails is tried again. */
function once<T>(make: () => Blocking<T>): () => Blocking<T> {
  let made: { readonly value: T } | undefined;
  return function* () {
    made ??= { value: yield* make() };
    return made.value;
  };
}

function commandHeaders(sys: Sys, path: string): Headers {
  const hex = Array.from({ length: 32 }, (_, i) => (i === 12 ? '4' : sys.random(16).toString(16))).join('');
  const session = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return [
    ['Kubectl-Command', fullPath(path)],
    ['Kubectl-Session', session],
  ];
}

function* clusterConfig(sys: Sys, kubeconfig: Kubeconfig, overrides: Overrides): Blocking<RestConfig> {
  const chosen = choose(kubeconfig, overrides);
  confirmNames(chosen, overrides);
  confirmUsable(sys, kubeconfig, chosen);
  const prompt = (): ReturnType<typeof promptForCredentials> => promptForCredentials(sys);
  const config = yield* restConfig(sys, chosen.cluster, chosen.user, overrides.timeout, prompt);
  const isDefault = config.host === overrides.defaultServer && config.headers.length === 0;
  return (isDefault ? yield* inClusterConfig(sys) : undefined) ?? config;
}

function confirmNames(chosen: Chosen, overrides: Overrides): void {
  if (chosen.userMissing) throw new Error(`auth info ${quote(chosen.userName)} does not exist`);
  if (chosen.contextMissing) throw new Error(`context ${quote(overrides.contextName)} does not exist`);
  if (chosen.clusterMissing) throw new Error(`cluster ${quote(chosen.clusterName)} does not exist`);
}

function* namespaceOf(
  sys: Sys,
  kubeconfig: Kubeconfig,
  overrides: Overrides,
): Blocking<{ readonly namespace: string; readonly explicit: boolean }> {
  const flag = overrides.context.namespace;
  if (flag !== undefined) return { namespace: flag, explicit: true };
  const chosen = choose(kubeconfig, overrides);
  confirmUsable(sys, kubeconfig, chosen);
  const namespace = chosen.context.namespace;
  if (namespace) return { namespace, explicit: false };
  const inCluster = yield* inClusterConfig(sys);
  return { namespace: inCluster === undefined ? 'default' : yield* inClusterNamespace(sys), explicit: false };
}
