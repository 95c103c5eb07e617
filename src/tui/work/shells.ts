// What stands behind the seats of a desk: the shells of the simulated workstation, or those of the learner's own system. A desk
// doesn't know which; what it can't do with the latter, it asks here.

import type { Session } from '../../session/session.ts';
import type { Size } from '../layout.ts';
import type { Live } from '../live.ts';
import { currentNamespace } from '../world.ts';

/** A shell as it is now. */
export interface ShellNow {
  readonly atPrompt: boolean;
  readonly prompt: string;
  readonly ended: boolean;
  /** How its last line ended; 0 before there was one. */
  readonly lastStatus: number;
}

export interface DeskShells {
  /** Of the learner's own system: their lines are edited there, nothing of them is on record, nothing is taken back. */
  readonly system: boolean;
  ids(): readonly number[];
  /** Undefined where there is none of this number. */
  now(id: number): ShellNow | undefined;
  open(id: number, size: Size): void;
  close(id: number): void;
  keys(id: number, bytes: Uint8Array): void;
  resize(id: number, size: Size): void;
  /** Where commands go that name no namespace. */
  namespace(): string;
  /** Nobody has to wait for what runs in it: time may stand still. */
  rests(id: number): boolean;
  onOutput(listener: (id: number, bytes: Uint8Array) => void): () => void;
}

/** The escape sequence (OSC) by which words for the teacher come; its secret tells them from whatever else is printed. */
export interface WordMark {
  readonly code: number;
  readonly nonce: string;
}

/** What only shells of the learner's own system have. */
export interface SystemShells extends DeskShells {
  readonly system: true;
  readonly mark: WordMark;
  /** Its prompt is to be drawn again, below what has been written. */
  redraw(id: number): void;
  /** What has become of the files of the working folder since this was last asked, by their paths in it. */
  changedFiles(): { readonly files: Readonly<Record<string, string>>; readonly removed: readonly string[] };
  /** Told when a shell has ended, or something else has changed that is no output. */
  onChange(listener: () => void): void;
  /** Ends them all, and takes away what was there for them. */
  dispose(): void;
}

export function isSystem(shells: DeskShells): shells is SystemShells {
  return shells.system;
}

/** The shells of the workstation: what they are given are inputs of the session. */
export function workstationShells(session: Session, live: Pick<Live, 'enter'>): DeskShells {
  return {
    system: false,
    ids: () => [...session.shells().keys()].sort(),
    now(id) {
      const shell = session.shells().get(id);
      if (shell === undefined) return undefined;
      const { atPrompt, prompt, lastStatus = 0 } = shell.marks;
      return { atPrompt: atPrompt && !shell.ended, prompt, ended: shell.ended, lastStatus };
    },
    open: (id, size) => live.enter({ kind: 'shell', shell: id, does: 'open', size }),
    close: (id) => live.enter({ kind: 'shell', shell: id, does: 'close' }),
    keys: (id, bytes) => live.enter({ kind: 'keys', shell: id, keys: Buffer.from(bytes).toString('latin1') }),
    resize: (id, size) => live.enter({ kind: 'resize', shell: id, size }),
    namespace: () => currentNamespace(session),
    rests: (id) => session.shells().get(id)?.marks.atPrompt === true,
    onOutput: (listener) => session.onOutput(listener),
  };
}
