// Servers for webhooks beside a cluster, which answer in virtual time.

import { nobody, type Outgoing } from '../../../sandbox/kube/outgoing.ts';
import { parseJson } from '../../../sandbox/schema/json/parse.ts';
import type { Loop, Signal } from '../../../sandbox/time/loop.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import type { Webhook, WebhookAddress } from '../world.ts';

const URL_PREFIX = 'https://127.0.0.1:7549';

export interface WebhookServers {
  serve(webhook: Webhook): WebhookAddress;
  /** How the API server reaches them. */
  outgoing(loop: Loop): Outgoing;
}

/** One server at a time, always at the same address. */
export function createWebhookServers(): WebhookServers {
  let served: Webhook | undefined;
  return {
    serve(webhook) {
      served = webhook;
      return {
        url: URL_PREFIX,
        certificateAuthority: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
        close: async () => {
          served = undefined;
        },
      };
    },
    outgoing(loop) {
      const ends = loop.actor<Signal>('answers of webhooks', (signal) => loop.fire(signal, undefined));
      return function* ask(request) {
        if (served === undefined || !request.url.startsWith(`${URL_PREFIX}/`)) return yield* nobody(request);
        const answer = served.answer(request.url.slice(URL_PREFIX.length), parseJson(request.body).value);
        const late = answer.delayMs > request.timeout;
        if (answer.delayMs > 0) {
          const end = loop.signal();
          ends.post(end, durationMs(late ? request.timeout : answer.delayMs));
          yield end;
        }
        if (late) return { problem: 'context deadline exceeded' };
        return { status: answer.status, contentType: 'application/json', body: answer.body };
      };
    },
  };
}
