// A program for tests that does what its argument says: a list of steps as JSON. What it learns it prints, so that two
// runs that learn different things print different things.

import { textOf } from '../../../sandbox/machine/bytes.ts';
import { type Blocking, type Program, type SignalName, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../sandbox/time/units.ts';

export type Step =
  | readonly ['say', string]
  | readonly ['sleep', number]
  | readonly ['spend', number]
  | readonly ['claim', number]
  | readonly ['save']
  | readonly ['random']
  | readonly ['now']
  /** Runs steps in a child and waits for it. */
  | readonly ['run', readonly Step[]]
  /** Runs steps in a child, in the background. */
  | readonly ['start', readonly Step[]]
  /** Runs each in a child, the output of one being the input of the next, and waits for all. */
  | readonly ['pipe', readonly (readonly Step[])[]]
  /** Copies stdin to stdout, in pieces of this size. */
  | readonly ['copy', number]
  | readonly ['append', string, string]
  | readonly ['cat', string]
  | readonly ['mkdir' | 'unlink' | 'rmdir' | 'list' | 'chdir', string]
  | readonly ['rename', string, string]
  | readonly ['on', SignalName, 'ignore' | 'catch' | 'default']
  | readonly ['caught']
  | readonly ['kill', 'self' | 'parent' | 'last', SignalName]
  | readonly ['wait']
  | readonly ['loop', number, readonly Step[]]
  | readonly ['exec', readonly Step[]]
  | readonly ['exit', number];

class Exit {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

interface Memory {
  last: number;
}

export const bot: Program = function* (sys) {
  try {
    yield* steps(sys, JSON.parse(sys.argv[1] ?? '[]'), { last: 0 });
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.status;
    throw error;
  }
};

function* steps(sys: Sys, all: readonly Step[], memory: Memory): Blocking<void> {
  for (const step of all) {
    try {
      yield* one(sys, step, memory);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.write(1, `${step[0]}: ${error.code}\n`);
    }
  }
}

function* one(sys: Sys, step: Step, memory: Memory): Blocking<void> {
  const say = (text: unknown): Blocking<void> => sys.write(1, `${String(text)}\n`);
  switch (step[0]) {
    case 'say':
      return yield* say(step[1]);
    case 'sleep':
      return yield* sys.sleep(durationMs(step[1]));
    case 'spend':
      return yield* sys.spend(step[1]);
    case 'claim':
      return yield* sys.claim(step[1]);
    case 'random':
      return yield* say(sys.random(1000));
    case 'now':
      return yield* say(sys.now());
    case 'run':
      memory.last = child(sys, step[1]);
      return yield* say(JSON.stringify(yield* sys.wait(memory.last)));
    case 'start':
      memory.last = child(sys, step[1]);
      return;
    case 'pipe':
      return yield* pipeline(sys, step[1]);
    case 'copy':
      return yield* copy(sys, step[1]);
    case 'append':
      return yield* append(sys, step[1], step[2]);
    case 'cat':
      return yield* cat(sys, step[1]);
    case 'mkdir':
      return sys.mkdir(step[1]);
    case 'unlink':
      return sys.unlink(step[1]);
    case 'rmdir':
      return sys.rmdir(step[1]);
    case 'chdir':
      return sys.chdir(step[1]);
    case 'list':
      return yield* say(sys.readdir(step[1]).join(' '));
    case 'rename':
      return sys.rename(step[1], step[2]);
    case 'on':
      return sys.onSignal(step[1], step[2]);
    case 'caught':
      return yield* say(sys.caught().join(' '));
    case 'kill':
      return sys.kill(step[1] === 'self' ? sys.pid : step[1] === 'parent' ? sys.ppid : memory.last, step[2]);
    case 'wait':
      return yield* say(JSON.stringify(yield* sys.wait()));
    case 'loop':
      for (let i = 0; i < step[1]; i++) yield* steps(sys, step[2], memory);
      return;
    case 'exec':
      return yield* sys.exec(['bot', JSON.stringify(step[1])]);
    case 'exit':
      throw new Exit(step[1]);
    case 'save':
      return;
    default:
      step satisfies never;
  }
}

function child(sys: Sys, todo: readonly Step[], fds?: ReadonlyMap<number, number>): number {
  return sys.spawn(['bot', JSON.stringify(todo)], fds === undefined ? {} : { fds });
}

function* pipeline(sys: Sys, parts: readonly (readonly Step[])[]): Blocking<void> {
  const pids: number[] = [];
  let input = sys.dup(0);
  parts.forEach((part, i) => {
    const last = i === parts.length - 1;
    const pipe = last ? undefined : sys.pipe();
    pids.push(
      child(
        sys,
        part,
        new Map([
          [0, input],
          [1, pipe?.write ?? 1],
        ]),
      ),
    );
    sys.close(input);
    if (pipe !== undefined) sys.close(pipe.write);
    input = pipe?.read ?? -1;
  });
  for (const pid of pids) yield* sys.wait(pid);
}

function* copy(sys: Sys, size: number): Blocking<void> {
  for (;;) {
    const bytes = yield* sys.read(0, size);
    if (bytes.length === 0) return;
    yield* sys.write(1, bytes);
  }
}

function* append(sys: Sys, path: string, text: string): Blocking<void> {
  const fd = yield* sys.open(path, { write: true, append: true, create: true });
  yield* sys.write(fd, text);
  sys.close(fd);
}

function* cat(sys: Sys, path: string): Blocking<void> {
  const fd = yield* sys.open(path, { read: true });
  for (;;) {
    const bytes = yield* sys.read(fd, 10);
    if (bytes.length === 0) break;
    yield* sys.write(1, textOf(bytes));
  }
  sys.close(fd);
}
