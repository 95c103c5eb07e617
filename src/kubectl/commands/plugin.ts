// kubectl plugin list: programs on the PATH that kubectl runs as its own commands.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { Call } from '../call.ts';
import { childNamed } from '../cli/find.ts';
import { pluginsOnPath } from '../cli/plugin.ts';
import { command } from '../command.ts';
import { goErrorText } from '../files.ts';
import { baseName } from '../text/path.ts';

export const pluginList = command<null>({
  path: 'plugin list',
  long: `
List the plugins on the PATH: programs whose names begin with "kubectl-".

A plugin that can't be executed, that lies behind another one of its name, or that is called like a command of kubectl's own, comes with a warning.`,
  *complete() {
    return null;
  },
  *run(_, call) {
    const { paths, unread } = pluginsOnPath(call.sys);
    for (const [folder, error] of unread) {
      const reason = `open ${folder}: ${goErrorText(error)}`;
      yield* call.err(`Unable to read directory ${quote(folder)} from your PATH: ${reason}. Skipping...\n`);
    }
    const problems: string[] = [];
    if (paths.length > 0) yield* call.out('The following compatible plugins are available:\n\n');
    else problems.push('unable to find any kubectl plugins in your PATH');
    const seen = new Map<string, string>();
    let warnings = 0;
    for (const path of paths) {
      yield* call.out(`${call.flags.bool('name-only') ? baseName(path) : path}\n`);
      for (const warning of warningsOf(call, path, seen)) {
        warnings++;
        yield* call.err(`  - ${warning}\n`);
      }
    }
    if (warnings === 1) problems.push('one plugin warning was found');
    if (warnings > 1) problems.push(`${warnings} plugin warnings were found`);
    if (problems.length > 0) throw new Error(problems.join('\nerror: '));
  },
});

function warningsOf({ sys }: Call, path: string, seen: Map<string, string>): readonly string[] {
  const name = baseName(path);
  const warnings: string[] = [];
  const own = childNamed('', name.replace(/^kubectl-/, ''));
  if (own !== undefined) {
    const what = name.replace(/^kubectl-/, '');
    return [`warning: ${name} overwrites existing command: ${quote(`kubectl ${what}`)}`];
  }
  if (!sys.access(path, 1)) warnings.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  const other = seen.get(name);
  if (other !== undefined) warnings.push(`warning: ${path} is overshadowed by a similarly named plugin: ${other}`);
  else seen.set(name, path);
  return warnings;
}
