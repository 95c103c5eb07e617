// What the baseline standard forbids: known ways out of a container.

import { quote } from '../../../kube/go/text.ts';
import type { V1LifecycleHandler, V1Probe, V1SELinuxOptions } from '../../../schema/generated/types.ts';
import { type AnyContainer, type Check, counted, listed, named, offenders, quoted, setters } from './violation.ts';

const APPARMOR_KEY = 'container.apparmor.security.beta.kubernetes.io/';
const APPARMOR_TYPES = ['RuntimeDefault', 'Localhost'];

export const appArmor: Check = (pod) => {
  const isBad = (type: string | undefined): boolean => type !== undefined && !APPARMOR_TYPES.includes(type);
  const own = pod.spec.securityContext?.appArmorProfile?.type;
  const bad = offenders(pod, ({ securityContext }) => isBad(securityContext?.appArmorProfile?.type));
  const given: { readonly [key: string]: string | undefined } = pod.metadata.annotations ?? {};
  const annotations = Object.entries(given)
    .filter(([key, value]) => key.startsWith(APPARMOR_KEY) && !isAllowedAppArmor(value ?? ''))
    .map(([key, value]) => `${key}=${quote(value ?? '')}`);
  const types = [own, ...pod.containers.map(({ securityContext }) => securityContext?.appArmorProfile?.type)];
  const values = [...listed(types.filter(isBad).map((type) => type ?? '')), ...listed(annotations)];
  const who = [setters(isBad(own), bad), annotations.length === 0 ? '' : counted(annotations, 'annotation')];
  if (values.length === 0) return undefined;
  const detail = `${who.filter((text) => text !== '').join(' and ')} must not set AppArmor profile type to ${quoted(values)}`;
  return { reason: counted(values, 'forbidden AppArmor profile'), detail };
};

function isAllowedAppArmor(profile: string): boolean {
  return profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/');
}

const CAPABILITIES = new Set(
  (
    'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID ' +
    'SYS_CHROOT'
  ).split(' '),
);

export const capabilities: Check = (pod) => {
  const added = ({ securityContext }: AnyContainer): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name));
  const bad = offenders(pod, (container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = quoted(listed(pod.containers.flatMap(added)));
  const detail = `${named(bad)} must not include ${names} in securityContext.capabilities.add`;
  return { reason: 'non-default capabilities', detail };
};

export const hostNamespaces: Check = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name] === true);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((name) => `${name}=true`).join(', ') };
};

export const hostPathVolumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
  return bad.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named(bad, 'volume') };
};

export const hostPorts: Check = (pod) => {
  const used = ({ ports = [] }: AnyContainer): readonly string[] =>
    ports.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [String(hostPort)]));
  const bad = offenders(pod, (container) => used(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = listed(pod.containers.flatMap(used));
  const detail = `${named(bad)} ${counted(bad, 'uses', 'use')} ${counted(ports, 'hostPort')} ${ports.join(', ')}`;
  return { reason: 'hostPort', detail };
};

export const hostProbes: Check = (pod) => {
  const bad = listed(offenders(pod, (container) => hostsOf(container).length > 0));
  if (bad.length === 0) return undefined;
  const hosts = listed(pod.containers.flatMap(hostsOf));
  const what = counted(hosts, 'probe or lifecycle host');
  return {
    reason: 'probe or lifecycle host',
    detail: `${named(bad)} ${counted(bad, 'uses', 'use')} ${what} ${quoted(hosts)}`,
  };
};

function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer): readonly string[] {
  const all: readonly (V1Probe | V1LifecycleHandler | undefined)[] = [
    livenessProbe,
    readinessProbe,
    startupProbe,
    lifecycle?.postStart,
    lifecycle?.preStop,
  ];
  return all.flatMap((each) => [each?.httpGet?.host ?? '', each?.tcpSocket?.host ?? '']).filter((host) => host !== '');
}

export const privileged: Check = (pod) => {
  const bad = offenders(pod, ({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` };
};

export const procMount: Check = (pod) => {
  const isBad = ({ securityContext }: AnyContainer): boolean => (securityContext?.procMount ?? 'Default') !== 'Default';
  const bad = offenders(pod, isBad);
  if (bad.length === 0) return undefined;
  const types = listed(pod.containers.filter(isBad).map(({ securityContext }) => securityContext?.procMount ?? ''));
  return { reason: 'procMount', detail: `${named(bad)} must not set securityContext.procMount to ${quoted(types)}` };
};

/** `types`: those that may be set. */
export function seLinux(types: readonly string[]): Check {
  const isBad = (options: V1SELinuxOptions | undefined): boolean =>
    !types.includes(options?.type ?? '') || (options?.user ?? '') !== '' || (options?.role ?? '') !== '';
  return (pod) => {
    const own = pod.spec.securityContext?.seLinuxOptions;
    const bad = offenders(pod, ({ securityContext }) => isBad(securityContext?.seLinuxOptions));
    if (!isBad(own) && bad.length === 0) return undefined;
    const all = [own, ...pod.containers.map(({ securityContext }) => securityContext?.seLinuxOptions)];
    const wrong = listed(all.map((options) => options?.type ?? '').filter((type) => !types.includes(type)));
    const data = [
      ...(wrong.length === 0 ? [] : [named(wrong, 'type')]),
      ...(all.some((options) => (options?.user ?? '') !== '') ? ['user may not be set'] : []),
      ...(all.some((options) => (options?.role ?? '') !== '') ? ['role may not be set'] : []),
    ];
    const who = setters(isBad(own), bad);
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
    };
  };
}

const SECCOMP_POD_KEY = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER_KEY = 'container.seccomp.security.alpha.kubernetes.io/';

/** Of pods from before profiles were fields. */
export const seccompAnnotations: Check = ({ metadata, containers }) => {
  const annotations = metadata.annotations ?? {};
  const keys = [SECCOMP_POD_KEY, ...containers.map(({ name }) => `${SECCOMP_CONTAINER_KEY}${name}`)];
  const bad = listed(
    keys.flatMap((key) => {
      const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
      return value === undefined || isAllowedSeccomp(value) ? [] : [`${key}=${quote(value)}`];
    }),
  );
  if (bad.length === 0) return undefined;
  return { reason: 'seccompProfile', detail: `forbidden ${counted(bad, 'annotation')} ${bad.join(', ')}` };
};

function isAllowedSeccomp(value: string): boolean {
  return value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
}

const SECCOMP_TYPES = ['Localhost', 'RuntimeDefault'];

export function isBadSeccomp(type: string | undefined): boolean {
  return type !== undefined && !SECCOMP_TYPES.includes(type);
}

export const seccomp: Check = (pod) => {
  const own = pod.spec.securityContext?.seccompProfile?.type;
  const types = [own, ...pod.containers.map(({ securityContext }) => securityContext?.seccompProfile?.type)];
  const wrong = types.filter(isBadSeccomp).map((type) => type ?? '');
  if (wrong.length === 0) return undefined;
  const bad = offenders(pod, ({ securityContext }) => isBadSeccomp(securityContext?.seccompProfile?.type));
  const what = `must not set securityContext.seccompProfile.type to ${quoted(listed(wrong))}`;
  return { reason: 'seccompProfile', detail: `${setters(isBadSeccomp(own), bad)} ${what}` };
};

/** `allowed`: those that touch nothing but the pod. */
export function sysctls(allowed: readonly string[]): Check {
  return ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name));
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
  };
}

export const windowsHostProcess: Check = (pod) => {
  const own = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const bad = offenders(pod, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  if (!own && bad.length === 0) return undefined;
  const detail = `${setters(own, bad)} must not set securityContext.windowsOptions.hostProcess=true`;
  return { reason: 'hostProcess', detail };
};
