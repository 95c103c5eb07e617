// Questions that CoreDNS asks other servers, each in a process of its own; and the lines of its log.

import { type Address, type Blocking, type DnsAnswer, type Fd, type PlainData, type Sys, SysError } from '../../sys.ts';
import { askServers } from '../net/names.ts';
import { type Question, SERVFAIL, type Step } from './chain.ts';

/** What a process that asks elsewhere was told. */
export interface Errand {
  readonly kind: 'errand';
  readonly step: Extract<Step, { kind: 'forward' }>;
  readonly logs: boolean;
  readonly complains: boolean;
}

/** Where a process that asks elsewhere finds who waits for the answer. */
export const CLIENT_FD = 3;

export function isErrand(saved: PlainData | undefined): saved is Errand {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'errand';
}

/** Asks elsewhere, and gives the answer to who waits. */
export function* errand(sys: Sys, { step, logs, complains }: Errand): Blocking<number> {
  const { question, servers, before } = step;
  const from = sys.remoteAddress(CLIENT_FD);
  const heard =
    servers.length === 0 ? 'refused' : yield* askServers(sys, servers, question, { timeoutMs: 2000, attempts: 2 });
  const given =
    typeof heard === 'string' ? SERVFAIL : { ...heard, authoritative: false, answers: [...before, ...heard.answers] };
  if (typeof heard === 'string' && complains) {
    const why = heard === 'refused' ? 'read: connection refused' : 'i/o timeout';
    yield* sys.write(
      1,
      `[ERROR] plugin/errors: 2 ${question.name.replace(/\.?$/, '.')} ${question.type}: read udp ${sys.interfaces()[1]?.addresses[0]?.address ?? ''}:${32_768 + sys.random(28_000)}->${servers[0] ?? ''}:53: ${why}\n`,
    );
  }
  yield* writeOrGone(sys, CLIENT_FD, JSON.stringify(given));
  sys.close(CLIENT_FD);
  if (logs) yield* logQuestion(sys, question, given, from);
  return 0;
}

/** A line a question. */
export function* logQuestion(
  sys: Sys,
  { name, type }: Question,
  given: DnsAnswer,
  from: Address | undefined,
): Blocking<void> {
  const dotted = name.endsWith('.') ? name : `${name}.`;
  const flags = given.authoritative ? 'qr,aa,rd' : 'qr,rd,ra';
  const size = dotted.length + 17;
  yield* info(
    sys,
    `${from?.host ?? '-'}:${from?.port ?? 0} - ${sys.random(65_536)} "${type} IN ${dotted} udp ${size} false 512" ${given.status} ${flags} ${size + given.answers.length * 45} 0.000${100 + sys.random(400)}s`,
  );
}

export function* info(sys: Sys, text: string): Blocking<void> {
  yield* sys.write(1, `[INFO] ${text}\n`);
}

export function* writeOrGone(sys: Sys, fd: Fd, text: string): Blocking<void> {
  try {
    yield* sys.write(fd, text);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
  }
}
