import { describe, expect, it } from 'vitest';
import { textOf } from '../../../sandbox/machine/bytes.ts';
import { capabilityMask, containerCapabilities, DEFAULT_CAPABILITIES } from '../../../sandbox/machine/capabilities.ts';
import { type Blocking, type Program, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { newRoom, run } from './room.ts';

function* read(sys: Sys, path: string): Blocking<string> {
  const fd = yield* sys.open(path, { read: true });
  let text = '';
  for (;;) {
    const bytes = yield* sys.read(fd, 4096);
    if (bytes.length === 0) break;
    text += textOf(bytes);
  }
  sys.close(fd);
  return text;
}

function show(act: (sys: Sys) => Blocking<unknown>): unknown {
  let answer: unknown;
  const program: Program = function* (sys) {
    sys.env.set('COLOUR', 'red');
    answer = yield* act(sys);
    return 0;
  };
  const sleeper: Program = function* (sys) {
    yield* sys.sleep(seconds(1000));
    return 0;
  };
  const room = newRoom({ programs: { it: program, sleeper } });
  run(room, ['it', 'one', 'two words'], 10_000, {
    env: new Map([
      ['PATH', '/bin'],
      ['HOME', '/root'],
    ]),
  });
  return answer;
}

describe('/proc', () => {
  it('shows what a process was started with', () => {
    expect(
      show(function* (sys) {
        return [
          yield* read(sys, '/proc/self/cmdline'),
          yield* read(sys, '/proc/self/environ'),
          yield* read(sys, '/proc/1/comm'),
          sys.readlink('/proc/self'),
          sys.readlink('/proc/self/exe'),
          sys.readlink('/proc/self/cwd'),
          sys.readdir('/proc/self/fd'),
          sys.readlink('/proc/self/fd/0'),
        ];
      }),
    ).toEqual([
      'it\0one\0two words\0',
      'PATH=/bin\0HOME=/root\0',
      'it\n',
      '1',
      '/bin/it',
      '/',
      ['0', '1', '2'],
      'pipe:[0]',
    ]);
  });

  it('shows the state of processes in the form that tools read', () => {
    expect(
      show(function* (sys) {
        const pid = sys.spawn(['sleeper'], { group: 0 });
        yield* sys.sleep(durationMs(10));
        yield* sys.spend(20_000);
        const stat = (yield* read(sys, `/proc/${pid}/stat`)).split(' ');
        const own = (yield* read(sys, '/proc/self/stat')).split(' ');
        const status = yield* read(sys, `/proc/${pid}/status`);
        sys.kill(pid, 'SIGSTOP');
        const stopped = (yield* read(sys, `/proc/${pid}/stat`)).split(' ')[2];
        return [
          stat.slice(0, 6),
          stat.length,
          own[2],
          Number(own[13]) >= 200,
          /^Uid:\t0\t0\t0\t0$/m.test(status),
          stopped,
        ];
      }),
    ).toEqual([['2', '(sleeper)', 'S', '1', '2', '1'], 52, 'R', true, true, 'T']);
  });

  it('shows the machine', () => {
    expect(
      show(function* (sys) {
        const cpuinfo = yield* read(sys, '/proc/cpuinfo');
        const meminfo = yield* read(sys, '/proc/meminfo');
        return [
          cpuinfo.match(/^processor/gm)?.length,
          /^MemTotal: +4194304 kB$/m.test(meminfo),
          (yield* read(sys, '/proc/mounts')).split('\n'),
          yield* read(sys, '/proc/sys/kernel/hostname'),
          (yield* read(sys, '/proc/uptime')).split(' ').length,
          (yield* read(sys, '/proc/loadavg')).split(' ').length,
          (yield* read(sys, '/proc/version')).startsWith('Linux version 6.'),
          (yield* read(sys, '/proc/net/dev')).includes('eth0:'),
          sys.readdir('/proc/sys/net/core'),
        ];
      }),
    ).toEqual([
      4,
      true,
      [
        '/dev/vda1 / ext4 rw,relatime 0 0',
        'proc /proc proc rw,relatime 0 0',
        'tmpfs /dev tmpfs rw,relatime 0 0',
        'sysfs /sys sysfs ro,relatime 0 0',
        '',
      ],
      'node\n',
      2,
      5,
      true,
      true,
      ['somaxconn'],
    ]);
  });

  it('shows who listens, as netstat reads it', () => {
    expect(
      show(function* (sys) {
        sys.listen({ host: '127.0.0.1', port: 8080 });
        return (yield* read(sys, '/proc/net/tcp')).split('\n')[1]?.trim().split(/ +/).slice(0, 4);
      }),
    ).toEqual(['0:', '0100007F:1F90', '00000000:0000', '0A']);
  });

  it('leads into other views, and can’t be written', () => {
    const codes = show(function* (sys) {
      const tried: unknown[] = [(yield* read(sys, '/proc/1/root/etc/passwd')).startsWith('root:')];
      for (const act of [
        () => sys.mkdir('/proc/x'),
        () => sys.unlink('/proc/cpuinfo'),
        () => sys.readdir('/proc/99'),
        () => sys.stat('/proc/self/fd/77'),
        () => sys.chmod('/proc/cpuinfo', 0o777),
        () => sys.stat('/proc/1/status/x'),
      ]) {
        try {
          tried.push(act());
        } catch (error) {
          tried.push(error instanceof SysError ? error.code : 'other');
        }
      }
      sys.chdir('/proc/1/fd');
      return [...tried, sys.cwd(), sys.readdir('..').includes('status')];
    });
    expect(codes).toEqual([true, 'EPERM', 'EPERM', 'ENOENT', 'ENOENT', 'EPERM', 'ENOTDIR', '/proc/1/fd', true]);
  });
});

describe('/sys/fs/cgroup', () => {
  it('shows the limits of whoever looks', () => {
    const program: Program = function* (sys) {
      for (const name of ['memory.max', 'cpu.max', 'pids.current']) {
        yield* sys.write(1, yield* read(sys, `/sys/fs/cgroup/${name}`));
      }
      return 0;
    };
    const room = newRoom({ programs: { it: program } });
    const host = room.state.machine.hosts.get('node');
    if (host !== undefined) host.cgroup.cpuLimit = 1500;
    expect(run(room, ['it']).stdout).toBe('4294967296\n150000 100000\n1\n');
  });
});

describe('capabilities', () => {
  it('are those of containerd unless a container adds or drops some', () => {
    expect(capabilityMask(DEFAULT_CAPABILITIES)).toBe('00000000a80425fb');
    expect(capabilityMask(containerCapabilities([], [], true))).toBe('000001ffffffffff');
    expect(capabilityMask(containerCapabilities(['NET_ADMIN'], ['ALL'], false))).toBe('0000000000001000');
    expect(capabilityMask(containerCapabilities(['CAP_SYS_TIME'], ['chown'], false))).toBe('00000000aa0425fa');
  });
});
