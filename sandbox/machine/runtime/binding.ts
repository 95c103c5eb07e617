// The runtime that a kubelet is given: its calls, each bound to one host of the kernel. What the calls do stands in the
// files beside this one.

import type { Kernel } from '../context.ts';
import { cancelFetch, forwardPort } from '../net/fetch.ts';
import { cancelProbe, startProbe } from '../probe.ts';
import type { ContainerRuntime, ContainerStatus, ImageStatus, SandboxStatus } from '../runtime.ts';
import type { Host } from '../state.ts';
import { SysError } from '../sys.ts';
import {
  createContainer,
  createSandbox,
  killContainer,
  removeContainer,
  removeSandbox,
  resizeContainer,
  stopContainer,
  stopSandbox,
} from './containers.ts';
import {
  attach,
  closeContainerStdin,
  closeExecStdin,
  detach,
  execInContainer,
  execOnHost,
  killExec,
  leaveExec,
  resizeContainerTty,
  resizeExec,
  writeContainer,
  writeExec,
} from './exec.ts';
import { cancelExecSync, execSync } from './execsync.ts';
import { followLogs, readLogs } from './logs.ts';
import type { Container, Sandbox } from './model.ts';
import { findImage, pullImage, removeImage } from './pulls.ts';
import { startContainer } from './starting.ts';
import { containerStats, hostStats, imageBytes, sandboxStats } from './stats.ts';
import { filesOf } from './walk.ts';

/** Binds the runtime of one host. ENOENT is thrown for an id that isn't there, where nothing else is said. */
export function createRuntime(kernel: Kernel, host: Host): ContainerRuntime {
  const sandboxOf = (id: string): Sandbox => found(kernel.state.sandboxes.get(id), host);
  const containerOf = (id: string): Container => {
    const container = kernel.state.containers.get(id);
    found(container?.sandbox, host);
    if (container === undefined) throw new SysError('ENOENT');
    return container;
  };
  return {
    ...imageCalls(kernel, host),
    ...sandboxCalls(kernel, host, sandboxOf),
    ...containerCalls(kernel, host, sandboxOf, containerOf),
    ...execCalls(kernel, host, containerOf),
    ...streamCalls(kernel, host, sandboxOf, containerOf),
    ...statCalls(kernel, host),
    files: () => filesOf(kernel, host.root),
    containerFiles: (id) => filesOf(kernel, containerOf(id).root),
  };
}

type Part<K extends keyof ContainerRuntime> = Pick<ContainerRuntime, K>;
type Find<T> = (id: string) => T;

function found(sandbox: Sandbox | undefined, host: Host): Sandbox {
  if (sandbox?.host !== host) throw new SysError('ENOENT');
  return sandbox;
}

function imageCalls(kernel: Kernel, host: Host): Part<'pullImage' | 'image' | 'images' | 'removeImage'> {
  const status = (digest: string): ImageStatus | undefined => {
    const stored = host.images.images.get(digest);
    const image = kernel.images.get(digest);
    if (stored === undefined || image === undefined) return undefined;
    const names = [...stored.names].sort();
    const { pulledAt, usedAt } = stored;
    return {
      digest,
      tags: names.filter((name) => !name.includes('@')),
      digests: names.filter((name) => name.includes('@')),
      size: image.size,
      config: image.config,
      pulledAt,
      usedAt,
    };
  };
  return {
    pullImage: (request) => pullImage(kernel, host, request),
    image: (name) => status(findImage(host, name) ?? ''),
    images: () => [...host.images.images.keys()].map(status).filter((image) => image !== undefined),
    removeImage: (digest) => removeImage(kernel, host, digest),
  };
}

function sandboxCalls(
  kernel: Kernel,
  host: Host,
  sandboxOf: Find<Sandbox>,
): Part<'createSandbox' | 'sandbox' | 'sandboxes' | 'stopSandbox' | 'removeSandbox'> {
  const status = ({ id, createdAt, network, hostNetwork, ready, labels }: Sandbox): SandboxStatus => ({
    id,
    createdAt,
    addresses: network.addresses,
    hostNetwork,
    ready,
    labels,
  });
  const mine = (): readonly Sandbox[] =>
    [...kernel.state.sandboxes.values()].filter((sandbox) => sandbox.host === host);
  return {
    createSandbox: (spec) => createSandbox(kernel, { ...spec, host }).id,
    sandbox: (id) => {
      const sandbox = kernel.state.sandboxes.get(id);
      return sandbox?.host === host ? status(sandbox) : undefined;
    },
    sandboxes: () => mine().map(status),
    stopSandbox: (id) => stopSandbox(kernel, sandboxOf(id)),
    removeSandbox: (id) => removeSandbox(kernel, sandboxOf(id)),
  };
}

type ContainerCalls =
  | 'createContainer'
  | 'startContainer'
  | 'stopContainer'
  | 'killContainer'
  | 'removeContainer'
  | 'resizeContainer'
  | 'container'
  | 'containers';

function containerCalls(
  kernel: Kernel,
  host: Host,
  sandboxOf: Find<Sandbox>,
  containerOf: Find<Container>,
): Part<ContainerCalls> {
  const mine = (): readonly Container[] =>
    [...kernel.state.containers.values()].filter((container) => container.sandbox.host === host);
  return {
    createContainer: ({ sandbox, image: imageName, target, ...spec }) => {
      const image = kernel.images.get(findImage(host, imageName) ?? '');
      if (image === undefined) return { ok: false, message: `failed to get image "${imageName}": not found` };
      const created = createContainer(kernel, {
        ...spec,
        sandbox: sandboxOf(sandbox),
        image,
        imageName,
        ...(target === undefined ? {} : { target: containerOf(target) }),
      });
      return created.ok ? { ok: true, id: created.container.id } : created;
    },
    startContainer: (id) => startContainer(kernel, containerOf(id)),
    stopContainer: (id, grace) => stopContainer(kernel, containerOf(id), grace),
    killContainer: (id) => killContainer(kernel, containerOf(id)),
    removeContainer: (id) => removeContainer(kernel, containerOf(id)),
    resizeContainer: (id, limits) => resizeContainer(kernel, containerOf(id), limits),
    container: (id) => {
      const container = kernel.state.containers.get(id);
      return container?.sandbox.host === host ? statusOf(container) : undefined;
    },
    containers: (sandbox) =>
      mine()
        .filter((container) => sandbox === undefined || container.sandbox.id === sandbox)
        .map(statusOf),
  };
}

function statusOf(container: Container): ContainerStatus {
  const { cpuLimit, memoryLimit, pidsLimit } = container.cgroup;
  return {
    id: container.id,
    sandbox: container.sandbox.id,
    name: container.name,
    state: container.state,
    image: container.imageName,
    digest: container.image,
    createdAt: container.createdAt,
    startedAt: container.startedAt,
    finishedAt: container.finishedAt,
    exitCode: container.exitCode,
    reason: container.reason,
    message: container.message,
    logPath: container.logPath,
    limits: {
      ...(cpuLimit === undefined ? {} : { cpu: cpuLimit }),
      ...(memoryLimit === undefined ? {} : { memory: memoryLimit }),
      ...(pidsLimit === undefined ? {} : { pids: pidsLimit }),
    },
    user: {
      uid: container.credentials.uid,
      gid: container.credentials.gid,
      groups: container.credentials.groups,
    },
    tty: container.tty !== undefined,
    labels: container.labels,
  };
}

type ExecCalls =
  | 'exec'
  | 'execOnHost'
  | 'writeExec'
  | 'closeExecStdin'
  | 'resizeExec'
  | 'leaveExec'
  | 'killExec'
  | 'execSync'
  | 'cancelExecSync';

function execCalls(kernel: Kernel, host: Host, containerOf: Find<Container>): Part<ExecCalls> {
  return {
    exec: (container, request) => execInContainer(kernel, containerOf(container), request),
    execOnHost: (request) => execOnHost(kernel, host, request),
    writeExec: (exec, bytes) => writeExec(kernel, exec, bytes),
    closeExecStdin: (exec) => closeExecStdin(kernel, exec),
    resizeExec: (exec, size) => resizeExec(kernel, exec, size),
    leaveExec: (exec) => leaveExec(kernel, exec),
    killExec: (exec) => killExec(kernel, exec),
    execSync: (container, argv, timeout, notify) => execSync(kernel, containerOf(container), argv, timeout, notify),
    cancelExecSync: (number) => cancelExecSync(kernel, number),
  };
}

type StreamCalls =
  | 'attach'
  | 'detach'
  | 'writeContainer'
  | 'closeContainerStdin'
  | 'resizeContainerTty'
  | 'logs'
  | 'followLogs'
  | 'forwardPort'
  | 'cancelForward'
  | 'probe'
  | 'cancelProbe';

function streamCalls(
  kernel: Kernel,
  host: Host,
  sandboxOf: Find<Sandbox>,
  containerOf: Find<Container>,
): Part<StreamCalls> {
  return {
    attach: (container) => attach(kernel, containerOf(container)),
    detach: (container, channels) => detach(kernel, containerOf(container), channels),
    writeContainer: (container, bytes) => writeContainer(kernel, containerOf(container), bytes),
    closeContainerStdin: (container) => closeContainerStdin(kernel, containerOf(container)),
    resizeContainerTty: (container, size) => resizeContainerTty(kernel, containerOf(container), size),
    logs: (path, query) => readLogs(kernel, host, path, query),
    followLogs: (container, query) => followLogs(kernel, containerOf(container), query),
    forwardPort: (sandbox, port, channels, notify) =>
      forwardPort(kernel, sandboxOf(sandbox).network, port, channels, notify),
    cancelForward: (number) => cancelFetch(kernel, number),
    probe: (probe, timeout, notify) => startProbe(kernel, host.network, probe, timeout, notify),
    cancelProbe: (number) => cancelProbe(kernel, number),
  };
}

function statCalls(kernel: Kernel, host: Host): Part<'containerStats' | 'sandboxStats' | 'hostStats' | 'imageBytes'> {
  return {
    containerStats: (id) => {
      const container = kernel.state.containers.get(id);
      return container && containerStats(container);
    },
    sandboxStats: (id) => {
      const sandbox = kernel.state.sandboxes.get(id);
      return sandbox && sandboxStats(sandbox);
    },
    hostStats: () => hostStats(host),
    imageBytes: () => imageBytes(kernel, host),
  };
}
