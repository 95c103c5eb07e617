// kubectl set serviceaccount: the account that pods run as.

import { command } from '../../command.ts';
import type { Info } from '../../resource/info.ts';
import { recorded } from '../shared/record.ts';
import { applyChanges, confirmPlace, findObjects, type SetOptions, setOptions } from './patching.ts';
import { withPodSpec } from './podspecs.ts';

interface ServiceAccountOptions extends SetOptions {
  readonly account: string;
  readonly infos: readonly Info[];
}

export const setServiceAccount = command<ServiceAccountOptions>({
  path: 'set serviceaccount',
  long: `
Set the service account of pod templates.

Replication controllers, deployments, daemon sets, jobs, replica sets and stateful sets can be changed (rc, deploy, ds, job, rs, sts).`,
  examples: `
# The pods of a deployment run as reader from now on
kubectl set serviceaccount deployment web reader`,
  *complete(call) {
    const options = yield* setOptions(call, 'serviceaccount updated');
    confirmPlace(call, options);
    const account = call.args.at(-1);
    if (account === undefined) throw new Error('serviceaccount is required');
    const resources = call.flags.bool('local') ? [] : call.args.slice(0, -1);
    return { ...options, account, infos: yield* findObjects(call, options, resources) };
  },
  *run(options, call) {
    const change = function* (info: Info) {
      const serviceAccountName = options.account;
      return recorded(
        call,
        withPodSpec(info, (spec) => ({ ...spec, serviceAccountName })),
      );
    };
    const failure = 'failed to patch ServiceAccountName';
    yield* applyChanges(call, options, options.infos, { change, failure, sendsAll: true });
  },
});
