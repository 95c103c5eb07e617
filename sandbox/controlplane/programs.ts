// What runs in the containers of a control plane. A process stands for the program: while one runs, the cluster's part of
// that name does. It reads its flags as the real one does as far as they name files; all others have no effect, and it
// says so in its log when one is set to something else.

import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../machine/sys.ts';
import { durationMs, rfc3339Micro } from '../time/units.ts';
import type { Part } from './parts.ts';

/** Flags that the real ones have and a learner may add; what the manifests set is known beside them. */
const OTHER_FLAGS = new Set(
  `anonymous-auth audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-path audit-policy-file
authentication-config authorization-config auto-compaction-retention bind-address concurrent-deployment-syncs config
disable-admission-plugins election-timeout encryption-provider-config event-ttl feature-gates heartbeat-interval
horizontal-pod-autoscaler-sync-period kube-api-burst kube-api-qps leader-elect-lease-duration leader-elect-renew-deadline
leader-elect-retry-period log-level logging-format max-requests-inflight node-cidr-mask-size node-monitor-grace-period
node-monitor-period oidc-client-id oidc-issuer-url oidc-username-claim pod-eviction-timeout profiling quota-backend-bytes
request-timeout runtime-config secure-port service-node-port-range terminated-pod-gc-threshold tls-cert-file
tls-cipher-suites tls-min-version tls-private-key-file v vmodule`.split(/\s+/),
);

const WORKING = 'working';
const LONG = durationMs(86_400_000 * 365);

/** What a process has saved that stands for a part. */
export function isWorking(saved: unknown): boolean {
  return saved === WORKING;
}

/** `begun` is told when one begins to work. */
export function partProgram(part: Part, begun: (part: string) => void): Program {
  return function* run(sys: Sys, saved: PlainData | undefined): Blocking<number> {
    sys.onSignal('SIGTERM', 'catch');
    sys.onSignal('SIGINT', 'catch');
    if (saved === undefined) {
      const problem = yield* problemOf(sys, part);
      if (problem !== undefined) {
        yield* sys.write(2, log(sys, 'E', `"command failed" err="${problem}"`));
        return 1;
      }
      yield* sys.claim(part.memory);
      yield* sys.write(2, log(sys, 'I', `"Starting" program="${part.name}" image="${part.image}"`));
      begun(part.name);
    }
    return yield* untilTold(sys);
  };
}

function* untilTold(sys: Sys): Blocking<number> {
  for (;;) {
    sys.save(WORKING);
    try {
      yield* sys.sleep(LONG);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
      yield* sys.write(2, log(sys, 'I', '"Requested to terminate, exiting"'));
      return 0;
    }
  }
}

/** Why it can't begin, in the words of its log. */
function* problemOf(sys: Sys, part: Part): Blocking<string | undefined> {
  let named = 0;
  for (const argument of sys.argv.slice(1)) {
    const [, flag = '', value = ''] = /^--?([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    const usual = Object.hasOwn(part.flags, flag) ? part.flags[flag] : undefined;
    if (usual === undefined && !OTHER_FLAGS.has(flag))
      return flag === '' ? `unknown command \\"${argument}\\"` : `unknown flag: --${flag}`;
    if (usual?.startsWith('/etc/kubernetes/')) {
      if (!isFile(sys, value)) return `open ${value}: no such file or directory`;
      named++;
    } else if (value !== usual)
      yield* sys.write(2, log(sys, 'W', `"This flag has no effect in a simulated cluster" flag="${flag}"`));
  }
  return named === 0 ? 'invalid configuration: no configuration has been provided' : undefined;
}

function isFile(sys: Sys, path: string): boolean {
  try {
    const { type, size } = sys.stat(path);
    return type === 'file' && size > 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return false;
  }
}

/** A line as klog writes it: `I0102 15:04:05.000000       1 main.go:1] "Starting"`. */
function log(sys: Sys, level: 'E' | 'I' | 'W', text: string): string {
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T(.*)Z$/.exec(rfc3339Micro(sys.now())) ?? [];
  return `${level}${month}${day} ${time}       1 main.go:1] ${text}\n`;
}
