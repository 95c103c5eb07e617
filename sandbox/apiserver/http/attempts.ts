// The latest writes of clients and what came of them, also of those that were refused and left no object behind: a
// teacher recognises mistakes by them. Plain data, bounded.

import type { Caller, Target } from '../../kube/operation.ts';
import type { V1Status, V1StatusCause } from '../../kube/status.ts';
import type { TimeMs } from '../../time/units.ts';
import type { Address } from './address.ts';

/** One write, and its answer. */
export interface Attempt {
  /** Grows by one with each. */
  readonly n: number;
  readonly at: TimeMs;
  readonly verb: string;
  readonly target: Target;
  readonly user: string;
  readonly userAgent: string;
  /** The client's address. */
  readonly source: string;
  /** HTTP's. */
  readonly code: number;
  /** Why it was refused; both absent when it wasn't. */
  readonly reason?: string;
  readonly message?: string;
  readonly causes: readonly V1StatusCause[];
  readonly warnings: readonly string[];
}

export interface AttemptsState {
  /** How many there have been. */
  count: number;
  latest: readonly Attempt[];
}

const ATTEMPTS_MAX = 64;

export function newAttemptsState(): AttemptsState {
  return { count: 0, latest: [] };
}

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** What is created there is an answer, and nothing is kept. */
const REVIEWS: ReadonlySet<string> = new Set(['authentication.k8s.io', 'authorization.k8s.io']);
const STREAMS: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward', 'proxy']);

export interface Outcome {
  readonly code: number;
  readonly warnings: readonly string[];
  readonly status?: V1Status;
}

/** Keeps a write of a client; everything else passes by. */
export function noteAttempt(
  state: AttemptsState,
  address: Address,
  caller: Caller,
  at: TimeMs,
  outcome: Outcome,
): void {
  if (address.kind !== 'resource' || !WRITES.has(address.verb) || REVIEWS.has(address.target.group)) return;
  if (STREAMS.has(address.target.subresource ?? '')) return;
  const { code, warnings, status } = outcome;
  const attempt: Attempt = {
    n: ++state.count,
    at,
    verb: address.verb,
    target: address.target,
    user: caller.user.name,
    userAgent: caller.userAgent,
    source: caller.sourceIp ?? '',
    code,
    causes: status?.details?.causes ?? [],
    warnings: [...warnings],
    ...(status?.reason === undefined ? {} : { reason: status.reason }),
    ...(status?.message === undefined ? {} : { message: status.message }),
  };
  state.latest = [...state.latest.slice(1 - ATTEMPTS_MAX), attempt];
}
