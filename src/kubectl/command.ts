// What a command is: the same four steps in each. Its flags stand in the catalog (data/), its steps in commands/.

import type { Blocking } from '../../sandbox/machine/sys.ts';
import type { Call } from './call.ts';
import type { HelpTexts } from './cli/help.ts';

export interface CommandSteps<Options> extends HelpTexts {
  /** `create configmap`. */
  readonly path: string;
  /** Flags without which there is nothing to do. */
  readonly required?: readonly string[];
  /** Reads flags and arguments, and what they need of the kubeconfig and the server, into options. */
  complete(call: Call): Blocking<Options>;
  /** Throws when the options don't go together. */
  validate?(options: Options, call: Call): void;
  run(options: Options, call: Call): Blocking<void>;
}

/** A command with its options out of sight, so that all of them fit into one table. */
export interface Command extends HelpTexts {
  readonly path: string;
  readonly required: readonly string[];
  start(call: Call): Blocking<void>;
}

export function command<Options>(steps: CommandSteps<Options>): Command {
  const { path, long, examples, required = [] } = steps;
  return {
    path,
    required,
    ...(long === undefined ? {} : { long }),
    ...(examples === undefined ? {} : { examples }),
    *start(call) {
      const options = yield* steps.complete(call);
      steps.validate?.(options, call);
      yield* steps.run(options, call);
    },
  };
}
