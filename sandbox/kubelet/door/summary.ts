// What a node and its pods use, as `/stats/summary` tells it: the source of metrics.

import { rfc3339 } from '../../time/units.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import type { PodRecord } from '../state.ts';

export function summaryOf(kubelet: Kubelet): object {
  const { runtime, node, host } = kubelet;
  const time = rfc3339(kubelet.now());
  const stats = runtime.hostStats();
  const records = [...kubelet.state().pods.values()].filter(({ work }) => work !== 'finished');
  return {
    node: {
      nodeName: node.name,
      startTime: rfc3339(host.bootedAt),
      cpu: { time, usageCoreNanoSeconds: stats.cpu.usageNanos },
      memory: memoryOf(time, stats.memory.workingSet, node.memory),
      fs: {
        time,
        availableBytes: stats.disk.sizeBytes - stats.disk.usedBytes,
        capacityBytes: stats.disk.sizeBytes,
        usedBytes: stats.disk.usedBytes,
      },
      runtime: { imageFs: { time, capacityBytes: stats.disk.sizeBytes, usedBytes: runtime.imageBytes() } },
    },
    pods: records.map((record) => podStats(kubelet, record, time)),
  };
}

function memoryOf(time: string, used: number, limit: number | undefined): object {
  return {
    time,
    ...(limit === undefined ? {} : { availableBytes: Math.max(0, limit - used) }),
    usageBytes: used,
    workingSetBytes: used,
    rssBytes: used,
  };
}

function podStats({ runtime }: Kubelet, record: PodRecord, time: string): object {
  const { name = '', namespace = '' } = record.pod.metadata ?? {};
  const sandbox = record.sandboxes.at(-1)?.id;
  const whole = sandbox === undefined ? undefined : runtime.sandboxStats(sandbox);
  const running = record.containers.filter(({ id }) => runtime.container(id)?.state === 'running');
  const containers = running.map(({ id, name: container }) => {
    const stats = runtime.containerStats(id);
    const startedAt = runtime.container(id)?.startedAt;
    return {
      name: container,
      ...(startedAt === undefined ? {} : { startTime: rfc3339(startedAt) }),
      cpu: { time, usageCoreNanoSeconds: stats?.cpu.usageNanos ?? 0 },
      memory: memoryOf(time, stats?.memory.workingSet ?? 0, stats?.memory.limit),
      rootfs: { time, usedBytes: stats?.layer.usedBytes ?? 0 },
    };
  });
  return {
    podRef: { name, namespace, uid: record.uid },
    startTime: record.status?.startTime,
    containers,
    ...(whole === undefined
      ? {}
      : {
          cpu: { time, usageCoreNanoSeconds: whole.cpu.usageNanos },
          memory: memoryOf(time, whole.memory.workingSet, whole.memory.limit),
        }),
  };
}
