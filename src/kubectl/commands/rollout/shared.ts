// What the commands below `rollout` have in common: how their objects are found.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { groupKind, groupResource } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { type Info, mappingOf } from '../../resource/info.ts';
import type { Selected } from '../../resource/selection.ts';
import { fileOptions } from '../shared/files.ts';

export function confirmNamed(call: Call): void {
  const { filenames, kustomize } = fileOptions(call);
  if (call.args.length === 0 && filenames.length === 0 && kustomize === '') {
    throw new Error('required resource not specified');
  }
}

export function confirmRevision({ flags }: Call): void {
  const revision = flags.number('revision');
  if (revision < 0) throw new Error(`revision must be a positive integer: ${revision}`);
}

export function* selectWorkloads(call: Call): Blocking<Selected> {
  const { namespace, explicit } = yield* call.namespace();
  return yield* call.select({
    namespace,
    enforceNamespace: explicit,
    files: fileOptions(call),
    args: call.args,
    allOfType: true,
    labelSelector: call.flags.string('selector'),
    typed: true,
    latest: true,
    flatten: true,
    continueOnError: true,
  });
}

export function* sayNoneFound(call: Call): Blocking<void> {
  yield* call.err(`No resources found in ${(yield* call.namespace()).namespace} namespace.\n`);
}

export type Workload = 'Deployment' | 'DaemonSet' | 'StatefulSet';

const APPS: readonly string[] = [
  ...['Deployment.apps', 'DaemonSet.apps', 'StatefulSet.apps', 'ReplicaSet.apps'],
  ...['Pod', 'ReplicationController', 'Job.batch', 'CronJob.batch'],
];

/** Throws for a kind that has no revisions. `what` and `verb` are what is missing, in messages. */
export function workloadOf(info: Info, what: string, verb: string): Workload {
  const { group, kind } = mappingOf(info);
  if (group === 'apps' && (kind === 'Deployment' || kind === 'DaemonSet' || kind === 'StatefulSet')) return kind;
  const name = groupKind(mappingOf(info));
  if (verb !== '' && !APPS.includes(name)) {
    throw new Error(`error retrieving ${verb} for ${quote(name)}, no visitor method exists for {${group} ${kind}}`);
  }
  throw new Error(`no ${what} has been implemented for ${verb === '' ? name : quote(name)}`);
}

export function resourceText(info: Info): string {
  return groupResource(mappingOf(info));
}
