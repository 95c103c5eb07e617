// kubectl rollout status: follows a rollout to its end.

import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { V1DaemonSet, V1Deployment, V1StatefulSet } from '../../../../sandbox/schema/generated/types.ts';
import { timeMs } from '../../../../sandbox/time/units.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { type Info, mappingOf } from '../../resource/info.ts';
import { nameSelector } from '../../resource/requests.ts';
import { follow } from '../../rest/follow.ts';
import { daemonSetProgress, deploymentProgress, type Progress, statefulSetProgress } from './progress.ts';
import { confirmNamed, confirmRevision, sayNoneFound, selectWorkloads, type Workload, workloadOf } from './shared.ts';

export const rolloutStatus = command<null>({
  path: 'rollout status',
  long: `
Say how far a rollout is, and stay until it has ended.

--watch=false says it once. A rollout that begins in the meantime is followed in its place, unless --revision insists on one.`,
  examples: `
# Until the deployment has rolled out
kubectl rollout status deployment/web`,
  *complete(call) {
    yield* call.namespace();
    yield* call.restConfig();
    return null;
  },
  validate(_, call) {
    confirmNamed(call);
    confirmRevision(call);
  },
  *run(_, call) {
    const selected = yield* selectWorkloads(call);
    let found = false;
    yield* selected.visit(function* (info) {
      found = true;
      yield* followRollout(call, info, workloadOf(info, 'status viewer', ''));
    });
    if (!found) yield* sayNoneFound(call);
  },
});

function* followRollout(call: Call, info: Info, workload: Workload): Blocking<void> {
  const { flags, sys } = call;
  const timeout = flags.duration('timeout');
  const once = !flags.bool('watch');
  const followed = { collection: mappingOf(info), namespace: info.namespace, fieldSelector: nameSelector(info.name) };
  const ended = yield* follow(
    sys,
    yield* call.client(),
    followed,
    {
      *synced() {
        return false;
      },
      *changed({ type, object }) {
        if (type === 'DELETED') throw new Error('object has been deleted');
        const { text, done } = progressOf(workload, object, flags.number('revision'));
        yield* call.out(text);
        return done || once;
      },
    },
    timeout === 0 ? undefined : timeMs(sys.now() + timeout),
  );
  if (!ended) throw new Error('timed out waiting for the condition');
}

/** The server answers objects of the kind that was asked for. */
function progressOf(workload: Workload, object: JsonObject, revision: number): Progress {
  switch (workload) {
    case 'Deployment':
      return deploymentProgress(object as V1Deployment, revision);
    case 'DaemonSet':
      return daemonSetProgress(object as V1DaemonSet);
    case 'StatefulSet':
      return statefulSetProgress(object as V1StatefulSet);
  }
}
