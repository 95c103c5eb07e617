// Commands that only gather others, such as `rollout`: called without one of them they show their help.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { helpOf } from '../cli/help.ts';
import { type Command, command } from '../command.ts';
import { fullPath, rowOf } from '../data/catalog.ts';
import { ExitError, usageError } from '../errors.ts';
import { homeOf } from '../kubeconfig/load.ts';

/** Groups that take no offence at being called alone. */
const HELPFUL = ['certificate'];

export function groupCommand(path: string): Command {
  return command<{ readonly args: readonly string[] }>({
    path,
    *complete({ args }) {
      return { args };
    },
    validate({ args }) {
      if (args.length > 0 && !HELPFUL.includes(path)) {
        throw usageError(fullPath(path), `unknown command ${JSON.stringify(args.join(' '))}`);
      }
    },
    run: (_, call) => showHelp(call, path),
  });
}

function* showHelp(call: Call, path: string): Blocking<void> {
  const text = helpOf(rowOf(path), {}, { home: homeOf(call.sys), width: 0 });
  if (HELPFUL.includes(path)) yield* call.out(text);
  else {
    yield* call.err(text);
    throw new ExitError(1);
  }
}
