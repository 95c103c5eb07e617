// kubectl cluster-info: where the control plane and the cluster's own services are; `dump` writes down all that matters.

import { isArray, isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import {
  CoreEvents,
  DaemonSets,
  Deployments,
  Namespaces,
  Nodes,
  Pods,
  ReplicaSets,
  ReplicationControllers,
  Services,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V1Pod, V1Service } from '../../../sandbox/schema/generated/types.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError } from '../errors.ts';
import { makeFolders, writeFile } from '../files.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import type { ObjectPrinter } from '../printers/printer.ts';
import { objectOf } from '../resource/info.ts';
import { ACCEPT_SCHEME } from '../resource/requests.ts';
import { itemsOf } from '../resource/sources.ts';
import { listTyped, typedList } from '../resource/typed.ts';
import { directoryOf, joinPath } from '../text/path.ts';

export const clusterInfo = command<null>({
  path: 'cluster-info',
  long: 'Show the addresses of the control plane and of services with the label kubernetes.io/cluster-service=true.\nTo look further, use "kubectl cluster-info dump".',
  examples: `
# Where things are
kubectl cluster-info`,
  *complete(call) {
    yield* call.restConfig();
    return null;
  },
  *run(_, call) {
    const { host } = yield* call.restConfig();
    const namespace = call.flags.string('namespace') || 'kube-system';
    const labelSelector = 'kubernetes.io/cluster-service=true';
    let failure: Error | undefined;
    try {
      const selected = yield* call.select({ namespace, args: ['services'], labelSelector, typed: true, latest: true });
      yield* selected.visit(function* (info) {
        yield* call.out(`Kubernetes control plane is running at ${host}\n`);
        // Decoded: the server answers a list of services.
        for (const service of itemsOf(objectOf(info)) as readonly V1Service[]) {
          yield* call.out(`${nameOf(service)} is running at ${addressOf(host, service)}\n`);
        }
      });
    } catch (error) {
      failure = asError(error);
    }
    yield* call.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    if (failure !== undefined) throw failure;
  },
});

function nameOf({ metadata }: V1Service): string {
  return metadata?.labels?.['kubernetes.io/name'] || (metadata?.name ?? '');
}

/** Through its load balancer, or else through the API server. */
function addressOf(host: string, { metadata, spec, status }: V1Service): string {
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  const ports = spec?.ports ?? [];
  if (ingress !== undefined) {
    return ports.map(({ port }) => `http://${ingress.ip || ingress.hostname}:${port} `).join('');
  }
  const { name = '', namespace = '' } = metadata ?? {};
  const [first] = ports;
  const isSecure = first?.name === 'https' || first?.port === 443;
  const named = isSecure ? `https:${name}:${first?.name ?? ''}` : first?.name ? `${name}:${first.name}` : name;
  return `${host}/api/v1/namespaces/${namespace}/services/${named}/proxy`;
}

interface DumpOptions {
  readonly printer: ObjectPrinter;
  readonly extension: string;
  readonly namespace: string;
}

const KINDS: readonly (readonly [ResourceType, string])[] = [
  [CoreEvents, 'events'],
  [ReplicationControllers, 'replication-controllers'],
  [Services, 'services'],
  [DaemonSets, 'daemonsets'],
  [Deployments, 'deployments'],
  [ReplicaSets, 'replicasets'],
  [Pods, 'pods'],
];

export const clusterInfoDump = command<DumpOptions>({
  path: 'cluster-info dump',
  long: `
Write down what is needed to find out what is wrong with a cluster: to standard output, or into the files of --output-directory.

That is the nodes, and of kube-system and the current namespace (or those of --namespaces, or all with --all-namespaces) the events, controllers, services, pods and their logs.`,
  examples: `
# Into a folder
kubectl cluster-info dump --output-directory=/tmp/state

# Of all namespaces, to standard output
kubectl cluster-info dump --all-namespaces`,
  *complete(call) {
    const output = call.flags.string('output') || 'json';
    const printer = yield* objectPrinter(call, printerOptions(call, { output, typed: true }));
    yield* call.restConfig();
    const { namespace } = yield* call.namespace();
    const extension = output === 'json' || output === 'yaml' ? `.${output}` : '.txt';
    return { printer: output === 'name' ? NO_NAMES : printer, extension, namespace };
  },
  *run(options, call) {
    const { flags } = call;
    yield* dumpList(call, options, Nodes, '', 'nodes');
    const given = flags.strings('namespaces');
    const namespaces = flags.bool('all-namespaces')
      ? (yield* listTyped(yield* call.client(), Namespaces, '')).map(({ metadata }) => metadata?.name ?? '')
      : given.length > 0
        ? given
        : ['kube-system', options.namespace];
    for (const namespace of namespaces) yield* dumpNamespace(call, options, namespace);
    const folder = flags.string('output-directory');
    if (folder !== '' && folder !== '-') yield* call.out(`Cluster info dumped to ${folder}\n`);
  },
});

/** Lists have no names. */
const NO_NAMES: ObjectPrinter = {
  print({ kind }) {
    throw new Error(`list types are not supported by name printing: *v1.${String(kind)}`);
  },
};

function* dumpNamespace(call: Call, options: DumpOptions, namespace: string): Blocking<void> {
  let pods: readonly JsonObject[] = [];
  for (const [type, file] of KINDS) pods = yield* dumpList(call, options, type, namespace, `${namespace}/${file}`);
  // The last of the kinds is pods.
  for (const pod of pods as readonly V1Pod[]) yield* dumpLogs(call, namespace, pod);
}

function* dumpList(
  call: Call,
  { printer, extension }: DumpOptions,
  type: ResourceType,
  namespace: string,
  file: string,
): Blocking<readonly JsonObject[]> {
  const list = yield* typedList(yield* call.client(), type, namespace);
  yield* put(call, `${file}${extension}`, printer.print(list));
  return isArray(list['items']) ? list['items'].filter(isObject) : [];
}

function* dumpLogs(call: Call, namespace: string, { metadata, spec }: V1Pod): Blocking<void> {
  const name = metadata?.name ?? '';
  let text = '';
  for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    const what = `logs for container ${container.name} of pod ${namespace}/${name}`;
    text += `==== START ${what} ====\n${yield* logOf(call, namespace, name, container.name)}==== END ${what} ====\n`;
  }
  yield* put(call, `${namespace}/${name}/logs.txt`, text);
}

function* logOf(call: Call, namespace: string, name: string, container: string): Blocking<string> {
  const client = yield* call.client();
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
  const subject = { group: '', resource: 'pods', name };
  const request = { method: 'GET', path, query: [['container', container]], accept: ACCEPT_SCHEME, subject } as const;
  try {
    return (yield* client.sendRaw(request)).body;
  } catch (error) {
    return `Request log error: ${asError(error).message}\n`;
  }
}

function* put(call: Call, file: string, text: string): Blocking<void> {
  const folder = call.flags.string('output-directory');
  if (folder === '' || folder === '-') {
    yield* call.out(text);
    return;
  }
  const path = joinPath(folder, file);
  makeFolders(call.sys, directoryOf(path), 0o755);
  yield* writeFile(call.sys, path, text);
}
