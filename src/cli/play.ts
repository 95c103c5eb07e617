// `k8s-learn play`, and `k8s-learn` alone on a terminal: the screen.

import { parse } from 'node:path';
import { clusterFileAt } from './clusterfile.ts';
import { learn } from './learn.ts';
import { offerOf } from './offer.ts';
import type { GlobalOptions } from './options.ts';
import { openApp, screenFits } from './screen.ts';
import { readSettings } from './settings.ts';

export async function play(
  _args: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const file = own['cluster'];
  const cluster =
    typeof file === 'string' ? { name: `play-${parse(file).name}`, spec: clusterFileAt(file) } : undefined;
  return openApp(options, { view: 'work', lesson: undefined }, {}, cluster);
}

/** `k8s-learn` alone: the first screen; without a terminal for it the lesson where the learner left off, in plain lines. */
export async function home(
  _args: readonly string[],
  _own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  if (screenFits() && !readSettings(options.dataDir).plain) return openApp(options, { view: 'welcome' });
  return learn([offerOf(options).next() ?? ''], { plain: true }, options);
}
