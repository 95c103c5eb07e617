// The pod security standards, version by version.

import * as Baseline from './baseline.ts';
import type { Level, Standard } from './policy.ts';
import * as Restricted from './restricted.ts';
import type { Check, PodLook, Violation } from './violation.ts';

interface Rule {
  readonly id: string;
  readonly level: Exclude<Level, 'privileged'>;
  /** The check, from a minor version on; the last that isn't newer counts. */
  readonly since: readonly (readonly [minor: number, check: Check])[];
  /** The baseline's rule that this one takes the place of. */
  readonly replaces?: string;
}

const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

const { exceptOnWindows, exceptWithOwnUsers } = Restricted;

/** Sorted by level and id, as violations are told of. */
const RULES: readonly Rule[] = [
  { id: 'appArmorProfile', level: 'baseline', since: [[0, Baseline.appArmor]] },
  { id: 'capabilities_baseline', level: 'baseline', since: [[0, Baseline.capabilities]] },
  { id: 'hostNamespaces', level: 'baseline', since: [[0, Baseline.hostNamespaces]] },
  { id: 'hostPathVolumes', level: 'baseline', since: [[0, Baseline.hostPathVolumes]] },
  { id: 'hostPorts', level: 'baseline', since: [[0, Baseline.hostPorts]] },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', since: [[34, Baseline.hostProbes]] },
  { id: 'privileged', level: 'baseline', since: [[0, Baseline.privileged]] },
  {
    id: 'procMount',
    level: 'baseline',
    since: [
      [0, Baseline.procMount],
      [35, exceptWithOwnUsers(Baseline.procMount)],
    ],
  },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    since: [
      [0, Baseline.seLinux(SELINUX_TYPES)],
      [31, Baseline.seLinux([...SELINUX_TYPES, 'container_engine_t'])],
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    since: [
      [0, Baseline.seccompAnnotations],
      [19, Baseline.seccomp],
    ],
  },
  {
    id: 'sysctls',
    level: 'baseline',
    since: [
      [0, Baseline.sysctls(SYSCTLS)],
      [27, Baseline.sysctls(SYSCTLS_27)],
      [29, Baseline.sysctls(SYSCTLS_29)],
      [32, Baseline.sysctls(SYSCTLS_32)],
    ],
  },
  { id: 'windowsHostProcess', level: 'baseline', since: [[0, Baseline.windowsHostProcess]] },
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    since: [
      [8, Restricted.privilegeEscalation],
      [25, exceptOnWindows(Restricted.privilegeEscalation)],
    ],
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    replaces: 'capabilities_baseline',
    since: [
      [22, Restricted.dropCapabilities],
      [25, exceptOnWindows(Restricted.dropCapabilities)],
    ],
  },
  { id: 'procMount_restricted', level: 'restricted', replaces: 'procMount', since: [[35, Baseline.procMount]] },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    replaces: 'hostPathVolumes',
    since: [[0, Restricted.volumeTypes]],
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    since: [
      [0, Restricted.runAsNonRoot],
      [35, exceptWithOwnUsers(Restricted.runAsNonRoot)],
    ],
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    since: [
      [23, Restricted.runAsUser],
      [35, exceptWithOwnUsers(Restricted.runAsUser)],
    ],
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    replaces: 'seccompProfile_baseline',
    since: [
      [19, Restricted.seccompSet],
      [25, exceptOnWindows(Restricted.seccompSet)],
    ],
  },
];

/** All that a pod does against a standard. */
export function violations(standard: Standard, pod: PodLook): readonly Violation[] {
  return checksOf(standard).flatMap((check) => check(pod) ?? []);
}

function checksOf({ level, minor = Number.MAX_SAFE_INTEGER }: Standard): readonly Check[] {
  if (level === 'privileged') return [];
  const inForce = RULES.filter((rule) => (level === 'restricted' || rule.level === 'baseline') && isSince(rule, minor));
  const replaced = new Set(inForce.map(({ replaces }) => replaces));
  return inForce
    .filter(({ id }) => !replaced.has(id))
    .flatMap(({ since }) => since.findLast(([first]) => first <= minor)?.[1] ?? []);
}

function isSince({ since: [first] }: Rule, minor: number): boolean {
  return first !== undefined && first[0] <= minor;
}

/** `privileged (container "a" must not ...), hostPort (...)`. */
export function detailsOf(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}

export function reasonsOf(found: readonly Violation[]): string {
  return found.map(({ reason }) => reason).join(', ');
}
