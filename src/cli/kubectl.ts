// `k8s-learn kubectl ...`: our kubectl on the learner's own machine, against a kubeconfig that is named on purpose. The
// user's ~/.kube/config is neither read nor written.

import { runProgram } from '../host/drive.ts';
import { createHostSys } from '../host/sys.ts';
import { kubectl as program } from '../kubectl/kubectl.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';

export async function kubectl(
  args: readonly string[],
  _own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  // A context that was named on purpose is used, wherever it stands.
  const place = options.backend === 'kubeconfig' ? [`--context=${options.context}`] : [];
  if (place.length === 0 && !isNamed(args, process.env)) {
    throw new Failure(
      EXIT.environment,
      'k8s-learn kubectl: which cluster?',
      'KUBECONFIG is not set, and your own ~/.kube/config is never touched.',
      'Run `k8s-learn serve` in another terminal, and set KUBECONFIG to the file that it prints.',
    );
  }
  const { sys, close } = createHostSys(['kubectl', ...place, ...args]);
  try {
    return await runProgram(program, sys);
  } finally {
    close();
  }
}

/** A kubeconfig is set in the environment or given as a flag, or none is needed. */
function isNamed(args: readonly string[], env: NodeJS.ProcessEnv): boolean {
  if ((env.KUBECONFIG ?? '') !== '') return true;
  if (args.some((arg) => arg === '--kubeconfig' || arg.startsWith('--kubeconfig='))) return true;
  return args.length === 0 || args.includes('--help') || args.includes('-h') || args.includes('--client');
}
