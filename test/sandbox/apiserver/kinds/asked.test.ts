// Requests that a real 1.36 server was asked, and what it said: rules that no recording shows. Each is asked of an empty
// cluster with the namespace `t`.

import { expect, test } from 'vitest';
import type { V1Status } from '../../../../sandbox/kube/status.ts';
import { simulator } from '../../../golden/simulator.ts';
import asked from './asked.json' with { type: 'json' };

interface Asked {
  readonly method: string;
  readonly path: string;
  /** Of the body: JSON unless given. */
  readonly type?: string;
  readonly body?: object;
  readonly code: number;
  /** Of a refusal: what is said, and how many causes are told. */
  readonly message?: string;
  readonly causes?: number;
  /** What is in the object that is answered, among other things. */
  readonly answer?: object;
}

const START = 1_700_000_000_000;
const world = await simulator.create({ extent: 'api', startTime: START, addons: [], files: {} });

async function send({ method, path, type = 'application/json', body }: Omit<Asked, 'code'>) {
  const headers = { Accept: 'application/json', 'Content-Type': type };
  const bytes = body === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(body)) };
  const answer = await world.request({ method, path, headers, user: 'admin', ...bytes });
  return { code: answer.status, text: new TextDecoder().decode(answer.body) };
}

await send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 't' } } });
await send({ method: 'POST', path: '/api/v1/namespaces/t/serviceaccounts', body: { metadata: { name: 'default' } } });

function timeless(message = ''): string {
  return message.replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'T').replaceAll(/current: \d+/g, 'current: R');
}

const cases = asked.map((one: Asked): readonly [string, Asked] => [
  `${one.method} ${one.path}${one.body === undefined ? '' : ` of ${JSON.stringify(one.body)}`} is answered with ${one.code}, as a real server does`,
  one,
]);

test.each(cases)('%s', async (_, { message, causes = 0, answer = {}, code, ...request }) => {
  const got = await send(request);
  if (message === undefined) expect(JSON.parse(got.text)).toMatchObject(answer);
  else {
    const status: V1Status = JSON.parse(got.text);
    expect(timeless(status.message)).toBe(message);
    expect(status.details?.causes ?? []).toHaveLength(causes);
  }
  expect(got.code).toBe(code);
});
