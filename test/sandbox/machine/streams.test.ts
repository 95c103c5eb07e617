import { describe, expect, it } from 'vitest';
import { bytesOf, textOf } from '../../../sandbox/machine/bytes.ts';
import { kernelWalker } from '../../../sandbox/machine/files/tree.ts';
import { createRuntime } from '../../../sandbox/machine/runtime/binding.ts';
import { leaveExec, resizeExec, writeExec } from '../../../sandbox/machine/runtime/exec.ts';
import { storeImage } from '../../../sandbox/machine/runtime/pulls.ts';
import { filesOf, makeFolders } from '../../../sandbox/machine/runtime/walk.ts';
import { finishLog, openLog, writeLog } from '../../../sandbox/machine/streams/log.ts';
import { type Program, SysError } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { bot, type Step } from './bot.ts';
import { followedLines, logPieces } from './logs.ts';
import { drain, hostOf, newRoom, type Room, run, start } from './room.ts';

const steps = (...all: readonly Step[]): readonly string[] => ['bot', JSON.stringify(all)];

describe('a pipe', () => {
  it('holds 64 KiB and makes its writer wait for room', () => {
    const program: Program = function* (sys) {
      const { read, write } = sys.pipe();
      sys.spawn(['slow'], { fds: new Map([[0, read]]) });
      const before = sys.now();
      yield* sys.write(write, 'x'.repeat(65_536));
      const first = sys.now() - before;
      yield* sys.write(write, 'y'.repeat(10));
      yield* sys.write(1, JSON.stringify([first, sys.now() - before]));
      return 0;
    };
    const slow: Program = function* (sys) {
      yield* sys.sleep(durationMs(500));
      yield* sys.read(0);
      return 0;
    };
    expect(run(newRoom({ programs: { it: program, slow } }), ['it']).stdout).toBe('[0,500]');
  });

  it('ends for its reader when the last writer has gone, and for its writer with the last reader', () => {
    const program: Program = function* (sys) {
      sys.onSignal('SIGPIPE', 'ignore');
      const { read, write } = sys.pipe();
      yield* sys.write(write, 'rest');
      sys.close(write);
      const answers: unknown[] = [textOf(yield* sys.read(read)), (yield* sys.read(read)).length];
      const other = sys.pipe();
      sys.close(other.read);
      try {
        yield* sys.write(other.write, 'x');
      } catch (error) {
        answers.push(error instanceof SysError && error.code);
      }
      sys.onSignal('SIGPIPE', 'default');
      yield* sys.write(1, JSON.stringify(answers));
      yield* sys.write(other.write, 'x');
      return 0;
    };
    expect(run(newRoom({ programs: { it: program } }), ['it'])).toMatchObject({
      stdout: '["rest",0,"EPIPE"]',
      status: 141,
    });
  });

  it('gives a line to who asks for one, and leaves the rest to others', () => {
    const program: Program = function* (sys) {
      const line = textOf(yield* sys.read(0, 100, 10));
      const pid = sys.spawn(steps(['copy', 100]));
      yield* sys.wait(pid);
      yield* sys.write(1, `mine: ${line}`);
      return 0;
    };
    const room = newRoom({ programs: { it: program, bot } });
    const command = start(room, ['it']);
    command.type('one\ntwo\nthree\n');
    command.end();
    room.loop.settle();
    expect(command.output().stdout).toBe('two\nthree\nmine: one\n');
  });

  it('is polled for, with a time limit', () => {
    const program: Program = function* (sys) {
      const one = sys.pipe();
      const two = sys.pipe();
      const none = yield* sys.poll([one.read, two.read], durationMs(30));
      sys.spawn(steps(['sleep', 10], ['say', 'x']), { fds: new Map([[1, two.write]]) });
      const ready = yield* sys.poll([one.read, two.read], seconds(5));
      yield* sys.write(1, JSON.stringify([none, ready.length, ready[0] === two.read]));
      return 0;
    };
    expect(run(newRoom({ programs: { it: program, bot } }), ['it']).stdout).toBe('[[],1,true]');
  });
});

/** A command on a terminal: what it is typed, and what the screen gets. */
function onTerminal(room: Room, argv: readonly string[]) {
  const command = start(room, argv, { tty: true, size: { columns: 100, rows: 30 } });
  return {
    type: (text: string) => {
      writeExec(room.kernel, command.exec, bytesOf(text));
      room.loop.settle();
    },
    screen: () => command.output().stdout,
    status: () => command.output().status,
    exec: command.exec,
  };
}

const lines: Program = function* (sys) {
  for (;;) {
    const bytes = yield* sys.read(0);
    yield* sys.write(1, `[${textOf(bytes)}]`);
    if (bytes.length === 0) return 0;
  }
};

describe('a terminal', () => {
  it('echoes, mends lines, and hands them over whole', () => {
    const room = newRoom({ programs: { lines } });
    const terminal = onTerminal(room, ['lines']);
    terminal.type('hello wrold');
    expect(terminal.screen()).toBe('hello wrold');
    terminal.type('\x17world\x7f\x7f\x7fRLD');
    expect(terminal.screen()).toBe(`${'\b \b'.repeat(5)}world${'\b \b'.repeat(3)}RLD`);
    terminal.type('\r');
    expect(terminal.screen()).toBe('\r\n[hello woRLD\r\n]');
    terminal.type('ab\x15c\n');
    expect(terminal.screen()).toBe(`ab${'\b \b'.repeat(2)}c\r\n[c\r\n]`);
    terminal.type('part\x04');
    expect(terminal.screen()).toBe('part[part]');
    terminal.type('\x04');
    expect(terminal.screen()).toBe('[]');
    expect(terminal.status()).toBe(0);
  });

  it('turns keys into signals for the foreground group', () => {
    const room = newRoom({ programs: { bot } });
    const terminal = onTerminal(room, steps(['sleep', 100_000]));
    room.loop.settle();
    terminal.type('\x03');
    expect(terminal.screen()).toBe('^C');
    expect(terminal.status()).toBe(130);
    const quit = onTerminal(room, steps(['sleep', 100_000]));
    room.loop.settle();
    quit.type('\x1c');
    expect(quit.status()).toBe(131);
  });

  it('gives a shell job control: a background reader is stopped', () => {
    const shell: Program = function* (sys) {
      sys.onSignal('SIGTTOU', 'ignore');
      const job = sys.spawn(['lines'], { group: 0 });
      const stopped = yield* sys.wait(job, { stopped: true });
      yield* sys.write(1, `${JSON.stringify(stopped)}\n`);
      sys.setForeground(0, job);
      sys.kill(-job, 'SIGCONT');
      yield* sys.wait(job);
      sys.setForeground(0, sys.group());
      yield* sys.write(1, 'back\n');
      return 0;
    };
    const room = newRoom({ programs: { shell, lines } });
    const terminal = onTerminal(room, ['shell']);
    room.loop.settle();
    expect(terminal.screen()).toBe('{"kind":"stopped","pid":2,"signal":"SIGTTIN"}\r\n');
    terminal.type('x\n\x04');
    expect(terminal.screen()).toBe('x\r\n[x\r\n][]back\r\n');
  });

  it('passes everything as it is when it is raw, and can hide what is typed', () => {
    const raw: Program = function* (sys) {
      sys.setEcho(0, false);
      const secret = textOf(yield* sys.read(0));
      sys.setRaw(0, true);
      yield* sys.write(1, `${secret.length}\n`);
      const bytes = yield* sys.read(0);
      yield* sys.write(1, `${[...bytes].join(' ')} ${JSON.stringify(sys.ttySize(1))} ${sys.isatty(1)}`);
      return 0;
    };
    const room = newRoom({ programs: { raw } });
    const terminal = onTerminal(room, ['raw']);
    room.loop.settle();
    terminal.type('secret\n');
    terminal.type('\x03\r\x1b[A');
    expect(terminal.screen()).toBe('7\n3 13 27 91 65 {"columns":100,"rows":30} true');
  });

  it('tells of a new size, and hangs up when nobody sits there any more', () => {
    const program: Program = function* (sys) {
      sys.onSignal('SIGWINCH', 'catch');
      try {
        yield* sys.read(0);
      } catch {
        yield* sys.write(1, `${sys.caught().join()} ${sys.ttySize(0)?.columns}`);
      }
      yield* sys.sleep(seconds(1000));
      return 0;
    };
    const room = newRoom({ programs: { it: program } });
    const terminal = onTerminal(room, ['it']);
    room.loop.settle();
    resizeExec(room.kernel, terminal.exec, { columns: 50, rows: 10 });
    room.loop.settle();
    expect(terminal.screen()).toBe('SIGWINCH 50');
    leaveExec(room.kernel, terminal.exec);
    room.loop.settle();
    expect(terminal.status()).toBe(129);
  });

  it('shows a process that it belongs to as /dev/tty', () => {
    const program: Program = function* (sys) {
      const fd = yield* sys.open('/dev/tty', { read: true, write: true });
      yield* sys.write(fd, `${sys.isatty(fd)} ${sys.readlink('/proc/self/fd/0')}`);
      return 0;
    };
    const room = newRoom({ programs: { it: program } });
    const terminal = onTerminal(room, ['it']);
    room.loop.settle();
    expect(terminal.screen()).toBe('true /dev/pts/0');
  });
});

describe('output to the outside', () => {
  it('makes a writer wait while nobody reads what it writes', () => {
    const flood: Program = function* (sys) {
      for (;;) {
        sys.save({});
        yield* sys.write(1, 'x'.repeat(10_000));
      }
    };
    const room = newRoom({ programs: { flood } });
    const command = start(room, ['flood']);
    room.loop.advance(seconds(5));
    const first = command.output().stdout.length;
    expect(first).toBeGreaterThan(200_000);
    expect(first).toBeLessThan(300_000);
    room.loop.advance(seconds(5));
    expect(command.output().stdout.length).toBeGreaterThan(200_000);
  });
});

describe('a container’s log', () => {
  const openAt = (room: Room, options = {}) => {
    const { root } = hostOf(room);
    const folder = makeFolders(room.kernel, kernelWalker({ mount: root, inode: root.root }), '/var/log/pods/p');
    return openLog(room.kernel, folder, '0.log', options);
  };

  it('has a line a line in the form of the CRI, with parts of long and unfinished ones', () => {
    const room = newRoom({ programs: { bot } });
    const log = openAt(room);
    writeLog(room.kernel, log, 'stdout', bytesOf('one\ntwo'));
    room.loop.advance(durationMs(1500));
    writeLog(room.kernel, log, 'stderr', bytesOf('oops\n'));
    writeLog(room.kernel, log, 'stdout', bytesOf(' more\nunfinished'));
    writeLog(room.kernel, log, 'stderr', bytesOf(`${'x'.repeat(20_000)}\n`));
    finishLog(room.kernel, log);
    const text = filesOf(room.kernel, hostOf(room).root).readText('/var/log/pods/p/0.log');
    expect(text.split('\n').map((line) => line.slice(0, 60))).toEqual([
      '2026-01-01T00:00:00.000000000Z stdout F one',
      '2026-01-01T00:00:01.500000000Z stderr F oops',
      '2026-01-01T00:00:01.500000000Z stdout F two more',
      `2026-01-01T00:00:01.500000000Z stderr P ${'x'.repeat(20)}`,
      `2026-01-01T00:00:01.500000000Z stderr F ${'x'.repeat(20)}`,
      '2026-01-01T00:00:01.500000000Z stdout P unfinished',
      '',
    ]);
    expect(logPieces(text)).toEqual([3, 4, 8, 16_384, 3616, 10]);
  });

  it('is put aside when it is long, and the oldest goes', () => {
    const room = newRoom({ programs: { bot } });
    const log = openAt(room, { rotateBytes: 1000, rotateFiles: 3 });
    for (let i = 0; i < 100; i++) {
      writeLog(room.kernel, log, 'stdout', bytesOf(`line ${i}\n`));
      room.loop.advance(seconds(1));
    }
    expect(filesOf(room.kernel, hostOf(room).root).list('/var/log/pods/p')).toEqual(
      ['0.log', '0.log.20260101-000041', '0.log.20260101-000102'].map(
        (name) => expect.stringMatching(name.slice(0, 5)) as never,
      ),
    );
  });

  it('can be read on while it is written', () => {
    const room = newRoom({ programs: { bot } });
    const log = openAt(room);
    const follow = (timestamps: boolean, left?: number) => {
      const channel = room.channels.create();
      log.followers.push({ channel, timestamps, stream: undefined, left });
      return channel;
    };
    const [all, stamped, short] = [follow(false), follow(true), follow(false, 6)];
    writeLog(room.kernel, log, 'stdout', bytesOf('one  two\nthree\n'));
    expect(drain(room, all)).toBe('one  two\nthree\n');
    expect(followedLines(drain(room, stamped))).toEqual([
      '2026-01-01T00:00:00.000000000Z one  two',
      '2026-01-01T00:00:00.000000000Z three',
    ]);
    expect(drain(room, short)).toBe('one  t');
    expect(log.followers).toHaveLength(2);
    finishLog(room.kernel, log);
    expect(room.channels.isClosed(all)).toBe(true);
  });
});

describe('a program that writes without end', () => {
  it('is slowed by what it writes, and takes a bounded part of the disk', () => {
    const yes: Program = function* (sys) {
      for (;;) {
        sys.save({});
        yield* sys.write(1, 'y\n'.repeat(4096));
      }
    };
    const room = newRoom({ programs: { yes } });
    const host = hostOf(room);
    const image = [...room.kernel.images.values()][0];
    if (image !== undefined) storeImage(room.kernel, host, image, 'latest');
    const runtime = createRuntime(room.kernel, host);
    const sandbox = runtime.createSandbox({ hostname: 'a', addresses: ['10.0.0.7'], cgroupPath: '/a' });
    const limits = { rotateBytes: 1_000_000, rotateFiles: 3 };
    const created = runtime.createContainer({
      sandbox,
      name: 'a',
      image: 'test',
      command: ['yes'],
      logPath: '/var/log/a/0.log',
      ...limits,
    });
    if (created.ok) runtime.startContainer(created.id);
    room.loop.advance(seconds(2));
    const lines = runtime.files().list('/var/log/a').length;
    expect(lines).toBeLessThanOrEqual(3);
    expect(runtime.files().size('/var/log/a')).toBeLessThan(3_500_000);
    expect(runtime.hostStats().cpu.usageNanos / 1e9).toBeCloseTo(2, 1);
    expect(room.state.machine.stored).toBeLessThan(4_000_000);
  });
});
