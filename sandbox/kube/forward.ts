// What the API server passes on to other API servers: programs of the cluster that serve a group and version of their
// own. Who puts a cluster together says how such requests travel; here nobody knows.

import type { Work } from '../time/loop.ts';
import type { DurationMs } from '../time/units.ts';
import type { ProxiedRequest, ProxiedResponse } from './nodedoor.ts';

/** Where an API server is found, and how it is known. */
export interface ServerPlace {
  readonly ip: string;
  readonly port: number;
  /** What its certificate is checked against. `authorities` is PEM; absent: nothing is checked. */
  readonly tls: { readonly serverName: string; readonly authorities?: string };
}

/** In the words of Go's client: `dial tcp 10.96.0.7:443: connect: connection refused`. */
export interface Unreached {
  readonly problem: string;
}

export interface Forward {
  /** What streams is passed on as it comes. */
  pass(at: ServerPlace, request: ProxiedRequest): Work<ProxiedResponse | Unreached>;
  /** Reads the whole answer. */
  read(
    at: ServerPlace,
    request: ProxiedRequest,
    timeout: DurationMs,
  ): Work<{ readonly status: number; readonly contentType: string; readonly body: string } | Unreached>;
}

/** Nobody is there. */
export const NOWHERE: Forward = { pass: refused, read: refused };

function* refused({ ip, port }: ServerPlace): Work<Unreached> {
  return { problem: `dial tcp ${ip}:${port}: connect: connection refused` };
}
