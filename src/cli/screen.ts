// The screen as commands open it.

import { runApp, type Start } from '../tui/app.ts';
import { LEAST } from '../tui/layout.ts';
import { hostTerminal } from '../tui/terminal.ts';
import { EXIT, Failure } from './failure.ts';
import { type OwnCluster, offerOf } from './offer.ts';
import type { Opening } from './openlesson.ts';
import type { GlobalOptions } from './options.ts';
import { readSettings } from './settings.ts';
import { systemShellKit } from './systemshell.ts';

/** Whether there is a terminal that the screen can be drawn on. */
export function screenFits({ stdin, stdout, env } = process): boolean {
  if (!stdin.isTTY || !stdout.isTTY || env.TERM === 'dumb') return false;
  return (stdout.columns || LEAST.columns) >= LEAST.columns && (stdout.rows || LEAST.rows) >= LEAST.rows;
}

/** Opens the screen and stays until the learner leaves. */
export async function openApp(
  options: GlobalOptions,
  start: Start,
  opening: Opening = {},
  cluster?: OwnCluster,
): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new Failure(
      EXIT.environment,
      'k8s-learn: the screen needs a terminal.',
      'Standard input or output is a file or a pipe.',
      'Run it in a terminal, or use `k8s-learn exec` and `k8s-learn learn LESSON --plain`.',
    );
  }
  if (options.shell === 'system') systemShellKit();
  const { lang, dataDir } = options;
  const { bindings, mouse } = readSettings(dataDir);
  const terminal = hostTerminal(stdin, stdout, () => {});
  const { openScreen } = await import('../tui/screen.tsx');
  const screen = openScreen({ write: terminal.write, size: terminal.size, colors: options.color });
  const offer = offerOf(options, opening, cluster);
  await runApp({ terminal, screen, offer, lang, bindings, mouse, start });
  for (const line of offer.results()) console.log(line);
  return EXIT.done;
}
