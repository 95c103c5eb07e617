// `k8s-learn play`, and `k8s-learn` alone on a terminal: the screen.

import { runApp, type Start } from '../tui/app.ts';
import { LEAST } from '../tui/layout.ts';
import { openScreen } from '../tui/screen.tsx';
import { hostTerminal } from '../tui/terminal.ts';
import { EXIT, Failure } from './failure.ts';
import { offerOf } from './offer.ts';
import type { GlobalOptions } from './options.ts';

export async function play(
  _args: readonly string[],
  _own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  return openApp(options, { view: 'work', lesson: undefined });
}

/** Whether there is a terminal that the screen can be drawn on. */
export function screenFits({ stdin, stdout, env } = process): boolean {
  if (!stdin.isTTY || !stdout.isTTY || env.TERM === 'dumb') return false;
  return (stdout.columns || LEAST.columns) >= LEAST.columns && (stdout.rows || LEAST.rows) >= LEAST.rows;
}

/** `k8s-learn` alone: the first screen; without a terminal for it the lesson where the learner left off, in plain lines. */
export async function home(
  _args: readonly string[],
  _own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  if (screenFits()) return openApp(options, { view: 'welcome' });
  const { learn } = await import('./learn.ts');
  return learn([offerOf(options).next() ?? ''], { plain: true }, options);
}

/** Opens the screen and stays until the learner leaves. */
export async function openApp(options: GlobalOptions, start: Start, restart = false): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new Failure(
      EXIT.environment,
      'k8s-learn: the screen needs a terminal.',
      'Standard input or output is a file or a pipe.',
      'Run it in a terminal, or use `k8s-learn exec` and `k8s-learn learn LESSON --plain`.',
    );
  }
  const terminal = hostTerminal(stdin, stdout, () => {});
  const screen = openScreen({ write: terminal.write, size: terminal.size, colors: options.color });
  await runApp({ terminal, screen, offer: offerOf(options, restart), lang: options.lang, start });
  return EXIT.done;
}
