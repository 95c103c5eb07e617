// The kubelet's metrics as pages of text: `/metrics/resource`, which metrics servers read, `/metrics/cadvisor`,
// `/metrics/probes`, and what the kubelet tells of itself. A family is a row of a table.

import type { Stats } from '../../machine/runtime/stats.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import { type Durations, PROBE_BUCKETS_S } from './durations.ts';

type Labels = Readonly<Record<string, string>>;

/** One thing that is measured: the node, a pod or a container. */
interface Measured extends Stats {
  readonly labels: Labels;
  readonly cadvisor: Labels;
  /** Milliseconds since 1970. */
  readonly startedAt: number | undefined;
  /** Millicores. */
  readonly cpuLimit: number | undefined;
  readonly diskBytes: number | undefined;
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly more?: Labels;
  /** Undefined where it isn't measured. */
  readonly value: (of: Measured) => number | undefined;
}

const NANOS_PER_SECOND = 1e9;
const PERIOD_MICROS = 100_000;

const CPU = ({ cpu }: Measured): number => cpu.usageNanos / NANOS_PER_SECOND;
const MEMORY = ({ memory }: Measured): number => memory.workingSet;
const STARTED = ({ startedAt }: Measured): number | undefined => startedAt && startedAt / 1000;

const limited = (of: Measured, value: number): number | undefined => (of.cpuLimit === undefined ? undefined : value);

const CADVISOR: readonly Family[] = [
  family('container_cpu_cfs_periods_total', 'counter', 'Number of elapsed enforcement period intervals.', (of) =>
    limited(of, of.cpu.periods),
  ),
  family('container_cpu_cfs_throttled_periods_total', 'counter', 'Number of throttled period intervals.', (of) =>
    limited(of, of.cpu.throttledPeriods),
  ),
  family(
    'container_cpu_cfs_throttled_seconds_total',
    'counter',
    'Total time duration the container has been throttled.',
    (of) => limited(of, of.cpu.throttledNanos / NANOS_PER_SECOND),
  ),
  {
    name: 'container_cpu_usage_seconds_total',
    type: 'counter',
    help: 'Cumulative cpu time consumed in seconds.',
    more: { cpu: 'total' },
    value: CPU,
  },
  family(
    'container_fs_usage_bytes',
    'gauge',
    'Number of bytes that are consumed by the container.',
    (of) => of.diskBytes,
  ),
  family('container_memory_max_usage_bytes', 'gauge', 'Maximum memory usage recorded in bytes', (of) => of.memory.peak),
  family('container_memory_usage_bytes', 'gauge', 'Current memory usage in bytes.', MEMORY),
  family('container_memory_working_set_bytes', 'gauge', 'Current working set in bytes.', MEMORY),
  family('container_oom_events_total', 'counter', 'Count of out of memory events.', (of) => of.memory.oomKills),
  family('container_processes', 'gauge', 'Number of processes running inside the container.', (of) => of.processes),
  family('container_spec_cpu_period', 'gauge', 'CPU period of the container.', (of) => limited(of, PERIOD_MICROS)),
  family('container_spec_cpu_quota', 'gauge', 'CPU quota of the container.', (of) =>
    of.cpuLimit === undefined ? undefined : (of.cpuLimit * PERIOD_MICROS) / 1000,
  ),
  family('container_spec_memory_limit_bytes', 'gauge', 'Memory limit for the container.', (of) => of.memory.limit ?? 0),
  family('container_start_time_seconds', 'gauge', 'Start time of the container since unix epoch in seconds.', STARTED),
];

function family(name: string, type: Family['type'], help: string, value: Family['value']): Family {
  return { name, type, help, value };
}

function usage(of: string, more: readonly Family[] = []): readonly Family[] {
  return [
    family(
      `${of}_cpu_usage_seconds_total`,
      'counter',
      `Cumulative cpu time consumed by the ${of} in core-seconds`,
      CPU,
    ),
    family(`${of}_memory_working_set_bytes`, 'gauge', `Current working set of the ${of} in bytes`, MEMORY),
    ...more,
  ];
}

export function resourceMetrics(kubelet: Kubelet): string {
  const { containers, pods, node } = measured(kubelet);
  const label = ({ labels }: Measured): Labels => labels;
  const started = family(
    'container_start_time_seconds',
    'gauge',
    'Start time of the container since unix epoch in seconds',
    STARTED,
  );
  return [
    ...rows(usage('container', [started]), containers, label, kubelet.now()),
    ...rows(usage('node'), [node], label, kubelet.now()),
    ...rows(usage('pod'), pods, label, kubelet.now()),
    ...plain('resource_scrape_error', '1 if there was an error while getting container metrics, 0 otherwise', [
      ['', 0],
    ]),
  ].join('');
}

export function cadvisorMetrics(kubelet: Kubelet): string {
  const { containers, pods, node } = measured(kubelet);
  return [
    ...rows(CADVISOR, [node, ...pods, ...containers], ({ cadvisor }) => cadvisor, kubelet.now()),
    ...plain('machine_cpu_cores', 'Number of logical CPU cores.', [['', kubelet.node.cores]]),
    ...plain('machine_memory_bytes', 'Amount of memory installed on the machine.', [['', kubelet.node.memory]]),
  ].join('');
}

export function ownMetrics({ node, runtime, state }: Kubelet): string {
  const count = (wanted: string): number => runtime.containers().filter((one) => one.state === wanted).length;
  const states = ['created', 'exited', 'running'].map((one): [string, number] => [
    `{container_state="${one}"}`,
    count(one),
  ]);
  const pods = [...state().pods.values()].filter(({ work }) => work !== 'finished').length;
  return [
    ...plain('kubelet_node_name', "The node's name. The count is always 1.", [[`{node="${node.name}"}`, 1]]),
    ...plain('kubelet_running_containers', 'Number of containers currently running', states),
    ...plain('kubelet_running_pods', 'Number of pods that have a running pod sandbox', [
      ['', runtime.sandboxes().filter(({ ready }) => ready).length],
    ]),
    ...plain('kubelet_working_pods', 'Number of pods the kubelet is actually running', [['', pods]]),
  ].join('');
}

const OUTCOMES = { success: 'successful', failure: 'failed' } as const;

/** `/metrics/probes`: how often each probe that goes on came to what, and how long those took that succeeded. */
export function probeMetrics(kubelet: Kubelet): string {
  return probeResults(kubelet) + probeDurations(kubelet);
}

function probeDurations({ state }: Kubelet): string {
  const name = 'prober_probe_duration_seconds';
  const lines = [...state().pods.values()].flatMap(({ pod: object, probes }) => {
    const { name: pod = '', namespace = '' } = object.metadata ?? {};
    return [...probes.values()]
      .filter(({ counted }) => counted.success > 0)
      .flatMap(({ container, type, took }) =>
        histogram(name, { container, namespace, pod, probe_type: titled(type) }, took),
      );
  });
  const help = '[ALPHA] Duration in seconds for a probe response.';
  return lines.length === 0 ? '' : [`# HELP ${name} ${help}\n# TYPE ${name} histogram\n`, ...lines].join('');
}

function histogram(name: string, labels: Labels, { sum, buckets }: Durations): readonly string[] {
  let count = 0;
  const rows = [...PROBE_BUCKETS_S.map(String), '+Inf'].map((le, i) => {
    count += buckets[i] ?? 0;
    const pairs = printed(labels).slice(0, -1);
    return `${name}_bucket${pairs},le="${le}"} ${count}\n`;
  });
  return [...rows, `${name}_sum${printed(labels)} ${sum / 1000}\n`, `${name}_count${printed(labels)} ${count}\n`];
}

function titled(type: string): string {
  return `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`;
}

function probeResults({ state }: Kubelet): string {
  const name = 'prober_probe_total';
  const help = '[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.';
  const lines = [...state().pods.values()].flatMap(({ pod: object, apiUid, probes }) => {
    const { name: pod = '', namespace = '' } = object.metadata ?? {};
    return [...probes.values()].flatMap(({ container, type, counted }) =>
      (['success', 'failure'] as const)
        .filter((outcome) => counted[outcome] > 0)
        .map((outcome) => {
          const probe_type = titled(type);
          const labels = { container, namespace, pod, pod_uid: apiUid, probe_type, result: OUTCOMES[outcome] };
          return `${name}${printed(labels)} ${counted[outcome]}\n`;
        }),
    );
  });
  return lines.length === 0 ? '' : [`# HELP ${name} ${help}\n# TYPE ${name} counter\n`, ...lines].join('');
}

function plain(name: string, help: string, values: readonly (readonly [string, number])[]): readonly string[] {
  const head = `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`;
  return [head, ...values.map(([labels, value]) => `${name}${labels} ${value}\n`)];
}

function rows(
  families: readonly Family[],
  things: readonly Measured[],
  labelsOf: (of: Measured) => Labels,
  now: number,
): readonly string[] {
  return families.flatMap(({ name, type, help, more = {}, value }) => {
    const lines = things.flatMap((of) => {
      const amount = value(of);
      return amount === undefined ? [] : [`${name}${printed({ ...labelsOf(of), ...more })} ${amount} ${now}\n`];
    });
    return [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`, ...lines];
  });
}

function printed(labels: Labels): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? '' : `{${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}}`;
}

function measured(kubelet: Kubelet): {
  readonly containers: readonly Measured[];
  readonly pods: readonly Measured[];
  readonly node: Measured;
} {
  const { runtime } = kubelet;
  const containers: Measured[] = [];
  const pods: Measured[] = [];
  for (const { pod: object, uid, sandboxes, containers: made, work } of kubelet.state().pods.values()) {
    if (work === 'finished') continue;
    const { name: pod = '', namespace = '' } = object.metadata ?? {};
    const group = `/kubepods/pod${uid}`;
    const whole = runtime.sandboxStats(sandboxes.at(-1)?.id ?? '');
    if (whole !== undefined) {
      const cadvisor = { container: '', id: group, image: '', name: '', namespace, pod };
      pods.push({ ...whole, ...NO_MORE, labels: { namespace, pod }, cadvisor });
    }
    for (const { id, name: container } of made) {
      const status = runtime.container(id);
      const stats = runtime.containerStats(id);
      if (status?.state !== 'running' || stats === undefined) continue;
      containers.push({
        ...stats,
        labels: { container, namespace, pod },
        cadvisor: { container, id: `${group}/${id}`, image: status.image, name: id, namespace, pod },
        startedAt: status.startedAt,
        cpuLimit: status.limits.cpu,
        diskBytes: stats.layer.usedBytes,
      });
    }
  }
  const root = { container: '', id: '/', image: '', name: '', namespace: '', pod: '' };
  const host = runtime.hostStats();
  const node = { ...host, ...NO_MORE, labels: {}, cadvisor: root, diskBytes: host.disk.usedBytes };
  return { containers, pods, node };
}

const NO_MORE = { startedAt: undefined, cpuLimit: undefined, diskBytes: undefined };
