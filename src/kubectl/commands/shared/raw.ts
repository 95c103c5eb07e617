// Requests that a command line gives as a path of the API: `get --raw`, `create --raw`, ...

import type { Blocking, Bytes } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { readAll, readFile } from '../../files.ts';
import { readStream } from '../../rest/stream.ts';

/** Sends a request and prints the answer as it is and as it comes. */
export function* printRaw(call: Call, uri: string, method = 'GET', body?: string | Bytes): Blocking<void> {
  const client = yield* call.client();
  const question = uri.indexOf('?');
  const path = question < 0 ? uri : uri.slice(0, question);
  const query = question < 0 ? [] : [...new URLSearchParams(uri.slice(question + 1))];
  const request = {
    method,
    path: decodeURI(path),
    query,
    accept: 'application/json, */*',
    source: 'raw.go:84',
    // Without a content type: nobody says what the bytes are.
    ...(body === undefined ? {} : { body }),
  };
  const answer = yield* client.stream(request);
  for (;;) {
    const bytes = yield* readStream(call.sys, answer);
    if (bytes.length === 0) break;
    yield* call.sys.write(1, bytes);
  }
  call.sys.close(answer.body);
}

/** Sends a file, or standard input for `-`. */
export function* sendRawFile(call: Call, method: string, uri: string, file: string): Blocking<void> {
  const body = file === '-' ? yield* readAll(call.sys, 0) : file === '' ? undefined : yield* readFile(call.sys, file);
  yield* printRaw(call, uri, method, body);
}
