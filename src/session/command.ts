// One command on the workstation from beginning to end: for scripts, for golden transcripts, for checks.

import { type ExecStarted, execOnHost, killExec, signalExec } from '../../sandbox/machine/runtime/exec.ts';
import type { Written } from '../../sandbox/machine/streams/outside.ts';
import { LEARNER_USER, learnerEnvironment, workstationOf } from '../workstation/workstation.ts';
import type { LearnerCluster } from './clusters.ts';

/** The actor that hears of the ends of commands. What nobody waits for (in a copy, mostly) is dropped. */
export const COMMANDS = 'workstation commands';

/** A command that has been started; its output comes as time passes. */
export interface RunningCommand {
  /** What has been written since the last call, in the order of writing. */
  output(): readonly Written[];
  /** Its exit status; undefined while it runs. */
  status(): number | undefined;
  /** As Ctrl-C does. */
  interrupt(): void;
  kill(): void;
}

export interface CommandOptions {
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Iterable<readonly [string, string]>;
  /** What `why` calls the command; the command itself unless given. */
  readonly what?: string;
}

/** Starts a command as the learner. */
export function startCommand(
  { simulator, waiting }: LearnerCluster,
  argv: readonly string[],
  options: CommandOptions,
): RunningCommand {
  const { kernel, channels, loop } = simulator;
  let ended: number | undefined;
  const key = kernel.nextNumber();
  waiting.set(key, (status) => {
    ended = status;
    waiting.delete(key);
  });
  const cause = { kind: 'input', input: 0, what: options.what ?? argv.join(' ') } as const;
  const started: ExecStarted = loop.because([cause], () =>
    execOnHost(kernel, workstationOf(kernel), {
      argv,
      cwd: options.cwd ?? options.home,
      env: learnerEnvironment(options.home, options.env),
      ...LEARNER_USER,
      streams: 'marked',
      actor: COMMANDS,
      key,
    }),
  );
  if (!started.ok) throw new Error(started.message);
  return {
    output() {
      const written: Written[] = [];
      for (let read = channels.read(started.stdout); read.kind === 'more'; read = channels.read(started.stdout))
        written.push(read.chunk as Written);
      return written;
    },
    status: () => ended,
    interrupt: () => signalExec(kernel, started.exec, 'SIGINT'),
    kill: () => killExec(kernel, started.exec),
  };
}

/** As a terminal shows it, or what went to one of the streams. */
export function writtenText(written: readonly Written[], only?: Written['stream']): string {
  const shown = written.filter(({ stream }) => only === undefined || stream === only);
  return Buffer.concat(shown.map(({ bytes }) => bytes)).toString('utf8');
}
