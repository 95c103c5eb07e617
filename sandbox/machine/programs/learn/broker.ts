// `learn/broker`: keeps messages, under an identity that its properties give it.

import { durationMs, seconds } from '../../../time/units.ts';
import { textOf } from '../../bytes.ts';
import type { HttpReply } from '../../serve.ts';
import type { Blocking, PlainData, Program, Sys } from '../../sys.ts';
import { tryTextFile } from '../kit/input.ts';
import { addressOf, reasonOf, say, servePages } from './pages.ts';

const TIMEOUT = durationMs(2000);

/** A broker's properties: `key=value` lines. */
function propertiesOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#') && line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()] as const),
  );
}

const PROPERTIES = '/etc/broker/server.properties';

interface Broker {
  readonly id: string;
  readonly log: string;
}

/**
 * Keeps messages under `log.dir`. It needs `broker.id` and `coordinator` (an address), registers there as `broker-ID`,
 * and ends when another has its id. `POST /messages` adds one, `GET /messages` lists them.
 */
export const broker: Program = function* run(sys, saved) {
  if (saved !== undefined) return yield* serveBroker(sys, saved, { id: '', log: '' });
  const text = yield* tryTextFile(sys, PROPERTIES);
  const properties = propertiesOf(text ?? '');
  const missing = ['broker.id', 'coordinator'].find((key) => (properties.get(key) ?? '') === '');
  if (text === undefined || missing !== undefined || !/^\d+$/.test(properties.get('broker.id') ?? '')) {
    const why =
      text === undefined
        ? 'no such file'
        : missing === undefined
          ? 'broker.id must be a number'
          : `${missing} is not set`;
    yield* sys.write(2, `broker: ${PROPERTIES}: ${why}\n`);
    return 1;
  }
  const id = properties.get('broker.id') ?? '';
  const address = properties.get('advertised.address') ?? sys.hostname();
  const refused = yield* register(sys, properties.get('coordinator') ?? '', id, address);
  if (refused !== undefined) {
    yield* sys.write(2, `broker: ${refused}\n`);
    return 1;
  }
  const folder = properties.get('log.dir') ?? '/data';
  const before = yield* tryTextFile(sys, `${folder}/broker.id`);
  if (before !== undefined && before.trim() !== id) {
    yield* sys.write(2, `broker: ${folder} belongs to broker ${before.trim()}, and this is broker ${id}\n`);
    return 1;
  }
  yield* append(sys, `${folder}/broker.id`, before === undefined ? `${id}\n` : '');
  return yield* serveBroker(sys, undefined, { id, log: `${folder}/messages.log` });
};

/** Why the coordinator doesn't take this broker; undefined when it does. */
function* register(sys: Sys, coordinator: string, id: string, address: string): Blocking<string | undefined> {
  for (let tries = 0; ; tries++) {
    try {
      const { host, port } = addressOf(coordinator, 8080);
      const url = `http://${host}:${port}/members/broker-${id}`;
      const response = yield* sys.http({ method: 'PUT', url, body: address, timeout: TIMEOUT });
      const text = textOf(yield* sys.read(response.body, 1000)).trim();
      sys.close(response.body);
      return response.status < 300 ? undefined : `coordinator ${coordinator}: ${text}`;
    } catch (error) {
      if (tries >= 10) return `coordinator ${coordinator}: ${reasonOf(error)}`;
      yield* say(sys, `coordinator ${coordinator}: ${reasonOf(error)}, trying again`);
      yield* sys.sleep(seconds(3));
    }
  }
}

function* append(sys: Sys, path: string, text: string): Blocking<void> {
  if (text === '') return;
  const fd = yield* sys.open(path, { write: true, create: true, append: true });
  yield* sys.write(fd, text);
  sys.close(fd);
}

function serveBroker(sys: Sys, saved: PlainData | undefined, fresh: Broker): Blocking<number> {
  return servePages<Broker>(sys, saved, () => fresh, {
    name: 'broker',
    port: 9092,
    *pages({ path, method, body }, { id, log }, inner): Blocking<HttpReply | undefined> {
      if (path === '/') return { status: 200, body: `broker: ${id}\nversion: ${inner.env.get('VERSION') ?? '1.0'}\n` };
      if (path !== '/messages') return undefined;
      if (method === 'GET') return { status: 200, body: (yield* tryTextFile(inner, log)) ?? '' };
      yield* append(inner, log, `${textOf(body).replaceAll('\n', ' ').trim()}\n`);
      return { status: 201, body: 'kept\n' };
    },
  });
}
