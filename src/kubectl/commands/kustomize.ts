// kubectl kustomize: what a kustomization makes, as YAML.

import { command } from '../command.ts';
import { statOf, writeFile } from '../files.ts';
import { buildKustomization } from '../kustomize/build.ts';
import { joinPath } from '../text/path.ts';

export const kustomize = command<string>({
  path: 'kustomize',
  long: `
Print the objects that a kustomization makes.

DIR is the folder in which a kustomization.yaml lies; without it, that is the current one.`,
  examples: `
# Of the current folder
kubectl kustomize

# Of another
kubectl kustomize overlays/prod`,
  *complete(call) {
    if (call.args.length > 1) throw new Error('specify one path to kustomization.yaml');
    return call.args[0] ?? '.';
  },
  *run(folder, call) {
    const { flags, sys } = call;
    const text = yield* buildKustomization(sys, folder, call.log);
    const output = flags.string('output');
    if (output === '') {
      yield* call.out(text);
      return;
    }
    const path = statOf(sys, output)?.type === 'directory' ? joinPath(output, 'out.yaml') : output;
    yield* writeFile(sys, path, text);
  },
});
