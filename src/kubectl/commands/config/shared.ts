// What the commands below `config` have in common: they read and change kubeconfig files and ask no server.

import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { helpOf } from '../../cli/help.ts';
import { type Command, command } from '../../command.ts';
import { rowOf } from '../../data/catalog.ts';
import { defaultFile, loadFile } from '../../kubeconfig/load.ts';
import { type Entry, emptyKubeconfig, type Kubeconfig } from '../../kubeconfig/model.ts';
import { modifyKubeconfig } from '../../kubeconfig/write.ts';
import { helpLayout } from '../shared/help.ts';

/** A command below `config`: nothing is prepared, all is done in one go. */
export function configCommand(
  path: string,
  long: string,
  examples: string,
  run: (call: Call) => Blocking<void>,
): Command {
  const texts = { long, examples };
  return command<null>({
    path: `config ${path}`,
    ...texts,
    *complete() {
      return null;
    },
    *run(_, call) {
      try {
        yield* run(call);
      } catch (error) {
        if (!(error instanceof MisusedError)) throw error;
        yield* call.out(helpOf(rowOf(call.path), texts, helpLayout(call.sys, 1)));
        if (error.message !== '') throw new Error(error.message);
      }
    },
  });
}

/** Too many or too few arguments: the command's help is shown before that is said. Some commands say nothing. */
export class MisusedError extends Error {}

export function misused(args: readonly string[]): MisusedError {
  return new MisusedError(`Unexpected args: [${args.join(' ')}]`);
}

/** The one argument that there may be. */
export function onlyArgument({ args }: Call, problem: Error = misused(args)): string {
  const [name] = args;
  if (name === undefined || args.length > 1) throw problem;
  return name;
}

/** What the files say now. One that is named and isn't there is as good as an empty one. */
export function* startingConfig(call: Call): Blocking<Kubeconfig> {
  const { configFiles, log, sys } = call;
  if (!configFiles.explicit) return yield* call.kubeconfig();
  return (yield* loadFile(sys, configFiles.paths[0] ?? '', log)) ?? emptyKubeconfig;
}

export function* save(call: Call, before: Kubeconfig, after: Kubeconfig): Blocking<void> {
  yield* modifyKubeconfig({ sys: call.sys, log: call.log, files: call.configFiles }, before, after);
}

/** The file that messages speak of. */
export function fileOf({ sys, configFiles }: Call): string {
  return defaultFile(sys, configFiles);
}

export function entryOf<T extends JsonObject>(value: T): Entry<T> {
  return { value, origin: '' };
}
