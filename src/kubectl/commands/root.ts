// kubectl itself, called without a command: its help.

import { helpOf } from '../cli/help.ts';
import { type Command, command } from '../command.ts';
import { rowOf } from '../data/catalog.ts';
import { homeOf } from '../kubeconfig/load.ts';

const long = `
kubectl controls the Kubernetes cluster manager.

Find more information at: https://kubernetes.io/docs/reference/kubectl/`;

export const root: Command = command<object>({
  path: '',
  long,
  *complete() {
    return {};
  },
  *run(_, call) {
    yield* call.out(helpOf(rowOf(''), { long }, { home: homeOf(call.sys), width: 0 }));
  },
});
