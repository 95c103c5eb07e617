// What the restricted standard asks for beside the baseline: current practice of hardening pods.

import type { V1Volume } from '../../../schema/generated/types.ts';
import { isBadSeccomp, seccomp } from './baseline.ts';
import { type AnyContainer, type Check, counted, listed, named, offenders, quoted, setters } from './violation.ts';

export const privilegeEscalation: Check = (pod) => {
  const bad = offenders(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  const detail = `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: 'allowPrivilegeEscalation != false', detail };
};

export const dropCapabilities: Check = (pod) => {
  const added = ({ securityContext }: AnyContainer): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const keeping = offenders(pod, ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes('ALL'));
  const adding = offenders(pod, (container) => added(container).length > 0);
  const details = [
    ...(keeping.length === 0 ? [] : [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0
      ? []
      : [
          `${named(adding)} must not include ${quoted(listed(pod.containers.flatMap(added)))} in securityContext.capabilities.add`,
        ]),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const VOLUMES: readonly (keyof V1Volume)[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

export const volumeTypes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => VOLUMES.every((type) => volume[type] === undefined));
  if (bad.length === 0) return undefined;
  const types = listed(bad.map((volume) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'));
  const names = bad.map(({ name }) => name);
  const detail = `${named(names, 'volume')} ${counted(bad, 'uses', 'use')} ${named(types, 'restricted volume type')}`;
  return { reason: 'restricted volume types', detail };
};

export const runAsNonRoot: Check = (pod) => {
  const own = pod.spec.securityContext?.runAsNonRoot;
  const bad = offenders(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false);
  const reason = 'runAsNonRoot != true';
  if (own === false || bad.length > 0) {
    return { reason, detail: `${setters(own === false, bad)} must not set securityContext.runAsNonRoot=false` };
  }
  const silent =
    own === true ? [] : offenders(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` };
};

export const runAsUser: Check = (pod) => {
  const own = pod.spec.securityContext?.runAsUser === 0;
  const bad = offenders(pod, ({ securityContext }) => securityContext?.runAsUser === 0);
  if (!own && bad.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${setters(own, bad)} must not set runAsUser=0` };
};

export const seccompSet: Check = (pod) => {
  const own = pod.spec.securityContext?.seccompProfile?.type;
  const wrong = seccomp(pod);
  if (wrong !== undefined) return wrong;
  if (own !== undefined && !isBadSeccomp(own)) return undefined;
  const silent = offenders(pod, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  const what = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason: 'seccompProfile', detail: `pod or ${named(silent)} ${what}` };
};

/** A check that means nothing on Windows. */
export function exceptOnWindows(check: Check): Check {
  return (pod) => (pod.spec.os?.name === 'windows' ? undefined : check(pod));
}

/** A check that users of a pod's own make superfluous. */
export function exceptWithOwnUsers(check: Check): Check {
  return (pod) => (pod.spec.hostUsers === false ? undefined : check(pod));
}
