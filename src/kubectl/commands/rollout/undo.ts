// kubectl rollout undo: back to an earlier revision.

import { goJson, quote } from '../../../../sandbox/kube/go/text.ts';
import { type JsonObject, sameJson } from '../../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { DaemonSets, ReplicaSets, StatefulSets } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Deployment, V1ReplicaSet } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { REVISION, sameTemplate, withoutHash } from '../../deployments.ts';
import { asError } from '../../errors.ts';
import { LAST_APPLIED, lastApplied } from '../../lastapplied.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { type Info, objectName, objectOf } from '../../resource/info.ts';
import { type PatchType, patchObject } from '../../resource/requests.ts';
import { canonicalObject } from '../../resource/typed.ts';
import { ACCEPT_TYPED } from '../../rest/client.ts';
import { type DryRun, dryRunOf, operationText } from '../shared/write.ts';
import { details } from './history.ts';
import { deploymentRevisions, historyOf, type Revision, revisionOf } from './revisions.ts';
import { confirmNamed, selectWorkloads, workloadOf } from './shared.ts';

interface UndoOptions {
  readonly dryRun: DryRun;
  /** 0 is the one before. */
  readonly revision: number;
}

export const rolloutUndo = command<UndoOptions>({
  path: 'rollout undo',
  long: 'Roll back to an earlier revision: the one before, unless --to-revision names another.',
  examples: `
# To what the deployment was before
kubectl rollout undo deployment/web

# To the third revision of a daemon set
kubectl rollout undo daemonset/agent --to-revision=3`,
  *complete(call) {
    const dryRun = yield* dryRunOf(call);
    yield* call.namespace();
    return { dryRun, revision: call.flags.number('to-revision') };
  },
  validate(_, call) {
    confirmNamed(call);
  },
  *run(options, call) {
    const selected = yield* selectWorkloads(call);
    yield* selected.visit(function* (info) {
      if (lastApplied(objectOf(info)) !== undefined) yield* call.err(managedWarning(info));
      const done = operationText(yield* rollBack(call, options, info), options.dryRun);
      yield* call.out((yield* objectPrinter(call, printerOptions(call, { operation: done }))).print(objectOf(info)));
    });
  },
});

function managedWarning(info: Info): string {
  return (
    `Warning: resource ${objectName(info)} was previously managed with 'kubectl apply'. ` +
    `Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. ` +
    `Consider using 'kubectl apply' with your previous configuration file instead.\n`
  );
}

const DONE = 'rolled back';

function* rollBack(call: Call, options: UndoOptions, info: Info): Blocking<string> {
  const workload = workloadOf(info, 'rollbacker', 'rollbacker');
  if (options.revision < 0) throw notInHistory(options.revision);
  if (workload === 'Deployment') return yield* rollBackDeployment(call, options, info);
  const [type, word] = workload === 'DaemonSet' ? [DaemonSets, 'DaemonSet'] : [StatefulSets, 'Statefulset'];
  const { object, revisions } = yield* historyOf(yield* call.client(), type, word, info.namespace, info.name);
  const target = wantedRevision(revisions, options.revision);
  if (options.dryRun === 'client') return `will roll back to ${details(target)}`;
  const spec = canonicalObject(object, type)['spec'] as JsonObject;
  const now = { spec: { template: { ...(spec['template'] as JsonObject), $patch: 'replace' } } };
  if (sameJson(now, target.data)) return skipped(options.revision);
  yield* restored(call, options, info, 'strategic', goJson(target.data));
  return DONE;
}

function notInHistory(revision: number): Error {
  return new Error(`unable to find specified revision ${revision} in history`);
}

function skipped(revision: number): string {
  return `skipped rollback (current template already matches revision ${revision})`;
}

function wantedRevision(revisions: readonly Revision[], number: number): Revision {
  if (number === 0 && revisions.length <= 1) throw new Error('no last revision to roll back to');
  const sorted = [...revisions].sort((a, b) => a.number - b.number);
  const found = number === 0 ? sorted.at(-2) : revisions.find((revision) => revision.number === number);
  if (found === undefined) throw notInHistory(number);
  return found;
}

/** Annotations of the deployment that stay what they are. */
const KEPT = [
  LAST_APPLIED,
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

function* rollBackDeployment(call: Call, options: UndoOptions, info: Info): Blocking<string> {
  const { deployment, sets } = yield* deploymentRevisions(yield* call.client(), info.namespace, info.name);
  const target = wantedSet(deployment, sets, options.revision);
  const template = target.spec?.template;
  if (options.dryRun === 'client') {
    return details({ number: 0, cause: '', template, object: canonicalObject(target, ReplicaSets), data: {} });
  }
  if (deployment.spec?.paused) {
    throw new Error(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  if (sameTemplate(template, deployment.spec?.template)) return skipped(options.revision);
  const patch = [
    { op: 'replace', path: '/spec/template', value: withoutHash(template) },
    { op: 'replace', path: '/metadata/annotations', value: annotationsAfter(deployment, target) },
  ];
  yield* restored(call, options, info, 'json', goJson(patch));
  return DONE;
}

function wantedSet(deployment: V1Deployment, sets: readonly V1ReplicaSet[], revision: number): V1ReplicaSet {
  if (revision > 0) {
    const found = sets.find((set) => revisionOf(set) === revision);
    if (found === undefined) throw notInHistory(revision);
    return found;
  }
  const previous = [...sets].sort((a, b) => revisionOf(b) - revisionOf(a))[1];
  if (previous === undefined) {
    throw new Error(`no rollout history found for deployment ${quote(deployment.metadata?.name ?? '')}`);
  }
  return previous;
}

function annotationsAfter(deployment: V1Deployment, target: V1ReplicaSet): JsonObject {
  const own = Object.entries(deployment.metadata?.annotations ?? {}).filter(([key]) => KEPT.includes(key));
  const others = Object.entries(target.metadata?.annotations ?? {}).filter(([key]) => !KEPT.includes(key));
  return Object.fromEntries([...own, ...others]);
}

function* restored(
  call: Call,
  { dryRun, revision }: UndoOptions,
  info: Info,
  type: PatchType,
  patch: string,
): Blocking<void> {
  try {
    yield* patchObject(yield* call.client(), info, type, patch, {
      dryRun: dryRun === 'server',
      accept: ACCEPT_TYPED,
    });
  } catch (error) {
    throw new Error(`failed restoring revision ${revision}: ${asError(error).message}`);
  }
}
