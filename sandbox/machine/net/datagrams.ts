// Questions for names, asked of a process: each travels as a small connection of its own to whoever listens for
// datagrams there. Question and answer are JSON, one each way, ended by the end of what is written.

import type { Task } from '../../time/loop.ts';
import { after, type DurationMs, type TimeMs } from '../../time/units.ts';
import { bytesOf, textOf } from '../bytes.ts';
import { PENDING, type Pending } from '../calls.ts';
import { type Kernel, MACHINE, wakeAll } from '../context.ts';
import type { Route } from '../network.ts';
import { type DnsAnswer, type DnsQuestion, SysError } from '../sys.ts';
import { type Endpoint, findListener } from './namespace.ts';
import type { Caller } from './resolver.ts';
import { type ExpireTask, freePort, openConnection, readEndpoint, shutEndpoint, writeEndpoint } from './sockets.ts';

interface Asked {
  readonly until: TimeMs;
  readonly asked: Endpoint;
  readonly expiry: Task;
  heard: string;
}

/** Nobody listens: the other side's kernel says so. */
interface Refused {
  readonly until: TimeMs;
  readonly answer: 'refused';
}

const DNS_PORT = 53;

export function askProcess(
  kernel: Kernel,
  caller: Caller,
  { name, type, server, port = DNS_PORT }: DnsQuestion,
  { network, address, source, latency }: Extract<Route, { kind: 'network' }>,
  timeout: DurationMs,
): Asked | Refused {
  const listener = findListener(network, address, 'UDP');
  const now = kernel.now();
  if (listener === undefined || listener.backlog.length >= listener.backlogMax)
    return { until: after(now, (latency * 2) as DurationMs), answer: 'refused' };
  const own = freePort(caller.network);
  const { client, server: end } = openConnection(kernel, {
    from: caller.network.number,
    to: network.number,
    asked: { host: server, port },
    latency,
    tls: false,
    client: { host: caller.network.addresses[0] ?? source, port: own },
    seen: { host: source, port: own },
    server: address,
  });
  writeEndpoint(kernel, caller.id, client, bytesOf(JSON.stringify({ name, type })));
  shutEndpoint(kernel, client);
  listener.backlog.push(end);
  wakeAll(kernel, listener.waiters);
  const what: ExpireTask = { kind: 'expire', connection: client.connection.number };
  const expiry = kernel.loop.wake({ actor: MACHINE, what }, timeout);
  return { until: after(now, timeout), asked: client, expiry, heard: '' };
}

/** The answer, once all of it is there; `refused` when whoever listened has gone, `none` when it is no answer. */
export function hear(kernel: Kernel, caller: Caller, asked: Asked): DnsAnswer | 'refused' | 'none' | Pending {
  try {
    for (;;) {
      const bytes = readEndpoint(kernel, caller.id, asked.asked, ANSWER_MAX);
      if (bytes === PENDING) return PENDING;
      if (bytes.length === 0) return answerOf(asked.heard);
      asked.heard += textOf(bytes);
    }
  } catch (error) {
    if (error instanceof SysError) return kernel.now() < asked.until ? 'refused' : 'none';
    throw error;
  }
}

const ANSWER_MAX = 65_536;

function answerOf(text: string): DnsAnswer | 'none' {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'answers' in value ? (value as DnsAnswer) : 'none';
  } catch {
    return 'none';
  }
}
