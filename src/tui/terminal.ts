// The learner's own terminal: entered for the time of the screen, and left as it was, however the program ends.

import type { Size } from './layout.ts';

export interface HostTerminal {
  size(): Size;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onResize(listener: () => void): void;
  /** The terminal was left to the user's shell and has been entered again: everything has to be drawn. */
  onReturn(listener: () => void): void;
  write(text: string): void;
  enter(): void;
  leave(): void;
}

/** Alternate screen, marked pastes; the cursor is hidden until a picture has one. */
const ENTER = '\x1b[?1049h\x1b[?2004h\x1b[2J\x1b[H';
const LEAVE = '\x1b[0m\x1b[?2004l\x1b[?1000l\x1b[?1006l\x1b[?25h\x1b[?1049l';

export const MOUSE_ON = '\x1b[?1000h\x1b[?1006h';
export const MOUSE_OFF = '\x1b[?1000l\x1b[?1006l';

/** Puts a text on the clipboard of who sits at the terminal, near or far (OSC 52). */
export function clipboardText(text: string): string {
  return `\x1b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\x07`;
}

/** Signals that end the program, and its exit status then. */
const ENDINGS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

export function hostTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream, onEnd: () => void): HostTerminal {
  let inside = false;
  const returns: (() => void)[] = [];

  const enter = (): void => {
    if (inside) return;
    inside = true;
    input.setRawMode?.(true);
    input.resume();
    output.write(ENTER);
  };
  const leave = (): void => {
    if (!inside) return;
    inside = false;
    output.write(LEAVE);
    input.setRawMode?.(false);
    input.pause();
  };

  for (const [signal, status] of ENDINGS) {
    process.once(signal, () => {
      onEnd();
      leave();
      process.exit(status);
    });
  }
  process.on('exit', leave);
  // What went wrong is told on the learner's own screen.
  process.on('uncaughtExceptionMonitor', leave);
  if (process.platform !== 'win32') {
    process.on('SIGTSTP', () => {
      leave();
      process.kill(process.pid, 'SIGSTOP');
    });
    process.on('SIGCONT', () => {
      enter();
      for (const listener of returns) listener();
    });
  }

  return {
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    onBytes: (listener) => input.on('data', (data) => listener(typeof data === 'string' ? Buffer.from(data) : data)),
    onResize: (listener) => output.on('resize', listener),
    onReturn: (listener) => returns.push(listener),
    write: (text) => output.write(text),
    enter,
    leave,
  };
}
