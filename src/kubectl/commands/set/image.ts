// kubectl set image: other images for containers.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { command } from '../../command.ts';
import { SeveralErrors } from '../../errors.ts';
import type { Info } from '../../resource/info.ts';
import { fileOptions } from '../shared/files.ts';
import { parsePairs, splitArguments } from '../shared/pairs.ts';
import { recorded } from '../shared/record.ts';
import { applyChanges, findObjects, type SetOptions, setOptions } from './patching.ts';
import { containersIn, withContainers, withPodSpec } from './podspecs.ts';

interface ImageOptions extends SetOptions {
  readonly resources: readonly string[];
  readonly images: ReadonlyMap<string, string>;
  readonly infos: readonly Info[];
}

export const setImage = command<ImageOptions>({
  path: 'set image',
  long: `
Set the images of containers in pods and pod templates.

Pods, replication controllers, deployments, daemon sets, stateful sets, jobs, cron jobs and replica sets can be changed (po, rc, deploy, ds, sts, job, cj, rs). The container * stands for all.`,
  examples: `
# Two containers of one deployment
kubectl set image deployment/web nginx=nginx:1.28 proxy=envoy:1.30

# All containers of a daemon set
kubectl set image daemonset/agent *=busybox:1.36

# What would come of a file, without a server
kubectl set image -f web.yaml nginx=nginx:1.28 --local -o yaml`,
  *complete(call) {
    const options = yield* setOptions(call, 'image updated');
    const { resources, pairs } = splitArguments(call.args, 'image');
    const images = parsePairs(pairs, 'image', false).set;
    return { ...options, resources, images, infos: yield* findObjects(call, options, resources) };
  },
  validate({ resources, images, dryRun }, call) {
    const { flags } = call;
    const { filenames, kustomize } = fileOptions(call);
    const errors: string[] = [];
    const check = (wrong: boolean, message: string): void => {
      if (wrong) errors.push(message);
    };
    check(flags.bool('all') && flags.string('selector') !== '', 'cannot set --all and --selector at the same time');
    check(
      resources.length === 0 && filenames.length === 0 && kustomize === '',
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
    check(images.size === 0, 'at least one image update is required');
    check(
      images.size > 1 && images.has('*'),
      'all containers are already specified by *, but saw more than one container_name=container_image pairs',
    );
    check(
      flags.bool('local') && dryRun === 'server',
      'cannot specify --local and --dry-run=server - did you mean --dry-run=client?',
    );
    if (errors.length > 0) throw new SeveralErrors(errors.map((message) => new Error(message)));
  },
  *run(options, call) {
    const errors: Error[] = [];
    const change = function* (info: Info) {
      const changed = withPodSpec(info, (spec) => {
        let result = spec;
        for (const [name, image] of options.images) {
          const isMeant = (container: { readonly name?: unknown }): boolean => name === '*' || container.name === name;
          if (!containersIn(spec).some(isMeant)) {
            errors.push(new Error(`error: unable to find container named ${quote(name)}`));
          }
          result = withContainers(result, isMeant, (container) => ({ ...container, image }));
        }
        return result;
      });
      return recorded(call, changed);
    };
    const failure = 'failed to patch image update to pod template:';
    yield* applyChanges(call, options, options.infos, { change, failure }, errors);
  },
});
