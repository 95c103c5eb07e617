// Webhooks by URL on the host itself, over TLS. Nothing of the host is called unless whoever made the cluster allows it,
// and then only at the addresses that it names. An answer enters the cluster as an input, between two of its tasks.

import { request as httpsRequest, type RequestOptions } from 'node:https';
import { nobody, type Outgoing, type OutgoingAnswer, type OutgoingRequest } from '../kube/outgoing.ts';
import type { Loop, Work } from '../time/loop.ts';

/** The hosts that may be called; `true`: this machine alone. */
export type AllowedHosts = true | readonly string[];

export interface HostCalls {
  readonly outgoing: Outgoing;
  /** Told when an answer has come, and time may pass again. */
  onAnswer(tell: () => void): void;
  /** Resolves when the next one has its answer; at once when none is under way. */
  answered(): Promise<void>;
}

const THIS_MACHINE = ['127.0.0.1', 'localhost'];
const ANSWER_BYTES_MAX = 3 * 1024 * 1024;

/** `loop` is asked when the first call is made: the cluster is whole by then. */
export function createHostCalls(loop: () => Loop, allowed: AllowedHosts): HostCalls {
  const hosts = new Set(allowed === true ? THIS_MACHINE : allowed);
  const listeners = new Set<() => void>();
  const open = new Set<Promise<void>>();

  function* outgoing(request: OutgoingRequest): Work<OutgoingAnswer> {
    if (!hosts.has(new URL(request.url).hostname)) return yield* nobody(request);
    const { signal, fire, hold } = loop();
    const answered = signal();
    // Until then the clock stands still, so that what is slow here isn't slow there.
    const held = hold();
    const over = call(request).then((answer) => {
      open.delete(over);
      held.release();
      fire(answered, answer);
      for (const tell of listeners) tell();
    });
    open.add(over);
    return (yield answered) as OutgoingAnswer;
  }

  return {
    outgoing,
    onAnswer: (tell) => {
      listeners.add(tell);
    },
    answered: () => Promise.race(open.size === 0 ? [undefined] : open),
  };
}

/** Never rejects: what goes wrong is an answer too, in the words of Go's client. */
function call({ url, authorities, body, timeout }: OutgoingRequest): Promise<OutgoingAnswer> {
  return new Promise((resolve) => {
    const { hostname, port, pathname, search } = new URL(url);
    const options: RequestOptions = {
      // The name of this machine is its own address, whatever the host's tables say.
      host: hostname === 'localhost' ? '127.0.0.1' : hostname,
      port: port === '' ? 443 : Number(port),
      path: `${pathname}${search}`,
      method: 'POST',
      agent: false,
      headers: { host: new URL(url).host, 'content-type': 'application/json', accept: 'application/json, */*' },
      signal: AbortSignal.timeout(timeout),
      ...(/^[0-9.]+$/.test(hostname) ? {} : { servername: hostname }),
      ...(authorities === undefined ? {} : { ca: authorities }),
    };
    const asked = httpsRequest(options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > ANSWER_BYTES_MAX) response.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('error', (error) => resolve({ problem: problemOf(error, options) }));
      response.on('end', () => {
        const contentType = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    asked.on('error', (error) => resolve({ problem: problemOf(error, options) }));
    asked.end(body);
  });
}

const UNTRUSTED = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function problemOf(error: Error & { readonly code?: unknown }, { host, port }: RequestOptions): string {
  const code = String(error.code ?? '');
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'context deadline exceeded';
  if (code === 'ECONNREFUSED') return `dial tcp ${host}:${port}: connect: connection refused`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host}: no such host`;
  if (code === 'ECONNRESET') return 'EOF';
  if (UNTRUSTED.has(code)) return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  return error.message;
}
