// The learner's shells: interactive bashes on the workstation, each at a terminal of its own. Who sits there (the screen,
// plain lines, a test) edits lines by itself and hands over whole ones; what runs in the foreground gets keys.

import type { ExecEnded } from '../../sandbox/machine/runtime/endings.ts';
import { enterExecLine, execOnHost, leaveExec, resizeExec, writeExec } from '../../sandbox/machine/runtime/exec.ts';
import type { TtySize } from '../../sandbox/machine/sys.ts';
import type { ChannelId } from '../../sandbox/time/channel.ts';
import type { Port } from '../../sandbox/time/loop.ts';
import { LEARNER_HOME, LEARNER_USER, learnerEnvironment, workstationOf } from '../workstation/workstation.ts';
import { SHELL_ENDS, SHELL_READER } from './cluster.ts';
import type { LearnerCluster } from './clusters.ts';
import { type MarksState, newMarksState, PS1, PS2, readMarks } from './marks.ts';

/** A shell as the session remembers it: plain data. */
export interface ShellState {
  readonly id: number;
  readonly exec: number;
  readonly output: ChannelId;
  readonly marks: MarksState;
  size: TtySize;
  ended: boolean;
}

export type ShellsState = Map<number, ShellState>;

/** Up to so many at once; they have the numbers from 1 on. */
export const SHELLS_MAX = 4;

export interface Shells {
  open(id: number, size: TtySize): void;
  close(id: number): void;
  line(id: number, text: string): void;
  keys(id: number, bytes: Uint8Array): void;
  resize(id: number, size: TtySize): void;
}

/**
 * Wires shells to a cluster. `shown` is told what appears in which shell, in order. Output is taken as soon as it is
 * there, by a task of the loop, so that it doesn't depend on the host how long a program waits for its reader.
 */
export function createShells(
  { simulator }: LearnerCluster,
  state: ShellsState,
  shown: (shell: number, bytes: Uint8Array) => void,
): Shells {
  const { kernel, channels, loop } = simulator;
  const reader: Port<number> = loop.actor<number>(SHELL_READER, read);
  loop.actor<ExecEnded>(SHELL_ENDS, ({ key }) => {
    for (const shell of state.values()) if (shell.id === key) shell.ended = true;
  });

  function read(id: number): void {
    const shell = state.get(id);
    if (shell === undefined) return;
    for (let part = channels.read(shell.output); part.kind === 'more'; part = channels.read(shell.output)) {
      const text = readMarks(shell.marks, Buffer.from(part.chunk as Uint8Array).toString('latin1'));
      if (text !== '') shown(id, Buffer.from(text, 'latin1'));
    }
    if (!channels.isClosed(shell.output)) channels.whenReadable(shell.output, { actor: SHELL_READER, what: id });
  }

  return {
    open(id, size) {
      const started = execOnHost(kernel, workstationOf(kernel), {
        argv: ['bash', '-i'],
        tty: true,
        size,
        cwd: LEARNER_HOME,
        env: learnerEnvironment(LEARNER_HOME, [
          ['PS1', PS1],
          ['PS2', PS2],
        ]),
        ...LEARNER_USER,
        actor: SHELL_ENDS,
        key: id,
      });
      if (!started.ok) throw new Error(started.message);
      const { exec, stdout: output } = started;
      state.set(id, { id, exec, output, marks: newMarksState(), size, ended: false });
      reader.post(id);
    },
    close(id) {
      const shell = state.get(id);
      if (shell === undefined) return;
      leaveExec(kernel, shell.exec);
      state.delete(id);
    },
    line(id, text) {
      const shell = state.get(id);
      if (shell === undefined) return;
      shell.marks.atPrompt = false;
      enterExecLine(kernel, shell.exec, text);
    },
    keys(id, bytes) {
      const shell = state.get(id);
      if (shell !== undefined) writeExec(kernel, shell.exec, bytes);
    },
    resize(id, size) {
      const shell = state.get(id);
      if (shell === undefined) return;
      shell.size = size;
      resizeExec(kernel, shell.exec, size);
    },
  };
}
