// Answers that the proxy gives itself, with the words of Go's HTTP server.

import { escapedForHtml } from '../../../../sandbox/kube/go/gotemplate/functions.ts';
import { formatResponse } from '../../../../sandbox/machine/http.ts';
import { httpDate } from '../../../../sandbox/machine/serve.ts';
import type { Bytes } from '../../../../sandbox/machine/sys.ts';
import type { TimeMs } from '../../../../sandbox/time/units.ts';

type Headers = readonly (readonly [string, string])[];

const PLAIN: Headers = [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['X-Content-Type-Options', 'nosniff'],
];

/** The connection is closed after it, which its length makes unnecessary to say. */
export function answerOf(now: TimeMs, status: number, headers: Headers, body: Bytes | string): Bytes {
  const length = typeof body === 'string' ? new TextEncoder().encode(body).length : body.length;
  const more: Headers = [
    ['Date', httpDate(now)],
    ['Content-Length', String(length)],
  ];
  return formatResponse(status, [...headers, ...more], body);
}

/** An error in plain words. */
export function plainAnswer(now: TimeMs, status: number, text: string): Bytes {
  return answerOf(now, status, PLAIN, `${text}\n`);
}

/** A path that is the beginning of others, or isn't clean, leads to the one that is meant. */
export function redirect(now: TimeMs, location: string): Bytes {
  const headers: Headers = [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Location', location],
  ];
  return answerOf(now, 307, headers, `<a href="${escapedForHtml(location)}">Temporary Redirect</a>.\n\n`);
}
