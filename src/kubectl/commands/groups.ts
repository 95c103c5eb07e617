// Commands that only gather others, such as `rollout`: called without one of them they show their help.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { helpOf, optionsHelp } from '../cli/help.ts';
import { type Command, command } from '../command.ts';
import { fullPath, rowOf } from '../data/catalog.ts';
import { type GroupText, groupTexts } from '../data/grouptexts.ts';
import { ExitError, usageError } from '../errors.ts';
import { helpLayout } from './shared/help.ts';

interface GroupOptions {
  readonly args: readonly string[];
}

/** Where help goes and how it ends: most groups take offence at being called alone. */
interface Manner {
  readonly fd: 1 | 2;
  readonly status: number;
}

const OFFENDED: Manner = { fd: 2, status: 1 };

const MANNERS: Readonly<Record<string, Manner>> = {
  '': { fd: 1, status: 0 },
  certificate: { fd: 1, status: 0 },
  rollout: { fd: 1, status: 1 },
};

function group(path: string, text: GroupText): Command {
  const manner = MANNERS[path] ?? OFFENDED;
  return command<GroupOptions>({
    path,
    ...text,
    *complete({ args }) {
      return { args };
    },
    validate({ args }) {
      if (args.length > 0 && manner.status !== 0) {
        throw usageError(fullPath(path), `unknown command ${JSON.stringify(args.join(' '))}`);
      }
    },
    run: (_, call) => showHelp(call, path, text, manner),
  });
}

function* showHelp(call: Call, path: string, text: GroupText, { fd, status }: Manner): Blocking<void> {
  yield* call.sys.write(fd, helpOf(rowOf(path), text, helpLayout(call.sys, fd)));
  if (status !== 0) throw new ExitError(status);
}

const options: Command = command<GroupOptions>({
  path: 'options',
  *complete({ args }) {
    return { args };
  },
  *run(_, call) {
    yield* call.out(optionsHelp(helpLayout(call.sys, 1)));
  },
});

const alpha: Command = command<GroupOptions>({
  path: 'alpha',
  *complete({ args }) {
    return { args };
  },
  *run(_, call) {
    yield* call.err('No alpha commands are available in this version of kubectl\n');
  },
});

export const groups: readonly Command[] = [
  ...Object.entries(groupTexts).map(([path, text]) => group(path, text)),
  options,
  alpha,
];
