// NodeMetrics and PodMetrics: what nodes and running pods use. They are made of what was measured, and not stored.

import { formatDurationMs } from '../../kube/duration.ts';
import { compareText } from '../../kube/go/text.ts';
import { isArray, isObject, own } from '../../kube/json.ts';
import type { KubeObject, V1ObjectMeta } from '../../kube/meta.ts';
import { addQuantities, formatQuantity, parseQuantity, quantity, ZERO } from '../../kube/quantity.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { notFound } from '../../kube/status.ts';
import type { Usage, UsageSource } from '../../kube/usage.ts';
import { Nodes, Pods } from '../../schema/generated/resources.ts';
import type { V1beta1NodeMetrics, V1beta1PodMetrics, V1Node, V1Pod } from '../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import { type Column, defineKind, type Kind, type KindContext } from '../kind.ts';

const GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';
const API_VERSION = `${GROUP}/${VERSION}`;

const NodeMetrics: ResourceType<V1beta1NodeMetrics> = {
  group: GROUP,
  version: VERSION,
  resource: 'nodes',
  kind: 'NodeMetrics',
  namespaced: false,
};
const PodMetrics: ResourceType<V1beta1PodMetrics> = {
  group: GROUP,
  version: VERSION,
  resource: 'pods',
  kind: 'PodMetrics',
  namespaced: true,
};

/** The kinds of the metrics API, with the figures of a source. */
export function metricsKinds(source: UsageSource): readonly Kind[] {
  return [nodeMetrics(source), podMetrics(source)];
}

function nodeMetrics(source: UsageSource): Kind {
  const made = (node: V1Node, now: TimeMs): V1beta1NodeMetrics | undefined => {
    const measured = source.node(node.metadata?.name ?? '');
    if (measured === undefined) return undefined;
    const { at, window, usage } = measured;
    return {
      kind: NodeMetrics.kind,
      apiVersion: API_VERSION,
      metadata: metadataOf(node, now),
      timestamp: rfc3339(at),
      window: formatDurationMs(window),
      usage: amountsOf(usage),
    };
  };
  return defineKind<V1beta1NodeMetrics>({
    type: NodeMetrics,
    strategy: {},
    columns: columnsOf(({ usage }) => [usage]),
    computed: {
      list: (_, context) => byName(context.list(Nodes, undefined)).flatMap((node) => made(node, context.now()) ?? []),
      get(_, name, context) {
        const node = context.get(Nodes, undefined, name);
        if (node === undefined) throw notFound({ group: '', kind: 'node', name });
        const found = made(node, context.now());
        if (found === undefined) throw notFound({ group: GROUP, kind: 'nodemetrics', name });
        return found;
      },
    },
  });
}

function podMetrics(source: UsageSource): Kind {
  const made = (pod: V1Pod, now: TimeMs): V1beta1PodMetrics | undefined => {
    const { namespace = '', name = '' } = pod.metadata ?? {};
    const measured = source.pod(namespace, name);
    if (measured === undefined) return undefined;
    const { at, window, containers } = measured;
    return {
      kind: PodMetrics.kind,
      apiVersion: API_VERSION,
      metadata: { ...metadataOf(pod, now), namespace },
      timestamp: rfc3339(at),
      window: formatDurationMs(window),
      containers: containers.map((container) => ({ name: container.name, usage: amountsOf(container.usage) })),
    };
  };
  return defineKind<V1beta1PodMetrics>({
    type: PodMetrics,
    strategy: {},
    columns: columnsOf(({ containers }) => (isArray(containers) ? containers : []).map(({ usage }) => usage)),
    computed: {
      list: (namespace, context) =>
        byName(context.list(Pods, namespace).filter(isRunning)).flatMap((pod) => made(pod, context.now()) ?? []),
      get(namespace = '', name, context) {
        const pod = runningPod(context, namespace, name);
        const found = made(pod, context.now());
        if (found === undefined) throw notFound({ group: GROUP, kind: 'podmetrics', name: `${namespace}/${name}` });
        return found;
      },
    },
  });
}

function runningPod(context: KindContext, namespace: string, name: string): V1Pod {
  const pod = context.get(Pods, namespace, name);
  if (pod === undefined || !isRunning(pod)) throw notFound({ group: '', kind: 'pods', name });
  return pod;
}

function isRunning({ status }: V1Pod): boolean {
  return status?.phase === 'Running';
}

/** They are made now, and have the labels of what they are about. */
function metadataOf({ metadata }: KubeObject, now: TimeMs): V1ObjectMeta {
  const { name = '', labels } = metadata ?? {};
  return { name, creationTimestamp: rfc3339(now), ...(labels === undefined ? {} : { labels }) };
}

function byName<T extends KubeObject>(objects: readonly T[]): readonly T[] {
  const place = ({ metadata }: T): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  return [...objects].sort((a, b) => compareText(place(a), place(b)));
}

function amountsOf({ cpu, memory }: Usage): { readonly cpu: string; readonly memory: string } {
  return {
    cpu: formatQuantity(quantity(cpu, 'DecimalSI', -9)),
    memory: formatQuantity(quantity(memory, 'BinarySI')),
  };
}

type Amounts = Readonly<Record<string, string>> | null | undefined;

/** Sums over all that is measured apart. */
function columnsOf<T extends KubeObject>(amounts: (object: T) => readonly Amounts[]): readonly Column<T>[] {
  const sum = (name: string) => (object: T) => {
    const texts = amounts(object).map((each) => (isObject(each) ? String(own(each, name) ?? '0') : '0'));
    return formatQuantity(texts.map(parseQuantity).reduce(addQuantities, ZERO));
  };
  const plain = { type: 'string', description: '' } as const;
  return [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      description: 'Name of the resource',
      cell: ({ metadata }) => metadata?.name ?? '',
    },
    { ...plain, name: 'cpu', format: 'quantity', cell: sum('cpu') },
    { ...plain, name: 'memory', format: 'quantity', cell: sum('memory') },
    { ...plain, name: 'Window', format: 'duration', cell: ({ window }) => String(window ?? '') },
  ];
}
