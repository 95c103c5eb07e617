// Debugging profiles: what a debug container may do, and what of a pod its copy leaves out.

import type { V1Container, V1Pod, V1PodSpec, V1SecurityContext } from '../../../../sandbox/schema/generated/types.ts';

/** How a debug container comes about: into a running pod, in a copy of one, in a pod of its own on a node. */
export type DebugStyle = 'ephemeral' | 'copy' | 'node';

export interface Keep {
  readonly labels: boolean;
  readonly annotations: boolean;
  readonly liveness: boolean;
  readonly readiness: boolean;
  readonly startup: boolean;
  readonly initContainers: boolean;
}

interface Profile {
  readonly context?: (context: V1SecurityContext | undefined, style: DebugStyle) => V1SecurityContext | undefined;
  /** What a node's pod gets. */
  readonly hostRoot?: boolean;
  readonly hostNamespaces?: boolean;
  /** What becomes of a copied pod. */
  readonly copy: (pod: V1Pod, keep: Keep) => V1Pod;
}

const PROFILES: ReadonlyMap<string, Profile> = new Map<string, Profile>([
  ['legacy', { hostRoot: true, hostNamespaces: true, copy: withoutLabels }],
  [
    'general',
    {
      context: (context, style) => (style === 'node' ? undefined : withCapabilities(context, ['SYS_PTRACE'])),
      hostRoot: true,
      hostNamespaces: true,
      copy: trimmed,
    },
  ],
  ['baseline', { context: () => undefined, copy: trimmed }],
  ['restricted', { context: () => RESTRICTED, copy: trimmed }],
  [
    'netadmin',
    {
      context: (context) => withCapabilities(context, ['NET_ADMIN', 'NET_RAW']),
      hostNamespaces: true,
      copy: trimmed,
    },
  ],
  [
    'sysadmin',
    { context: (context) => ({ ...context, privileged: true }), hostRoot: true, hostNamespaces: true, copy: trimmed },
  ],
]);

const RESTRICTED: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

export function isProfile(name: string): boolean {
  return PROFILES.has(name);
}

/** The pod as the profile wants it for the debug container of that name. */
export function applyProfile(name: string, pod: V1Pod, container: string, style: DebugStyle, keep: Keep): V1Pod {
  const profile = PROFILES.get(name);
  if (profile === undefined) return pod;
  const styled = style === 'copy' ? profile.copy(pod, keep) : style === 'node' ? onNode(profile, pod, container) : pod;
  const { context } = profile;
  return context === undefined ? styled : withContext(styled, container, (each) => context(each, style));
}

function withCapabilities(context: V1SecurityContext | undefined, add: readonly string[]): V1SecurityContext {
  const { capabilities } = context ?? {};
  return { ...context, capabilities: { ...capabilities, add: [...(capabilities?.add ?? []), ...add] } };
}

type Named = Pick<V1Container, 'name' | 'securityContext'>;

function withContext(
  pod: V1Pod,
  container: string,
  change: (context: V1SecurityContext | undefined) => V1SecurityContext | undefined,
): V1Pod {
  // Of containers with the same name, which the server refuses, the first is meant.
  let done = false;
  const each = <T extends Named>(one: T): T => {
    if (done || one.name !== container) return one;
    done = true;
    const { securityContext, ...rest } = one;
    const changed = change(securityContext);
    // The same container with another security context.
    return { ...rest, ...(changed === undefined ? {} : { securityContext: changed }) } as T;
  };
  return changeSpec(pod, ({ containers, initContainers, ephemeralContainers, ...rest }) => ({
    ...rest,
    containers: containers.map(each),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(each) }),
    ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: ephemeralContainers.map(each) }),
  }));
}

export function changeSpec(pod: V1Pod, change: (spec: V1PodSpec) => V1PodSpec): V1Pod {
  return { ...pod, spec: change(pod.spec ?? { containers: [] }) };
}

function onNode({ hostRoot = false, hostNamespaces = false }: Profile, pod: V1Pod, container: string): V1Pod {
  return changeSpec(pod, (spec) => ({
    ...spec,
    ...(hostNamespaces ? { hostNetwork: true, hostPID: true, hostIPC: true } : {}),
    ...(hostRoot
      ? {
          volumes: [...(spec.volumes ?? []), { name: 'host-root', hostPath: { path: '/' } }],
          containers: spec.containers.map((each) => (each.name === container ? withHostRoot(each) : each)),
        }
      : {}),
  }));
}

function withHostRoot(container: V1Container): V1Container {
  return {
    ...container,
    volumeMounts: [...(container.volumeMounts ?? []), { mountPath: '/host', name: 'host-root' }],
  };
}

function withoutLabels(pod: V1Pod): V1Pod {
  const { labels: _, ...metadata } = pod.metadata ?? {};
  return { ...pod, metadata };
}

/** A copy answers to no service and is not probed; its processes see each other. */
function trimmed(pod: V1Pod, keep: Keep): V1Pod {
  const { labels, annotations, ...metadata } = pod.metadata ?? {};
  return changeSpec(
    {
      ...pod,
      metadata: {
        ...metadata,
        ...(keep.labels && labels !== undefined ? { labels } : {}),
        ...(keep.annotations && annotations !== undefined ? { annotations } : {}),
      },
    },
    ({ initContainers, containers, ...spec }) => ({
      ...spec,
      containers: containers.map((each) => withoutProbes(each, keep)),
      ...(keep.initContainers && initContainers !== undefined ? { initContainers } : {}),
      shareProcessNamespace: spec.shareProcessNamespace ?? true,
    }),
  );
}

function withoutProbes(container: V1Container, keep: Keep): V1Container {
  const { livenessProbe, readinessProbe, startupProbe, ...rest } = container;
  return {
    ...rest,
    ...(keep.liveness && livenessProbe !== undefined ? { livenessProbe } : {}),
    ...(keep.readiness && readinessProbe !== undefined ? { readinessProbe } : {}),
    ...(keep.startup && startupProbe !== undefined ? { startupProbe } : {}),
  };
}
