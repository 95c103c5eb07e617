// Security contexts: of the pod as a whole and of single containers.

import { at, duplicate, invalid, required, shownAsJson, tooLong } from '../../../../kube/fielderrors.ts';
import { byteLength } from '../../../../kube/go/text.ts';
import { numericId } from '../../../../kube/names.ts';
import type {
  V1AppArmorProfile,
  V1PodSpec,
  V1SeccompProfile,
  V1SecurityContext,
  V1Sysctl,
} from '../../../../schema/generated/types.ts';
import { type Errors, neededOneOf, oneOf, problemsOf } from '../checks.ts';
import { shownInternally } from '../internal.ts';
import { descendingPath } from '../paths.ts';
import { windowsOptions } from './windows.ts';

/** `hostUsers`: the pod has no user namespace of its own. */
export function* containerSecurity(field: string, context: V1SecurityContext | undefined, hostUsers: boolean): Errors {
  if (context === undefined) return;
  const { runAsUser, runAsGroup, procMount } = context;
  if (runAsUser !== undefined) yield* problemsOf(at(field, 'runAsUser'), runAsUser, numericId(runAsUser));
  if (runAsGroup !== undefined) yield* problemsOf(at(field, 'runAsGroup'), runAsGroup, numericId(runAsGroup));
  if (procMount !== undefined) yield* oneOf(at(field, 'procMount'), procMount, ['Default', 'Unmasked']);
  if (procMount === 'Unmasked' && hostUsers) {
    yield invalid(at(field, 'procMount'), procMount, '`hostUsers` must be false to use `Unmasked`');
  }
  yield* seccompProfile(at(field, 'seccompProfile'), context.seccompProfile);
  yield* escalation(field, context);
  yield* windowsOptions(at(field, 'windowsOptions'), context.windowsOptions);
  yield* appArmorProfile(at(field, 'appArmorProfile'), context.appArmorProfile);
}

/** Who may do everything can't be kept from getting more rights. */
function* escalation(field: string, context: V1SecurityContext): Errors {
  const { allowPrivilegeEscalation, privileged, capabilities } = context;
  if (allowPrivilegeEscalation !== false) return;
  const shown = () => shownInternally('core.SecurityContext', context);
  if (privileged === true) {
    yield invalid(field, shown(), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
  }
  for (const capability of capabilities?.add ?? []) {
    if (capability !== 'CAP_SYS_ADMIN') continue;
    const detail = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
    yield invalid(field, shown(), detail);
  }
}

export function* podSecurity(field: string, spec: V1PodSpec): Errors {
  const { securityContext: context } = spec;
  if (context !== undefined) {
    const { fsGroup, runAsUser, runAsGroup, supplementalGroups = [] } = context;
    if (fsGroup !== undefined) yield* problemsOf(at(field, 'fsGroup'), fsGroup, numericId(fsGroup));
    if (runAsUser !== undefined) yield* problemsOf(at(field, 'runAsUser'), runAsUser, numericId(runAsUser));
    if (runAsGroup !== undefined) yield* problemsOf(at(field, 'runAsGroup'), runAsGroup, numericId(runAsGroup));
    for (const [i, group] of supplementalGroups.entries()) {
      yield* problemsOf(at(field, 'supplementalGroups', i), group, numericId(group));
    }
  }
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    yield invalid(at(field, 'shareProcessNamespace'), true, detail);
  }
  if (context === undefined) return;
  yield* sysctls(at(field, 'sysctls'), context.sysctls ?? [], spec);
  const { fsGroupChangePolicy, supplementalGroupsPolicy, seLinuxChangePolicy } = context;
  if (fsGroupChangePolicy !== undefined) {
    yield* oneOf(at(field, 'fsGroupChangePolicy'), fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  }
  yield* seccompProfile(at(field, 'seccompProfile'), context.seccompProfile);
  yield* windowsOptions(at(field, 'windowsOptions'), context.windowsOptions);
  yield* appArmorProfile(at(field, 'appArmorProfile'), context.appArmorProfile);
  if (supplementalGroupsPolicy !== undefined) {
    yield* oneOf(at(field, 'supplementalGroupsPolicy'), supplementalGroupsPolicy, ['Merge', 'Strict']);
  }
  if (seLinuxChangePolicy !== undefined) {
    yield* oneOf(at(field, 'seLinuxChangePolicy'), seLinuxChangePolicy, ['Recursive']);
  }
}

const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL = `^(${SEGMENT}[\\./])*${SEGMENT}$`;
const SYSCTL_BYTES_MAX = 253;

function* sysctls(field: string, settings: readonly V1Sysctl[], spec: V1PodSpec): Errors {
  const names = new Set<string>();
  for (const [i, { name }] of settings.entries()) {
    const here = at(field, i, 'name');
    if (name === '') yield required(here);
    else if (!isSysctl(name)) {
      yield invalid(here, name, `must have at most ${SYSCTL_BYTES_MAX} characters and match regex ${SYSCTL}`);
    } else if (names.has(name)) yield duplicate(here, name);
    names.add(name);
    const namespace = namespaceOf(name);
    if (spec.hostNetwork === true && namespace === 'net') {
      yield invalid(here, name, "may not be specified when 'hostNetwork' is true");
    } else if (spec.hostIPC === true && namespace === 'ipc') {
      yield invalid(here, name, "may not be specified when 'hostIPC' is true");
    }
  }
}

/** Segments of letters and digits, dashes and underscores within them, between dots or slashes. */
function isSysctl(name: string): boolean {
  return byteLength(name) <= SYSCTL_BYTES_MAX && name.split(/[./]/).every((part) => SYSCTL_SEGMENT.test(part));
}

const SYSCTL_SEGMENT = new RegExp(`^${SEGMENT}$`);

const IPC_SETTINGS = new Set([
  'kernel.sem',
  ...['kernel.shm', 'kernel.shmall', 'kernel.shmmax', 'kernel.shmmni', 'kernel.shm_rmid_forced'],
  ...['kernel.msg', 'kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni'],
]);

/** Which namespace of a pod the setting belongs to. With a slash before any dot, slashes separate. */
function namespaceOf(name: string): 'ipc' | 'net' | undefined {
  const first = name.search(/[./]/);
  const swaps = first >= 0 && name[first] === '/';
  const dotted = swaps ? name.replaceAll(/[./]/g, (mark) => (mark === '.' ? '/' : '.')) : name;
  if (IPC_SETTINGS.has(dotted) || dotted.startsWith('fs.mqueue.')) return 'ipc';
  return dotted.startsWith('net.') ? 'net' : undefined;
}

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function* seccompProfile(field: string, profile: V1SeccompProfile | undefined): Errors {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  if (type === '') yield required(at(field, 'type'), 'type is required when seccompProfile is set');
  else yield* oneOf(at(field, 'type'), type, PROFILE_TYPES);
  const path = at(field, 'localhostProfile');
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return;
    const detail = 'can only be set when seccomp type is Localhost';
    yield invalid(path, shownInternally('core.SeccompProfile', profile), detail);
  } else if (localhostProfile === undefined) yield required(path, 'must be set when seccomp type is Localhost');
  else yield* descendingPath(path, localhostProfile);
}

const LOCALHOST_PROFILE_BYTES_MAX = 4095;

export function* appArmorProfile(field: string, profile: V1AppArmorProfile | undefined): Errors {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  const path = at(field, 'localhostProfile');
  if (type === 'Localhost') yield* localAppArmorProfile(path, localhostProfile);
  else if (type === '') yield required(at(field, 'type'), 'type is required when appArmorProfile is set');
  else if (!PROFILE_TYPES.includes(type)) yield* neededOneOf(at(field, 'type'), type, PROFILE_TYPES);
  else if (localhostProfile !== undefined) {
    yield invalid(path, shownAsJson(localhostProfile), 'can only be set when AppArmor type is Localhost');
  }
}

function* localAppArmorProfile(field: string, name: string | undefined): Errors {
  const needed = 'must be set when AppArmor type is Localhost';
  if (name === undefined) {
    yield required(field, needed);
    return;
  }
  if (name.trim() !== name) yield invalid(field, name, 'must not be padded with whitespace');
  else if (name === '') yield required(field, needed);
  if (byteLength(name) > LOCALHOST_PROFILE_BYTES_MAX) yield tooLong(field, LOCALHOST_PROFILE_BYTES_MAX);
}
