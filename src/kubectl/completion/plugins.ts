// What can be typed behind plugins: the words of their names, and what a program called `kubectl_complete-NAME` says of the rest.

import { capture } from '../../../sandbox/machine/programs/kit/capture.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { childNamed } from '../cli/find.ts';
import { aboutPlugin, onPath, pluginNames } from '../cli/plugin.ts';
import { type Candidates, DIRECTIVE } from './arguments.ts';

/** The words that plugins have behind these ones, with a line about each. */
export function pluginWords(sys: Sys, before: readonly string[], start: string): readonly string[] {
  const next = pluginNames(sys)
    .filter((name) => beginsWith(name, before) && name.length > before.length)
    .map((name) => name[before.length] ?? '')
    .filter((word) => word.startsWith(start) && (before.length > 0 || childNamed('', word) === undefined));
  return [...new Set(next)].sort().map((word) => `${word}\t${aboutPlugin(word)}`);
}

function beginsWith(name: readonly string[], words: readonly string[]): boolean {
  return words.every((word, i) => name[i] === word);
}

/** Candidates behind a plugin, `words` beginning with its name; undefined when there is no such plugin. */
export function* pluginCandidates(sys: Sys, words: readonly string[], start: string): Blocking<Candidates | undefined> {
  const depth = Math.max(0, ...pluginNames(sys).map((name) => inCommon(name, words)));
  if (depth === 0) return undefined;
  const [name, args] = [words.slice(0, depth), words.slice(depth)];
  const own = args.length === 0 ? pluginWords(sys, name, start) : [];
  const told = yield* toldBy(sys, name, [...args, start]);
  return { ...told, words: [...own, ...told.words] };
}

/** How many words two lists begin with alike. */
function inCommon(some: readonly string[], others: readonly string[]): number {
  const end = some.findIndex((word, i) => others[i] !== word);
  return end < 0 ? some.length : end;
}

/** What the plugin's own program for it says. */
function* toldBy(sys: Sys, name: readonly string[], args: readonly string[]): Blocking<Candidates> {
  const whole = name.map((word) => word.replaceAll('-', '_')).join('-');
  yield* debug(sys, `About to look for: kubectl_complete-${whole}`);
  const path = onPath(sys, `kubectl_complete-${whole}`);
  if (path === undefined) {
    yield* debug(sys, `Plugin kubectl-${whole} does not provide a matching completion executable`);
    return { words: [], directive: DIRECTIVE.usual };
  }
  yield* debug(sys, `About to call: ${[path, ...args].join(' ')}`);
  const { stdout, status } = yield* capture(sys, [path, ...args], false);
  return status === 0 ? candidatesIn(stdout) : { words: [], directive: DIRECTIVE.usual };
}

/** A candidate a line; the last line may be a number that tells the shell how to treat them. */
function candidatesIn(text: string): Candidates {
  const lines = text.split('\n').filter((line) => line !== '');
  const directive = /^:([+-]?\d+)$/.exec(lines.at(-1) ?? '')?.[1];
  return directive === undefined
    ? { words: lines, directive: DIRECTIVE.usual }
    : { words: lines.slice(0, -1), directive: Number(directive) };
}

export function* debug(sys: Sys, text: string): Blocking<void> {
  yield* sys.write(2, `[Debug] ${text}\n`);
}
