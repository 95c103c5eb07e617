import { expect, test } from 'vitest';
import type { StreamClient } from '../../../../../sandbox/machine/programs/kit/serve.ts';
import { info, type Told } from '../../../../../sandbox/machine/programs/redis/info.ts';
import { decodeReply, type Reply } from '../../../../../sandbox/machine/programs/redis/protocol.ts';
import {
  answerSession,
  closed,
  endWaits,
  newSessions,
  nextEnd,
} from '../../../../../sandbox/machine/programs/redis/sessions.ts';

function stage() {
  const sessions = newSessions();
  const enter = (fd: number): StreamClient => {
    const memory = new Map<string, string>();
    const client = { fd, host: '10.0.0.1', received: new Uint8Array(0), out: [], closing: false, memory };
    sessions.clients.add(client);
    return client;
  };
  const say = (client: StreamClient, line: string, now = 0) =>
    plain(answerSession(sessions, client, line.split(' '), now));
  const heard = ({ out }: StreamClient) => out.splice(0).map((bytes) => plain(decodeReply(bytes)?.value));
  return { sessions, enter, say, heard };
}

function plain(reply: Reply | undefined): unknown {
  if (reply === undefined) return undefined;
  if (reply.r === 'list') return reply.items.map(plain);
  return reply.r === 'number' ? reply.value : reply.r === 'nothing' ? null : reply.text;
}

test('who waits for a list gets what another brings, first come, first served', () => {
  const { enter, say, heard } = stage();
  const [one, two, worker] = [enter(1), enter(2), enter(3)];
  expect(say(one, 'BLPOP jobs 0')).toBeUndefined();
  expect(say(two, 'BRPOP jobs 0')).toBeUndefined();
  expect(say(worker, 'RPUSH jobs a b')).toBe(2);
  expect(heard(one)).toEqual([['jobs', 'a']]);
  expect(heard(two)).toEqual([['jobs', 'b']]);
});

test('a wait ends after its time, or with its connection', () => {
  const { sessions, enter, say, heard } = stage();
  const [one, two] = [enter(1), enter(2)];
  say(one, 'BLPOP jobs 2', 1000);
  say(two, 'BLPOP jobs 0', 1000);
  expect(nextEnd(sessions)).toBe(3000);
  endWaits(sessions, 3000);
  expect(heard(one)).toEqual([null]);
  closed(sessions, two);
  expect(sessions.waiting).toEqual([]);
  expect(say(one, 'RPUSH jobs a')).toBe(1);
  expect(say(one, 'LLEN jobs')).toBe(1);
});

test('databases are apart, transactions run at once, messages reach those who listen', () => {
  const { enter, say, heard } = stage();
  const [one, two] = [enter(1), enter(2)];
  say(one, 'SET k v');
  expect(say(two, 'SELECT 1')).toBe('OK');
  expect(say(two, 'GET k')).toBeNull();
  expect(say(two, 'SELECT 16')).toBe('ERR DB index is out of range');
  expect(say(two, 'MULTI')).toBe('OK');
  expect([say(two, 'INCR n'), say(two, 'INCR n')]).toEqual(['QUEUED', 'QUEUED']);
  expect(say(two, 'EXEC')).toEqual([1, 2]);
  expect(say(two, 'EXEC')).toBe('ERR EXEC without MULTI');
  say(one, 'SUBSCRIBE news');
  expect(heard(one)).toEqual([['subscribe', 'news', 1]]);
  expect(say(two, 'PUBLISH news hello')).toBe(1);
  expect(heard(one)).toEqual([['message', 'news', 'hello']]);
});

test('what a real server knows and this one does not is refused by name', () => {
  const { enter, say } = stage();
  expect(say(enter(1), 'XADD s * a b')).toBe("ERR 'XADD' isn't modelled by this server");
  expect(say(enter(1), 'NOPE a')).toBe("ERR unknown command 'NOPE', with args beginning with: 'a' ");
});

test('INFO has its sections, all or those that are asked for', () => {
  const told: Told = {
    ...{
      version: '7.0.15',
      pid: 1,
      port: 6379,
      upSeconds: 90_000,
      clients: 1,
      waiting: 0,
      connections: 4,
      commands: 9,
    },
    ...{ appendOnly: true, dirty: 0, lastSave: 0, memory: 1024, maxMemory: '0', policy: 'noeviction' },
    keys: [[0, 2, 1]],
  };
  expect(info(told, ['replication'])).toBe('# Replication\r\nrole:master\r\nconnected_slaves:0\r\n');
  expect(info(told, ['keyspace'])).toBe('# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=0\r\n');
  expect(info(told, []).match(/^# \w+/gm)).toHaveLength(8);
});
