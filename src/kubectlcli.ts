// The part of the command line that is kubectl: also a program of its own, for it is started often and needs no cluster.

import { type CommandEntry, runCommandLine } from './cli/run.ts';

export const KUBECTL: CommandEntry = {
  usage: 'kubectl [args...]',
  summary: 'our kubectl, against a kubeconfig that KUBECONFIG or --kubeconfig names',
  passThrough: true,
  remote: true,
  load: async () => (await import('./cli/kubectl.ts')).kubectl,
};

/** Runs the program. `args` are those after its name, the first of which is `kubectl`. */
export function main(args: readonly string[]): Promise<void> {
  return runCommandLine({ commands: [KUBECTL] }, args);
}
