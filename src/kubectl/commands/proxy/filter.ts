// Whom the proxy lets through: methods, paths and hosts, each by regular expressions with commas between them.

import { compileRegex, type Regex, RegexProblem } from '../../../../sandbox/machine/regex/regex.ts';
import type { Flags } from '../../cli/flags.ts';

/** `path` is decoded, and without the prefix of the proxy. `host` is the header's, its port with it or not. */
export type Filter = (request: { readonly method: string; readonly path: string; readonly host: string }) => boolean;

/** An expression that can't be read. */
export class FilterProblem extends Error {}

export function filterOf(flags: Flags): Filter {
  const [acceptPaths, rejectPaths] = [expressions(flags, 'accept-paths'), expressions(flags, 'reject-paths')];
  const [acceptHosts, rejectMethods] = [expressions(flags, 'accept-hosts'), expressions(flags, 'reject-methods')];
  return ({ method, path, host }) =>
    !matches(rejectPaths, path) &&
    !matches(rejectMethods, method) &&
    matches(acceptPaths, path) &&
    matches(acceptHosts, host.replace(/:\d+$/, ''));
}

function expressions(flags: Flags, name: string): readonly Regex[] {
  const text = flags.string(name);
  if (text === '') return [];
  try {
    return text.split(',').map((source) => compileRegex(source, { dialect: 'perl' }));
  } catch (error) {
    if (error instanceof RegexProblem) throw new FilterProblem(`Error compiling re: ${error.message}`);
    throw error;
  }
}

function matches(all: readonly Regex[], text: string): boolean {
  return all.some((one) => one.test(text));
}
