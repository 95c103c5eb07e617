import { describe, expect, it } from 'vitest';
import { bytesOf, textOf } from '../../../sandbox/machine/bytes.ts';
import { createRuntime } from '../../../sandbox/machine/runtime/binding.ts';
import { storeImage } from '../../../sandbox/machine/runtime/pulls.ts';
import { createVolume, volumeFiles, writePayload } from '../../../sandbox/machine/runtime/volumes.ts';
import type { ContainerRuntime, ContainerSpec, SandboxSpec } from '../../../sandbox/machine/runtime.ts';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds, timeMs } from '../../../sandbox/time/units.ts';
import { bot, type Step } from './bot.ts';
import { dump } from './dump.ts';
import { copyRoom, drain, hostOf, newRoom, type Room, type RoomOptions, running } from './room.ts';

/** Prints who and where it is. */
const id: Program = function* (sys) {
  const facts = [sys.uid, sys.gid, sys.groups.join(), sys.cwd(), sys.hostname(), sys.pid, sys.env.get('HOME')];
  yield* sys.write(1, `${facts.join(' ')}\n`);
  return 0;
};

/** Ends a second after it is asked to. */
const polite: Program = function* (sys) {
  sys.onSignal('SIGTERM', 'catch');
  try {
    yield* sys.sleep(seconds(1000));
  } catch {
    yield* sys.sleep(seconds(1));
    return 7;
  }
  return 0;
};

const options: RoomOptions = {
  programs: { bot, id, polite },
  images: [
    {
      name: 'app',
      tags: ['1'],
      base: 'test:latest',
      size: 2_000_000,
      config: { entrypoint: ['/bin/bot'], cmd: ['[]'], env: { LEVEL: 'image' }, user: 'web', workdir: '/home/web' },
    },
    {
      name: 'odd',
      tags: ['1'],
      base: 'test:latest',
      files: {
        '/bin/text': { text: 'hello', mode: '0755' },
        '/bin/plain': 'x',
        '/bin/script': { text: '#!/nothing\n', mode: '0755' },
      },
      config: { user: 'nobody-knows' },
    },
  ],
};

interface Node {
  readonly room: Room;
  readonly runtime: ContainerRuntime;
  readonly pod: (spec?: Partial<SandboxSpec>) => string;
  /** Creates and starts. */
  readonly start: (sandbox: string, spec: Partial<ContainerSpec>) => string;
}

function node(more: Partial<RoomOptions> = {}): Node {
  const room = newRoom({ ...options, ...more });
  const host = hostOf(room);
  for (const image of room.kernel.images.values()) storeImage(room.kernel, host, image, image.tags[0]);
  const runtime = createRuntime(room.kernel, host);
  return {
    room,
    runtime,
    pod: (spec = {}) =>
      runtime.createSandbox({ hostname: 'web-1', addresses: ['10.244.0.5'], cgroupPath: '/kubepods/pod1', ...spec }),
    start: (sandbox, spec) => {
      const created = runtime.createContainer({ sandbox, name: 'main', image: 'test', ...spec });
      if (!created.ok) throw new Error(created.message);
      runtime.startContainer(created.id);
      room.loop.settle();
      return created.id;
    },
  };
}

const steps = (...all: readonly Step[]): readonly string[] => ['bot', JSON.stringify(all)];

describe('a container', () => {
  it('runs what the image or the pod says, and its end is told with code, reason and times', () => {
    const { room, runtime, pod, start } = node();
    const sandbox = pod();
    const main = start(sandbox, {
      args: [
        JSON.stringify([
          ['sleep', 500],
          ['exit', 3],
        ]),
      ],
      command: ['bot'],
    });
    const fine = start(sandbox, { command: steps() });
    room.loop.advance(seconds(1));
    expect(runtime.container(main)).toMatchObject({ state: 'exited', exitCode: 3, reason: 'Error' });
    const { startedAt = 0, finishedAt = 0 } = runtime.container(main) ?? {};
    expect(finishedAt - startedAt).toBe(500);
    expect(runtime.container(fine)).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(room.told).toEqual([
      { kind: 'container-exited', container: fine, sandbox, exitCode: 0, reason: 'Completed' },
      { kind: 'container-exited', container: main, sandbox, exitCode: 3, reason: 'Error' },
    ]);
    expect(main).toMatch(/^[0-9a-f]{64}$/);
  });

  it('writes a log that can be read from its end, since a time, or while it grows', () => {
    const { room, runtime, pod, start } = node();
    const logPath = '/var/log/pods/default_web-1_uid/main/0.log';
    const main = start(pod(), { logPath, command: steps(['loop', 5, [['random'], ['sleep', 1000]]], ['say', 'end']) });
    room.loop.advance(durationMs(2500));
    const follow = runtime.followLogs(main, { tail: 1 });
    const so = textOf(runtime.logs(logPath, {}));
    expect(so.split('\n')).toHaveLength(4);
    expect(so.endsWith(drain(room, follow))).toBe(true);
    room.loop.advance(seconds(10));
    const all = textOf(runtime.logs(logPath, {})).split('\n');
    expect(drain(room, follow)).toBe(all.slice(3).join('\n'));
    expect(room.channels.isClosed(follow)).toBe(true);
    expect(
      textOf(runtime.logs(logPath, { tail: 2 }))
        .split('\n')
        .at(-2),
    ).toBe('end');
    expect(textOf(runtime.logs(logPath, { tail: 0 }))).toBe('');
    expect(textOf(runtime.logs(logPath, { limitBytes: 4 }))).toHaveLength(4);
    expect(textOf(runtime.logs(logPath, { since: timeMs(room.loop.now() - 9000) })).split('\n')).toHaveLength(3);
    expect(textOf(runtime.logs(logPath, { tail: 1, timestamps: true }))).toBe('2026-01-01T00:00:05.000000000Z end\n');
  });

  it('gets user, groups, working folder, host name and home from pod and image', () => {
    const { room, runtime, pod, start } = node();
    const sandbox = pod();
    const log = (spec: Partial<ContainerSpec>) => {
      const logPath = `/var/log/${room.state.machine.next}/0.log`;
      start(sandbox, { logPath, ...spec });
      return textOf(runtime.logs(logPath, {}));
    };
    expect(log({ command: ['id'] })).toBe('0 0  / web-1 1 /root\n');
    expect(log({ command: ['id'], image: 'app:1' })).toBe('100 101  /home/web web-1 1 /home/web\n');
    expect(
      log({
        command: ['id'],
        image: 'app:1',
        user: { uid: 1000, gid: 3000, groups: [2000, 3000] },
        workdir: '/made/for/it',
      }),
    ).toBe('1000 3000 2000 /made/for/it web-1 1 /\n');
    const created = runtime.createContainer({ sandbox, name: 'x', image: 'odd:1' });
    expect(created).toEqual({
      ok: false,
      message:
        'failed to create containerd container: unable to find user nobody-knows: no matching entries in passwd file',
    });
  });

  it('that can’t be started has exited with 128 and says why as runc does', () => {
    const { room, runtime, pod } = node();
    const sandbox = pod();
    const failing = (spec: Partial<ContainerSpec>) => {
      const created = runtime.createContainer({ sandbox, name: 'x', image: 'odd:1', user: { uid: 0 }, ...spec });
      if (!created.ok) return created.message;
      const started = runtime.startContainer(created.id);
      const { exitCode, reason, startedAt } = runtime.container(created.id) ?? {};
      return started.ok
        ? [exitCode, reason]
        : [
            started.message.replace(/^failed to create containerd task: .*: unable to start container process: /, ''),
            exitCode,
            reason,
            startedAt,
          ];
    };
    const error = (text: string) => [text, 128, 'StartError', 0];
    expect(failing({ command: ['nosuchprogram'] })).toEqual(
      error('exec: "nosuchprogram": executable file not found in $PATH'),
    );
    expect(failing({ command: ['/no/such'] })).toEqual(
      error('exec: "/no/such": stat /no/such: no such file or directory'),
    );
    expect(failing({ command: ['/bin/plain'] })).toEqual(error('exec: "/bin/plain": permission denied'));
    expect(failing({ command: ['bot'], workdir: '/etc/passwd' })).toEqual(
      error('error during container init: mkdir /etc/passwd: not a directory'),
    );
    expect(
      failing({ command: ['bot'], mounts: [{ source: { kind: 'host', path: '/etc' }, target: '/etc/passwd' }] })[0],
    ).toContain('error during container init: error mounting "/etc" to rootfs at "/etc/passwd"');
    const logPath = '/var/log/x/0.log';
    expect(failing({ command: ['/bin/text'], logPath })).toEqual([255, 'Error']);
    expect(failing({ command: ['/bin/script'], logPath })).toEqual([255, 'Error']);
    expect(textOf(runtime.logs(logPath, {}))).toBe(
      'exec /bin/text: exec format error\nexec /bin/script: no such file or directory\n',
    );
    room.loop.settle();
    expect(room.told).toHaveLength(7);
  });

  it('is asked to stop, and killed when it does not', () => {
    const { room, runtime, pod, start } = node();
    const sandbox = pod();
    const [willing, deaf, quick] = [
      start(sandbox, { command: ['polite'] }),
      start(sandbox, { command: steps(['sleep', 100_000]) }),
      start(sandbox, { command: ['polite'] }),
    ];
    for (const one of [willing, deaf]) runtime.stopContainer(one, seconds(5));
    runtime.stopContainer(quick, durationMs(0));
    room.loop.advance(seconds(2));
    expect([willing, deaf, quick].map((one) => runtime.container(one)?.exitCode)).toEqual([7, 0, 137]);
    expect(runtime.container(deaf)?.state).toBe('running');
    room.loop.advance(seconds(3));
    expect(runtime.container(deaf)).toMatchObject({ exitCode: 137, reason: 'Error' });
  });

  it('over its memory limit is OOMKilled', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), {
      command: steps(['sleep', 10], ['claim', 20_000_000], ['sleep', 1000]),
      limits: { memory: 16 * 1024 * 1024 },
    });
    room.loop.advance(seconds(1));
    expect(runtime.container(main)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('uses no more CPU than its limit, which its statistics show', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), { command: steps(['spend', 1_000_000]), limits: { cpu: 200 } });
    room.loop.advance(seconds(10));
    const stats = runtime.containerStats(main);
    expect((stats?.cpu.usageNanos ?? 0) / 1e9).toBeCloseTo(2, 1);
    expect(stats?.cpu.throttledPeriods).toBeGreaterThan(90);
    expect(runtime.hostStats().cpu.usageNanos).toBe(stats?.cpu.usageNanos);
    runtime.resizeContainer(main, { cpu: 1000 });
    room.loop.advance(seconds(10));
    expect((runtime.containerStats(main)?.cpu.usageNanos ?? 0) / 1e9).toBeGreaterThan(11);
  });

  it('whose first process ends takes the others with it', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), { command: steps(['start', [['sleep', 100_000]]], ['sleep', 100], ['exit', 1]) });
    room.loop.advance(durationMs(50));
    expect(room.state.machine.processes.size).toBe(2);
    room.loop.advance(seconds(1));
    expect(room.state.machine.processes.size).toBe(0);
    expect(runtime.container(main)?.exitCode).toBe(1);
  });

  it('does not end by signals of its own that its first process does not know', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), {
      command: steps(['kill', 'self', 'SIGTERM'], ['kill', 'self', 'SIGKILL'], ['sleep', 100], ['exit', 4]),
    });
    room.loop.advance(seconds(1));
    expect(runtime.container(main)?.exitCode).toBe(4);
  });

  it('is removed with all that was its own, and its log stays', () => {
    const { room, runtime, pod, start } = node();
    const host = hostOf(room);
    const logPath = '/var/log/a/0.log';
    const before = { ...host.disk };
    const sandbox = pod();
    const main = start(sandbox, {
      logPath,
      command: steps(['append', '/tmp/a', 'x'.repeat(10_000)], ['say', 'hi'], ['sleep', 100_000]),
    });
    expect(runtime.containerStats(main)?.layer.usedBytes).toBe(10_000);
    runtime.removeSandbox(sandbox);
    room.loop.settle();
    expect([
      room.state.machine.processes.size,
      runtime.containers(),
      runtime.sandboxes(),
      host.cgroup.memory,
      host.cgroup.pids,
    ]).toEqual([0, [], [], 0, 0]);
    expect(textOf(runtime.logs(logPath, {}))).toBe('hi\n');
    expect(host.disk.used - before.used).toBeLessThan(200);
    expect(room.state.machine.networks.size).toBe(1);
  });
});

describe('a node without room for processes', () => {
  it('refuses to start more, and goes on', () => {
    const { runtime, pod, start } = node({ bounds: { processesPerHost: 2 } });
    const sandbox = pod({ limits: { pids: 10 } });
    const first = start(sandbox, { command: steps(['sleep', 100_000]) });
    start(sandbox, { command: steps(['sleep', 100_000]) });
    const third = start(sandbox, { command: steps(['sleep', 100_000]) });
    expect(runtime.container(third)).toMatchObject({ exitCode: 128, reason: 'StartError' });
    expect(runtime.exec(first, { argv: ['id'] })).toMatchObject({ ok: false });
    expect(runtime.execOnHost({ argv: ['id'] })).toMatchObject({ ok: false });
    runtime.removeContainer(third);
    expect(runtime.containers(sandbox)).toHaveLength(2);
  });
});

describe('a pod', () => {
  it('shares network and host name, and processes only when it asks for it', () => {
    const { room, runtime, pod, start } = node();
    const alone = pod();
    start(alone, { command: steps(['sleep', 100_000]) });
    const logPath = '/var/log/a/0.log';
    start(alone, { command: steps(['list', '/proc']), logPath });
    const shared = pod({ shareProcessNamespace: true });
    start(shared, { command: steps(['sleep', 100_000]) });
    start(shared, { command: steps(['list', '/proc']), logPath });
    room.loop.settle();
    const pids = textOf(runtime.logs(logPath, {}))
      .trim()
      .split('\n')
      .map((line) => line.split(' ').filter((name) => /^\d+$/.test(name)));
    expect(pids).toEqual([['1'], ['1', '2']]);
  });

  it('of the host’s network has its addresses and name', () => {
    const { room, runtime, pod, start } = node();
    const sandbox = pod({ hostNetwork: true });
    const logPath = '/var/log/a/0.log';
    start(sandbox, { command: ['id'], logPath });
    expect(textOf(runtime.logs(logPath, {}))).toContain(' node 1 ');
    expect(runtime.sandbox(sandbox)?.addresses).toEqual(['172.18.0.2']);
    expect(room.state.machine.networks.size).toBe(1);
  });

  it('can be looked into by a container that joins another’s processes', () => {
    const { room, runtime, pod, start } = node();
    const sandbox = pod();
    const main = start(sandbox, { command: steps(['append', '/tmp/secret', 'found'], ['sleep', 100_000]) });
    const logPath = '/var/log/a/0.log';
    start(sandbox, {
      command: steps(['cat', '/proc/1/root/tmp/secret'], ['cat', '/tmp/secret']),
      logPath,
      target: main,
    });
    room.loop.settle();
    expect(textOf(runtime.logs(logPath, {}))).toBe('foundcat: ENOENT\n');
    expect(runtime.container(main)?.state).toBe('running');
  });
});

describe('mounts', () => {
  it('show volumes, parts of them, and the node’s files', () => {
    const { room, runtime, pod, start } = node();
    const host = hostOf(room);
    createVolume(room.kernel, { name: 'data', host });
    volumeFiles(room.kernel, 'data').write('/deep/file', 'in the volume');
    runtime.files().write('/etc/kubernetes/manifests/web.yaml', 'on the node');
    runtime.files().write('/var/lib/kubelet/pods/1/etc-hosts', '127.0.0.1 localhost\n10.244.0.5 web-1\n');
    const logPath = '/var/log/a/0.log';
    start(pod(), {
      logPath,
      readOnlyRoot: true,
      mounts: [
        { source: { kind: 'volume', volume: 'data' }, target: '/data' },
        { source: { kind: 'volume', volume: 'data' }, subPath: 'deep', target: '/data/again', readOnly: true },
        { source: { kind: 'host', path: '/etc/kubernetes' }, target: '/host', readOnly: true },
        { source: { kind: 'host', path: '/var/lib/kubelet/pods/1/etc-hosts' }, target: '/etc/hosts' },
      ],
      command: steps(
        ['cat', '/data/deep/file'],
        ['cat', '/data/again/file'],
        ['cat', '/host/manifests/web.yaml'],
        ['cat', '/etc/hosts'],
        ['append', '/data/new', 'x'],
        ['append', '/data/again/new', 'x'],
        ['append', '/host/new', 'x'],
        ['append', '/new', 'x'],
        ['append', '/dev/shm/new', 'x'],
        ['list', '/data'],
      ),
    });
    room.loop.settle();
    expect(textOf(runtime.logs(logPath, {}))).toBe(
      'in the volumein the volumeon the node127.0.0.1 localhost\n10.244.0.5 web-1\nappend: EROFS\nappend: EROFS\nappend: EROFS\nagain deep new\n',
    );
    expect(volumeFiles(room.kernel, 'data').readText('/new')).toBe('x');
  });

  it('of payload follow its changes, but not through a subPath', () => {
    const { room, runtime, pod, start } = node();
    createVolume(room.kernel, { name: 'config', host: hostOf(room) });
    const write = (text: string) => writePayload(room.kernel, 'config', [{ path: 'key', data: bytesOf(text) }], {});
    write('one ');
    const source = { kind: 'volume', volume: 'config' } as const;
    const logPath = '/var/log/a/0.log';
    start(pod(), {
      logPath,
      mounts: [
        { source, target: '/config' },
        { source, subPath: 'key', target: '/etc/key' },
      ],
      command: steps([
        'loop',
        2,
        [
          ['cat', '/config/key'],
          ['cat', '/etc/key'],
          ['sleep', 1000],
        ],
      ]),
    });
    write('two ');
    room.loop.advance(seconds(5));
    runtime.removeSandbox(runtime.sandboxes()[0]?.id ?? '');
    expect(textOf(runtime.logs(logPath, {}))).toBe('one one two one ');
    expect(room.state.machine.volumes.get('config')?.opens.size).toBe(0);
  });
});

describe('exec', () => {
  it('runs a command beside the others, with streams and a status', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), { image: 'app:1', args: [JSON.stringify([['sleep', 100_000]])] });
    const started = runtime.exec(main, {
      argv: steps(['copy', 10], ['now'], ['exit', 3]),
      stdin: true,
      actor: 'test',
      key: 'k',
    });
    if (!started.ok) throw new Error(started.message);
    const command = running(room, started.exec, started.stdout, started.stderr);
    command.type('typed\n');
    room.loop.settle();
    expect(command.output()).toEqual({ stdout: 'typed\n', stderr: '', status: undefined });
    command.end();
    room.loop.settle();
    expect(command.output().status).toBe(3);
    expect(runtime.exec(main, { argv: ['nothing'] })).toEqual({
      ok: false,
      message:
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "nothing": executable file not found in $PATH',
    });
    runtime.killContainer(main);
    expect(runtime.exec(main, { argv: ['id'] })).toEqual({ ok: false, message: 'container not running' });
  });

  it('ends with its container', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), { command: steps(['sleep', 1000]) });
    const started = runtime.exec(main, { argv: steps(['sleep', 100_000]), actor: 'test', key: 'k' });
    room.loop.advance(seconds(2));
    expect(room.told).toMatchObject([{ kind: 'exec-ended', key: 'k', status: 137 }, { kind: 'container-exited' }]);
    expect(started.ok && room.channels.isClosed(started.stdout)).toBe(true);
  });

  it('with all output at the end has a time limit', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), { command: steps(['sleep', 100_000]) });
    const notify = (key: string) => ({ actor: 'test', key });
    runtime.execSync(main, steps(['say', 'fine'], ['exit', 2]), seconds(1), notify('a'));
    runtime.execSync(main, steps(['say', 'slow'], ['sleep', 5000]), seconds(1), notify('b'));
    runtime.execSync(main, ['nothing'], seconds(1), notify('c'));
    runtime.cancelExecSync(runtime.execSync(main, steps(['sleep', 5000]), undefined, notify('d')));
    room.loop.advance(seconds(10));
    expect(room.told).toMatchObject([
      { key: 'c', outcome: 'failed', output: expect.stringContaining('executable file not found') },
      { key: 'a', outcome: 'exited', status: 2, output: 'fine\n' },
      { key: 'b', outcome: 'timeout', output: 'slow\n' },
    ]);
    expect(room.state.machine.processes.size).toBe(1);
    expect(room.state.machine.agents.size).toBe(0);
  });
});

describe('attach', () => {
  it('hears a running container and speaks to it', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), { stdin: true, stdinOnce: true, command: steps(['copy', 10], ['say', 'done']) });
    const { stdout, stderr } = runtime.attach(main);
    runtime.writeContainer(main, bytesOf('hello\n'));
    room.loop.settle();
    expect(drain(room, stdout)).toBe('hello\n');
    runtime.closeContainerStdin(main);
    room.loop.settle();
    expect(drain(room, stdout)).toBe('done\n');
    expect(stderr !== undefined && room.channels.isClosed(stderr)).toBe(true);
    expect(runtime.container(main)?.exitCode).toBe(0);
  });

  it('shares a terminal', () => {
    const { room, runtime, pod, start } = node();
    const main = start(pod(), { stdin: true, tty: true, command: steps(['copy', 100]) });
    const { stdout } = runtime.attach(main);
    runtime.writeContainer(main, bytesOf('hi\r'));
    room.loop.settle();
    expect(drain(room, stdout)).toBe('hi\r\nhi\r\n');
    runtime.detach(main, [stdout]);
    runtime.writeContainer(main, bytesOf('\x03'));
    room.loop.settle();
    expect(runtime.container(main)?.state).toBe('running');
  });
});

describe('a node full of containers', () => {
  it('can be copied while it works, and both go on alike', () => {
    const { room, pod, start } = node();
    for (let i = 0; i < 20; i++) {
      const sandbox = pod({ addresses: [`10.244.0.${i}`], cgroupPath: `/kubepods/pod${i}` });
      const logPath = `/var/log/pods/${i}/0.log`;
      start(sandbox, {
        logPath,
        limits: { cpu: 100 },
        command: steps(['loop', 20, [['random'], ['spend', 37], ['run', [['say', 'x']]], ['sleep', 91]]]),
      });
    }
    room.loop.advance(durationMs(777));
    const twin = copyRoom(room, options);
    for (const one of [room, twin]) one.loop.advance(seconds(30));
    expect(dump(twin.state)).toBe(dump(room.state));
    expect(room.told).toHaveLength(20);
  });
});
