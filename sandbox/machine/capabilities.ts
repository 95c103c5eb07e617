// Linux capabilities by name (without `CAP_`), with their numbers.

const NAMES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'SYSLOG',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
  'AUDIT_READ',
  'PERFMON',
  'BPF',
  'CHECKPOINT_RESTORE',
] as const;

export const ALL_CAPABILITIES: ReadonlySet<string> = Object.freeze(new Set<string>(NAMES));

export const NO_CAPABILITIES: ReadonlySet<string> = Object.freeze(new Set<string>());

/** What containerd gives a container that asks for nothing. */
export const DEFAULT_CAPABILITIES: ReadonlySet<string> = Object.freeze(
  new Set<string>([
    'CHOWN',
    'DAC_OVERRIDE',
    'FSETID',
    'FOWNER',
    'MKNOD',
    'NET_RAW',
    'SETGID',
    'SETUID',
    'SETFCAP',
    'SETPCAP',
    'NET_BIND_SERVICE',
    'SYS_CHROOT',
    'KILL',
    'AUDIT_WRITE',
  ]),
);

/** The default set (all, when privileged) with what a container adds and drops; `ALL` stands for every one. */
export function containerCapabilities(
  add: readonly string[],
  drop: readonly string[],
  privileged: boolean,
): ReadonlySet<string> {
  if (privileged) return ALL_CAPABILITIES;
  if (add.length === 0 && drop.length === 0) return DEFAULT_CAPABILITIES;
  const plain = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');
  const set = new Set<string>(drop.some((name) => plain(name) === 'ALL') ? [] : DEFAULT_CAPABILITIES);
  if (add.some((name) => plain(name) === 'ALL')) for (const name of NAMES) set.add(name);
  for (const name of add) if (ALL_CAPABILITIES.has(plain(name))) set.add(plain(name));
  for (const name of drop) set.delete(plain(name));
  return Object.freeze(set);
}

/** `00000000a80425fb`, as /proc/PID/status prints a set. */
export function capabilityMask(set: ReadonlySet<string>): string {
  let mask = 0n;
  NAMES.forEach((name, number) => {
    if (set.has(name)) mask |= 1n << BigInt(number);
  });
  return mask.toString(16).padStart(16, '0');
}
