import { expect, test } from 'vitest';
import type { NodeDoor, Session } from '../../../sandbox/kube/nodedoor.ts';
import type { ChannelId } from '../../../sandbox/time/channel.ts';
import type { Work } from '../../../sandbox/time/loop.ts';
import { newWorld, podOf, type World } from './world.ts';

function doorOf(world: World): NodeDoor {
  const door = world.door('node-0');
  if (door === undefined) throw new Error('the node has no door');
  return door;
}

function textOf({ simulator }: World, channel: ChannelId | undefined): string {
  let text = '';
  while (channel !== undefined) {
    const read = simulator.channels.read(channel);
    if (read.kind !== 'more') break;
    text += typeof read.chunk === 'string' ? read.chunk : new TextDecoder().decode(read.chunk as Uint8Array);
  }
  return text;
}

function open(world: World, work: Work<Session>): Session {
  return world.simulator.run(work);
}

const MAIN = { namespace: 'default', pod: 'web', container: 'main' };
const OUTPUT = { stdin: false, stdout: true, stderr: true, tty: false };

test('a command runs in a container; its streams and its exit code come back', () => {
  const world = newWorld();
  world.create(podOf('web', { image: 'nginx:1.27' }));
  world.pass(3);
  const session = open(
    world,
    doorOf(world).exec({ ...MAIN, ...OUTPUT, command: ['sh', '-c', 'echo out; echo err >&2; exit 3'] }),
  );
  world.pass(1);
  expect(textOf(world, session.stdout)).toBe('out\n');
  expect(textOf(world, session.stderr)).toBe('err\n');
  const result = world.simulator.channels.read(session.result);
  expect(result).toMatchObject({
    kind: 'more',
    chunk: { reason: 'NonZeroExitCode', details: { causes: [{ message: '3' }] } },
  });
});

test('what a client types reaches the command, and its end ends it', () => {
  const world = newWorld();
  world.create(podOf('web', { image: 'nginx:1.27' }));
  world.pass(3);
  const session = open(world, doorOf(world).exec({ ...MAIN, ...OUTPUT, stdin: true, command: ['cat'] }));
  const { channels } = world.simulator;
  if (session.stdin === undefined) throw new Error('it was asked for');
  channels.write(session.stdin, new TextEncoder().encode('hello\n'), 6);
  world.pass(1);
  expect(textOf(world, session.stdout)).toBe('hello\n');
  channels.close(session.stdin);
  world.pass(1);
  expect(channels.read(session.result)).toMatchObject({ kind: 'more', chunk: { status: 'Success' } });
});

test('logs are told while there are some, and followed to their end', () => {
  const world = newWorld();
  const command = ['sh', '-c', 'for i in 1 2 3; do echo line $i; sleep 1; done'];
  world.create(podOf('web', { command }, { restartPolicy: 'Never' }));
  const request = { ...MAIN, follow: false, previous: false, timestamps: false };
  world.pass(0.2);
  expect(() => world.simulator.run(doorOf(world).log(request))).toThrow(
    'container "main" in pod "web" is waiting to start: ContainerCreating',
  );
  world.pass(1);
  const followed = world.simulator.run(doorOf(world).log({ ...request, follow: true }));
  world.pass(6);
  expect(textOf(world, followed)).toBe('line 1\nline 2\nline 3\n');
  expect(textOf(world, world.simulator.run(doorOf(world).log({ ...request, tailLines: 1 })))).toBe('line 3\n');
  expect(world.pod('web')?.status?.phase).toBe('Succeeded');
});
