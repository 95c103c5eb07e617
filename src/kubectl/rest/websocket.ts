// Opening websockets to the API server, and what is said when it refuses.

import { StatusError } from '../../../sandbox/kube/status.ts';
import { type Blocking, type Fd, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { ConnectionError } from '../errors.ts';
import { decodeText, readAll } from '../files.ts';
import type { RestClient, RestRequest } from './client.ts';
import { decodeStatus } from './status.ts';
import { connectionFailure, USER_AGENT } from './transport.ts';

export interface OpenSocket {
  readonly fd: Fd;
  /** The one of those offered that the server speaks. */
  readonly protocol: string;
}

/** Throws a StatusError for what is forbidden, an Error for other refusals, a ConnectionError where it can't be reached. */
export function* openWebSocket(
  sys: Sys,
  client: RestClient,
  request: RestRequest,
  protocols: readonly string[],
): Blocking<OpenSocket> {
  const url = client.url(request);
  const { tls, headers } = client.config;
  try {
    const opened = yield* sys.webSocket(
      {
        method: 'GET',
        url,
        headers: Object.fromEntries([['User-Agent', USER_AGENT], ...headers]),
        ...(tls === undefined ? {} : { tls }),
      },
      protocols,
    );
    if ('fd' in opened) return opened;
    const body = decodeText(yield* readAll(sys, opened.refused.body));
    sys.close(opened.refused.body);
    const status = decodeStatus(body);
    const known = status?.status === 'Failure' ? status : undefined;
    if (known?.code === 401 || known?.code === 403) throw new StatusError(known);
    throw new Error(`unable to upgrade connection: ${known?.message ?? body.trim()}`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new ConnectionError('GET', url, connectionFailure(error, url));
  }
}
