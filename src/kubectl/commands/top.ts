// kubectl top: what nodes and pods use of CPU and memory, as the metrics API tells.

import { formatDurationMs } from '../../../sandbox/kube/duration.ts';
import { compareText } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import { milliValue, parseQuantity, quantityValue } from '../../../sandbox/kube/quantity.ts';
import { parseFieldSelector } from '../../../sandbox/kube/selectors/fieldselectors.ts';
import { parseLabelSelector } from '../../../sandbox/kube/selectors/labelselectorparser.ts';
import { formatLabelSelector } from '../../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Nodes, Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Node } from '../../../sandbox/schema/generated/types.ts';
import { parseTime } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { type Command, command } from '../command.ts';
import { createLiveDiscovery } from '../discovery/live.ts';
import { usageError } from '../errors.ts';
import { metaText } from '../resource/info.ts';
import { itemsOf } from '../resource/sources.ts';
import { getTyped, listTyped } from '../resource/typed.ts';
import { ACCEPT_TYPED, PROTOBUF } from '../rest/client.ts';
import type { Query } from '../rest/url.ts';
import { createTabWriter, TABLE } from '../text/tabwriter.ts';

interface TopOptions {
  readonly namespace: string;
  readonly name: string;
}

/** Thousandths of cores, and bytes. */
interface Usage {
  readonly cpu: number;
  readonly memory: number;
}

const GROUP = 'metrics.k8s.io';
/** What the client for metrics takes when it is made for protobuf; they come in JSON all the same. */
const ACCEPT_METRICS = `${PROTOBUF}, */*`;
const NO_USAGE: Usage = { cpu: 0, memory: 0 };
const MEBI = 1024 * 1024;
const CREATION_DELAY_MS = 120_000;

function* complete(call: Call, usage: string, namespaced: boolean): Blocking<TopOptions> {
  const [name = '', ...more] = call.args;
  if (more.length > 0) throw usageError(`kubectl ${call.path}`, usage);
  const namespace = namespaced ? (yield* call.namespace()).namespace : '';
  yield* call.restConfig();
  return { name, namespace };
}

function confirm({ flags }: Call, { name }: TopOptions, what: string): void {
  const sortBy = flags.string('sort-by');
  if (!['', 'cpu', 'memory'].includes(sortBy)) throw new Error('--sort-by accepts only cpu or memory');
  const fields = flags.has('field-selector') && flags.string('field-selector') !== '';
  if (name !== '' && (flags.string('selector') !== '' || fields)) {
    throw new Error(`only one of NAME or ${what} can be provided`);
  }
}

/** The metrics of one object, or of all that selectors let through. */
function* metricsOf(call: Call, folder: string, name: string): Blocking<readonly JsonObject[]> {
  const { flags } = call;
  const labelSelector = formatLabelSelector(parseLabelSelector(flags.string('selector')));
  const fieldSelector = flags.has('field-selector') ? flags.string('field-selector') : '';
  if (fieldSelector !== '') parseFieldSelector(fieldSelector);
  const discovery = createLiveDiscovery(yield* call.client(), call.log, { timeout: 0, silent: true });
  const group = (yield* discovery.groups()).find((each) => each.name === GROUP);
  if (!group?.versions.some(({ version }) => version === 'v1beta1')) throw new Error('Metrics API not available');
  const client = yield* call.client();
  const path = `/apis/${GROUP}/v1beta1/${folder}`;
  const accept = call.flags.bool('use-protocol-buffers') ? ACCEPT_METRICS : ACCEPT_TYPED;
  if (name !== '') return [yield* client.object({ method: 'GET', path: `${path}/${name}`, accept })];
  const query: Query = [
    ...(fieldSelector === '' ? [] : [['fieldSelector', fieldSelector] as const]),
    ...(labelSelector === '' ? [] : [['labelSelector', labelSelector] as const]),
  ];
  return itemsOf(yield* client.object({ method: 'GET', path, query, accept }));
}

function usageOf(usage: JsonObject[string]): Usage {
  const amount = (name: string): string => (isObject(usage) ? String(own(usage, name) ?? '0') : '0');
  return { cpu: milliValue(parseQuantity(amount('cpu'))), memory: quantityValue(parseQuantity(amount('memory'))) };
}

function sum(usages: readonly Usage[]): Usage {
  return usages.reduce((a, b) => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory }), NO_USAGE);
}

/** Those that use most come first; otherwise by name. */
function inOrder<T extends { readonly name: string; readonly usage: Usage }>(
  items: readonly T[],
  sortBy: string,
  place: (item: T) => string = () => '',
): readonly T[] {
  const byName = (a: T, b: T): number => compareText(place(a), place(b)) || compareText(a.name, b.name);
  if (sortBy !== 'cpu' && sortBy !== 'memory') return [...items].sort(byName);
  return [...items].sort((a, b) => b.usage[sortBy] - a.usage[sortBy]);
}

function amounts({ cpu, memory }: Usage): readonly string[] {
  return [`${cpu}m`, `${Math.trunc(memory / MEBI)}Mi`];
}

/** Each cell ends a column, the last one too. */
function table(rows: readonly (readonly string[])[]): string {
  const writer = createTabWriter(TABLE);
  for (const row of rows) writer.write(`${row.map((cell) => `${cell}\t`).join('')}\n`);
  return writer.flush();
}

const topNode = command<TopOptions>({
  path: 'top node',
  long: 'Show what nodes use of CPU and memory.',
  examples: `
# All nodes
kubectl top node

# One node
kubectl top node worker-1`,
  complete: (call) => complete(call, 'node [NAME | -l label]', false),
  validate: (options, call) => confirm(call, options, '--selector'),
  *run({ name }, call) {
    const { flags } = call;
    const metrics = yield* metricsOf(call, 'nodes', name);
    if (metrics.length === 0) throw new Error('metrics not available yet');
    const client = yield* call.client();
    const labelSelector = formatLabelSelector(parseLabelSelector(flags.string('selector')));
    const nodes: readonly V1Node[] =
      name === '' ? yield* listTyped(client, Nodes, '', { labelSelector }) : [yield* getTyped(client, Nodes, '', name)];
    const swap = flags.bool('show-swap');
    const header = ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'];
    const titles = [...header, ...(swap ? ['SWAP(bytes)', 'SWAP(%)'] : [])];
    const known = metrics.map((each) => ({ name: metaText(each, 'name'), usage: usageOf(each['usage']) }));
    const rows = inOrder(known, flags.string('sort-by')).map((each) => {
      const node = nodes.find(({ metadata }) => metadata?.name === each.name);
      const cells = nodeCells(each.usage, node, flags.bool('show-capacity'));
      return [each.name, ...cells, ...(swap ? ['<unknown>', '<unknown>'] : [])];
    });
    const silent = nodes.filter(({ metadata }) => !known.some((each) => each.name === metadata?.name));
    const unknown = silent.map(({ metadata }) => [metadata?.name ?? '', ...titles.slice(1).map(() => '<unknown>')]);
    yield* call.out(table([...(flags.bool('no-headers') ? [] : [titles]), ...rows, ...unknown]));
  },
});

function nodeCells(usage: Usage, node: V1Node | undefined, capacity: boolean): readonly string[] {
  const available = capacity ? node?.status?.capacity : node?.status?.allocatable;
  const [cpu = '', memory = ''] = amounts(usage);
  if (available === undefined) return [cpu, memory];
  const all = usageOf(available);
  const percent = (used: number, total: number): string => `${total === 0 ? 0 : Math.trunc((used / total) * 100)}%`;
  return [cpu, percent(usage.cpu, all.cpu), memory, percent(usage.memory, all.memory)];
}

interface PodUsage {
  readonly namespace: string;
  readonly name: string;
  readonly usage: Usage;
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

const topPod = command<TopOptions>({
  path: 'top pod',
  long: 'Show what pods use of CPU and memory. It takes some minutes until there are figures of a new pod.',
  examples: `
# The pods of the namespace
kubectl top pod

# Of another namespace
kubectl top pod --namespace=team

# The containers of one pod
kubectl top pod web --containers

# Pods with a label
kubectl top pod -l app=web`,
  complete: (call) => complete(call, 'pod [NAME | -l label]', true),
  validate: (options, call) => confirm(call, options, 'selector'),
  *run(options, call) {
    const { flags } = call;
    const everywhere = flags.bool('all-namespaces');
    const folder = everywhere ? 'pods' : `namespaces/${options.namespace}/pods`;
    const metrics = yield* metricsOf(call, folder, options.name);
    if (metrics.length === 0) {
      yield* confirmNone(call, options);
      yield* call.err(everywhere ? 'No resources found\n' : `No resources found in ${options.namespace} namespace.\n`);
      return;
    }
    yield* call.out(table(podRows(call, metrics.map(podUsage))));
  },
});

function podUsage(metrics: JsonObject): PodUsage {
  const list = metrics['containers'];
  const containers = (isArray(list) ? list.filter(isObject) : []).map((each) => ({
    name: String(each['name'] ?? ''),
    usage: usageOf(each['usage']),
  }));
  const usage = sum(containers.map((container) => container.usage));
  return { namespace: metaText(metrics, 'namespace'), name: metaText(metrics, 'name'), usage, containers };
}

function podRows({ flags }: Call, pods: readonly PodUsage[]): readonly (readonly string[])[] {
  const [everywhere, apart, swap] = [flags.bool('all-namespaces'), flags.bool('containers'), flags.bool('show-swap')];
  const sortBy = flags.string('sort-by');
  const more = swap ? ['0Mi'] : [];
  const columns = ['NAME', 'CPU(cores)', 'MEMORY(bytes)', ...(swap ? ['SWAP(bytes)'] : [])];
  const titles = [...(everywhere ? ['NAMESPACE'] : []), ...(apart ? ['POD'] : []), ...columns];
  const sorted = inOrder(pods, sortBy, ({ namespace }) => (everywhere ? namespace : ''));
  const rows = sorted.flatMap((pod) => {
    const place = everywhere ? [pod.namespace] : [];
    if (!apart) return [[...place, pod.name, ...amounts(pod.usage), ...more]];
    return inOrder(pod.containers, sortBy).map(({ name, usage }) => [
      ...place,
      pod.name,
      name,
      ...amounts(usage),
      ...more,
    ]);
  });
  const width = flags.bool('no-headers') ? columns.length : titles.length;
  const blanks = (count: number): readonly string[] => Array.from({ length: Math.max(0, count) }, () => '');
  const total = flags.bool('sum')
    ? [
        [...blanks(width - 2), '________', '________'],
        [...blanks(width - 3), '', ...amounts(sum(pods.map(({ usage }) => usage))), ...more],
      ]
    : [];
  return [...(flags.bool('no-headers') ? [] : [titles]), ...rows, ...total];
}

/** Nothing is known: because there are no pods, because they are young, or because something is wrong. */
function* confirmNone(call: Call, { name, namespace }: TopOptions): Blocking<void> {
  const { flags, sys } = call;
  const client = yield* call.client();
  const labelSelector = formatLabelSelector(parseLabelSelector(flags.string('selector')));
  const selectors = { labelSelector, fieldSelector: flags.string('field-selector') };
  const pods =
    name === ''
      ? yield* listTyped(client, Pods, namespace, selectors)
      : [yield* getTyped(client, Pods, namespace, name)];
  if (pods.length === 0) return;
  for (const { metadata } of pods) {
    const age = sys.now() - (parseTime(metadata?.creationTimestamp ?? undefined) ?? sys.now());
    if (age <= CREATION_DELAY_MS) continue;
    const what = `pod ${metadata?.namespace}/${metadata?.name}, age: ${formatDurationMs(age)}`;
    throw new Error(`Metrics not available for ${what}`);
  }
  throw new Error('metrics not available yet');
}

export const topCommands: readonly Command[] = [topNode, topPod];
