// Proxies: a request that one server got is asked of another, and its answer is given back.

import type { HttpReply, ServedRequest } from '../../serve.ts';
import type { Blocking, Bytes, HttpRequest, Sys } from '../../sys.ts';
import { concat } from '../../text.ts';
import { headerName } from './headername.ts';

/** What is between two neighbours only, or is made anew. */
const OWN = new Set(['connection', 'transfer-encoding', 'content-length', 'server', 'date', 'keep-alive']);

/** A request's headers as they go on: all but those of the connection, and its host. */
export function passedOn({ headers }: ServedRequest): Record<string, string> {
  const passed: Record<string, string> = { Connection: 'close' };
  for (const [name, values] of Object.entries(headers))
    if (name !== 'host' && name !== 'connection') passed[name] = values.join(', ');
  return passed;
}

/** Asks, and reads the answer to its end. SysError as `sys.http` throws it. */
export function* forward(sys: Sys, request: HttpRequest): Blocking<HttpReply> {
  const response = yield* sys.http(request);
  const chunks: Bytes[] = [];
  for (;;) {
    const chunk = yield* sys.read(response.body, 65_536);
    if (chunk.length === 0) break;
    chunks.push(chunk);
  }
  sys.close(response.body);
  const kept = Object.entries(response.headers).filter(([name]) => !OWN.has(name));
  return {
    status: response.status,
    headers: Object.fromEntries(kept.map(([name, values]) => [headerName(name), values])),
    body: concat(chunks),
  };
}
