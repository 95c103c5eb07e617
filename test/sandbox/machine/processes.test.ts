import { describe, expect, it } from 'vitest';
import { textOf } from '../../../sandbox/machine/bytes.ts';
import type { Program, Sys } from '../../../sandbox/machine/sys.ts';
import { SysError } from '../../../sandbox/machine/sys.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { bot, type Step } from './bot.ts';
import { newRoom, type RoomOptions, run, start } from './room.ts';

/** Runs one program of a few lines under the name `it`, beside the bot. */
function ran(program: Program, argv: readonly string[] = ['it'], options: Partial<RoomOptions> = {}) {
  const room = newRoom({ ...options, programs: { it: program, bot, ...options.programs } });
  return run(room, argv);
}

const steps = (...all: readonly Step[]): readonly string[] => ['bot', JSON.stringify(all)];

function* say(sys: Sys, value: unknown) {
  yield* sys.write(1, `${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}

describe('a process', () => {
  it('prints, and ends with its status', () => {
    const program: Program = function* (sys) {
      yield* say(sys, `hello from ${sys.argv.join(' ')}`);
      return 3;
    };
    expect(ran(program, ['it', 'to', 'you'])).toEqual({ stdout: 'hello from it to you\n', stderr: '', status: 3 });
  });

  it('that does not handle an error says what it was, and ends with 1', () => {
    const program: Program = function* (sys) {
      yield* sys.open('/nothing', { read: true });
      return 0;
    };
    expect(ran(program)).toEqual({ stdout: '', stderr: 'it: No such file or directory\n', status: 1 });
  });

  it('learns how each of its children ended', () => {
    const result = ran(
      bot,
      steps(['run', [['exit', 7]]], ['run', [['kill', 'self', 'SIGTERM']]], ['run', [['sleep', 5]]]),
    );
    expect(result.stdout.split('\n').slice(0, 3)).toEqual([
      '{"kind":"exited","pid":2,"status":7}',
      '{"kind":"killed","pid":3,"signal":"SIGTERM"}',
      '{"kind":"exited","pid":4,"status":0}',
    ]);
  });

  it('hands its environment, working folder and open files on, and takes nothing back', () => {
    const child: Program = function* (sys) {
      sys.env.set('COLOUR', 'blue');
      sys.chdir('/etc');
      yield* say(sys, [sys.env.get('COLOUR'), sys.env.get('SIZE'), sys.cwd(), textOf(yield* sys.read(5))]);
      return 0;
    };
    const program: Program = function* (sys) {
      sys.env.set('COLOUR', 'red');
      sys.env.set('SIZE', 'big');
      sys.chdir('/tmp');
      const { read, write } = sys.pipe();
      yield* sys.write(write, 'through');
      const pid = sys.spawn(['child'], { fds: new Map([[5, read]]) });
      yield* sys.wait(pid);
      yield* say(sys, [sys.env.get('COLOUR'), sys.cwd()]);
      return 0;
    };
    expect(ran(program, ['it'], { programs: { child } }).stdout).toBe(
      '["blue","big","/etc","through"]\n["red","/tmp"]\n',
    );
  });

  it('that forks gives its child what it says, and the same program', () => {
    const program: Program = function* (sys, saved) {
      if (saved !== undefined) {
        yield* say(sys, ['child', saved, sys.argv]);
        return 5;
      }
      const pid = sys.spawn([], { forked: { colour: 'red' } });
      yield* say(sys, ['parent', yield* sys.wait(pid)]);
      return 0;
    };
    expect(ran(program).stdout).toBe(
      '["child",{"colour":"red"},["it"]]\n["parent",{"kind":"exited","pid":2,"status":5}]\n',
    );
  });

  it('that becomes another program keeps its pid, and loses its other descriptors and caught signals', () => {
    const other: Program = function* (sys) {
      let kept = true;
      try {
        sys.fstat(3);
      } catch {
        kept = false;
      }
      yield* say(sys, [sys.pid, sys.argv, kept]);
      sys.kill(sys.pid, 'SIGTERM');
      yield* sys.sleep(seconds(1));
      return 0;
    };
    const program: Program = function* (sys) {
      sys.pipe();
      sys.onSignal('SIGTERM', 'catch');
      sys.onSignal('SIGHUP', 'ignore');
      yield* say(sys, sys.pid);
      return yield* sys.exec(['other', 'x']);
    };
    const result = ran(program, ['it'], { programs: { other } });
    expect(result.stdout).toBe('1\n[1,["other","x"],false]\n');
    expect(result.status).toBe(143);
  });

  it('that cannot become another program goes on', () => {
    const program: Program = function* (sys) {
      try {
        yield* sys.exec(['nothing']);
      } catch (error) {
        yield* say(sys, error instanceof SysError ? error.code : 'other');
      }
      return 0;
    };
    expect(ran(program).stdout).toBe('ENOENT\n');
  });

  it('runs a script by its interpreter, and refuses what is neither script nor program', () => {
    const files = {
      '/bin/script': { text: '#!/bin/it -x\nwhatever\n', mode: '0755' },
      '/bin/text': { text: 'echo hello\n', mode: '0755' },
      '/bin/plain': 'echo hello\n',
      '/bin/lost': { text: '#!/bin/nothing\n', mode: '0755' },
    };
    const program: Program = function* (sys) {
      if (sys.argv.length > 1) {
        yield* say(sys, sys.argv);
        return 0;
      }
      for (const name of ['script', 'text', 'plain', 'lost', '/bin', '']) {
        try {
          yield* sys.wait(sys.spawn([name, 'a']));
        } catch (error) {
          yield* say(sys, `${name}: ${error instanceof SysError ? error.code : 'other'}`);
        }
      }
      return 0;
    };
    const image = { name: 'test', tags: ['files'], base: 'test:latest', files };
    const room = newRoom({ programs: { it: program }, images: [image], host: 'test:files' });
    expect(run(room, ['it']).stdout).toBe(
      '["/bin/it","-x","/bin/script","a"]\ntext: ENOEXEC\nplain: EACCES\nlost: ENOENT\n/bin: EACCES\n: ENOENT\n',
    );
  });
});

describe('signals', () => {
  it('end what waits with EINTR when they are caught, and are told in order', () => {
    const program: Program = function* (sys) {
      sys.onSignal('SIGUSR1', 'catch');
      sys.onSignal('SIGUSR2', 'catch');
      sys.spawn(steps(['sleep', 10], ['kill', 'parent', 'SIGUSR2'], ['kill', 'parent', 'SIGUSR1']));
      try {
        yield* sys.sleep(seconds(60));
      } catch (error) {
        yield* say(sys, [error instanceof SysError && error.code, sys.caught(), sys.caught()]);
      }
      return 0;
    };
    expect(ran(program).stdout).toBe('["EINTR",["SIGUSR2","SIGUSR1"],[]]\n');
  });

  it('that came before a call began to wait are not missed', () => {
    const program: Program = function* (sys) {
      sys.onSignal('SIGUSR1', 'catch');
      sys.kill(sys.pid, 'SIGUSR1');
      try {
        yield* sys.sleep(seconds(60));
      } catch {
        yield* say(sys, sys.now() % 1000);
      }
      return 0;
    };
    expect(ran(program).stdout).toBe('0\n');
  });

  it('stop a process and let it go on, and its parent may ask', () => {
    const result = ran(
      bot,
      steps(
        [
          'start',
          [
            [
              'loop',
              3,
              [
                ['say', 'tick'],
                ['sleep', 10],
              ],
            ],
          ],
        ],
        ['sleep', 5],
        ['kill', 'last', 'SIGSTOP'],
        ['sleep', 100],
        ['say', 'go on'],
        ['kill', 'last', 'SIGCONT'],
        ['wait'],
      ),
    );
    expect(result.stdout).toBe('tick\ngo on\ntick\ntick\n{"kind":"exited","pid":2,"status":0}\n');
  });

  it('tell a parent that asks of stopped children', () => {
    const program: Program = function* (sys) {
      const pid = sys.spawn(steps(['sleep', 1000]));
      sys.kill(pid, 'SIGTSTP');
      yield* say(sys, yield* sys.wait(pid, { stopped: true }));
      sys.kill(pid, 'SIGKILL');
      yield* say(sys, yield* sys.wait(pid));
      return 0;
    };
    expect(ran(program).stdout).toBe(
      '{"kind":"stopped","pid":2,"signal":"SIGTSTP"}\n{"kind":"killed","pid":2,"signal":"SIGKILL"}\n',
    );
  });

  it('go to a whole group', () => {
    const program: Program = function* (sys) {
      const leader = sys.spawn(steps(['sleep', 1000]), { group: 0 });
      const other = sys.spawn(steps(['sleep', 1000]), { group: leader });
      const alone = sys.spawn(steps(['sleep', 50], ['exit', 9]));
      sys.kill(-leader, 'SIGINT');
      for (const pid of [leader, other, alone]) yield* say(sys, yield* sys.wait(pid));
      return 0;
    };
    expect(
      ran(program)
        .stdout.split('\n')
        .map((line) => line.replace(/.*"(signal|status)":/, '').replace('}', '')),
    ).toEqual(['"SIGINT"', '"SIGINT"', '9', '']);
  });

  it('of one user do not reach another’s processes', () => {
    const program: Program = function* (sys) {
      const pid = sys.spawn(steps(['sleep', 1000]));
      sys.setUser(1000, 1000);
      try {
        sys.kill(pid, 'SIGTERM');
      } catch (error) {
        yield* say(sys, error instanceof SysError ? error.code : 'other');
      }
      return 0;
    };
    expect(ran(program).stdout).toBe('EPERM\n');
  });

  it('of a closed pipe end its writer', () => {
    const result = ran(
      bot,
      steps([
        'pipe',
        [
          [
            [
              'loop',
              1000,
              [
                ['say', 'much'],
                ['sleep', 1],
              ],
            ],
            ['exit', 0],
          ],
          [['sleep', 20]],
        ],
      ]),
    );
    expect(result.status).toBe(0);
  });
});

describe('orphans and zombies', () => {
  it('are hidden from nobody until they are waited for, and go where nobody waits', () => {
    const program: Program = function* (sys) {
      const pid = sys.spawn(steps(['start', [['sleep', 100]]], ['exit', 1]));
      yield* sys.sleep(durationMs(50));
      const before = sys.readdir('/proc').filter((name) => /^\d+$/.test(name));
      const state = textOf(yield* sys.read(yield* sys.open(`/proc/${pid}/status`, { read: true }))).split('\n')[2];
      yield* sys.wait(pid);
      const between = sys.readdir('/proc').filter((name) => /^\d+$/.test(name));
      yield* sys.sleep(durationMs(100));
      yield* say(sys, [before, state, between, sys.readdir('/proc').filter((name) => /^\d+$/.test(name))]);
      return 0;
    };
    expect(ran(program).stdout).toBe('[["1","2","3"],"State:\\tZ (zombie)",["1","3"],["1"]]\n');
  });

  it('whose parent ignores SIGCHLD go by themselves', () => {
    const program: Program = function* (sys) {
      sys.onSignal('SIGCHLD', 'ignore');
      sys.spawn(steps());
      yield* sys.sleep(durationMs(5));
      yield* say(
        sys,
        sys.readdir('/proc').filter((name) => /^\d+$/.test(name)),
      );
      try {
        yield* sys.wait();
      } catch (error) {
        yield* say(sys, error instanceof SysError ? error.code : 'other');
      }
      return 0;
    };
    expect(ran(program).stdout).toBe('["1"]\nECHILD\n');
  });
});

describe('bounds', () => {
  it('keep a program that forks without end from taking the room down', () => {
    const bomb: Program = function* (sys) {
      for (let i = 0; ; i++) {
        sys.save({ i });
        try {
          sys.spawn(['bomb']);
        } catch (error) {
          if (!(error instanceof SysError) || error.code !== 'EAGAIN') throw error;
          yield* sys.sleep(durationMs(10));
        }
      }
    };
    const room = newRoom({ programs: { bomb }, bounds: { processesPerHost: 100, processes: 200 } });
    start(room, ['bomb']);
    room.loop.advance(seconds(1));
    expect(room.state.machine.processes.size).toBe(100);
  });

  it('refuse more open files than a process may have', () => {
    const program: Program = function* (sys) {
      try {
        for (;;) sys.pipe();
      } catch (error) {
        yield* say(sys, error instanceof SysError ? error.code : 'other');
      }
      return 0;
    };
    expect(ran(program, ['it'], { bounds: { filesPerProcess: 32 } }).stdout).toBe('EMFILE\n');
  });

  it('take a program that never waits for broken', () => {
    const program: Program = function* (sys) {
      for (;;) sys.now();
    };
    const room = newRoom({ programs: { it: program }, bounds: { stepsWithoutWaiting: 1000 }, lenient: true });
    expect(run(room, ['it']).status).toBe(139);
  });
});
