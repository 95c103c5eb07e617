// Calls that can wait, as data: what a process waits for is part of the state, and a copy of the machine goes on
// waiting for the same.

import type { DurationMs, TimeMs } from '../time/units.ts';
import type { HttpCall } from './net/client.ts';
import type { ConnectCall } from './net/connect.ts';
import type { LookupCall } from './net/resolver.ts';
import type { Bytes, ErrnoCode, Fd, OpenFlags, SpawnOptions } from './sys.ts';

export type Call =
  | { readonly call: 'open'; readonly path: string; readonly flags: OpenFlags; opened: Fd | undefined }
  | { readonly call: 'read'; readonly fd: Fd; readonly limit: number; readonly through: number | undefined }
  | { readonly call: 'write'; readonly fd: Fd; readonly data: Bytes; done: number }
  | { readonly call: 'poll'; readonly fds: readonly Fd[]; readonly until: TimeMs | undefined }
  | { readonly call: 'sleep'; readonly until: TimeMs }
  | { readonly call: 'spend'; steps: number }
  | { readonly call: 'claim'; readonly bytes: number }
  | { readonly call: 'exec'; readonly argv: readonly string[]; readonly options: SpawnOptions }
  | {
      readonly call: 'wait';
      readonly pid: number | undefined;
      readonly noHang: boolean;
      readonly stopped: boolean;
    }
  | { readonly call: 'connect'; readonly connect: ConnectCall }
  | { readonly call: 'accept'; readonly fd: Fd }
  | { readonly call: 'resolve'; readonly lookup: LookupCall }
  | { readonly call: 'lookup'; readonly lookup: LookupCall }
  | {
      readonly call: 'ping';
      readonly until: TimeMs;
      readonly took: DurationMs | undefined;
      readonly failure: ErrnoCode | undefined;
    }
  | { readonly call: 'http'; readonly http: HttpCall }
  | { readonly call: 'webSocket'; readonly http: HttpCall };

/** A call couldn't be answered yet; whoever waits is woken when it should be tried again. */
export const PENDING: unique symbol = Symbol('pending');
export type Pending = typeof PENDING;
