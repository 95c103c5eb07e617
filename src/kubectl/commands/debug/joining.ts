// After `kubectl debug -i`: attached to the debug container once it runs, or its output when it's over already.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { Pods } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1ContainerStatus, V1Pod } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { asError } from '../../errors.ts';
import { nameSelector } from '../../resource/requests.ts';
import { follow } from '../../rest/follow.ts';
import { printOne } from '../../streams/logs.ts';
import { attachTo } from '../attach.ts';

export function* joinDebugger(call: Call, made: V1Pod, container: string): Blocking<void> {
  const pod = yield* withRunning(call, made, container);
  const name = pod.metadata?.name ?? '';
  if (statusOf(pod, container)?.state?.terminated !== undefined) {
    yield* printLogs(call, pod, container);
    return;
  }
  const { flags } = call;
  const options = { stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet: flags.bool('quiet'), container };
  try {
    yield* attachTo(call, pod, options);
  } catch (error) {
    const what = `couldn't attach to pod/${name}, falling back to streaming logs:`;
    yield* call.err(`warning: ${what} ${asError(error).message}\n`);
    yield* printLogs(call, pod, container);
  }
}

/** The pod once the container runs or is over. What keeps it waiting is told. */
function* withRunning(call: Call, { metadata }: V1Pod, container: string): Blocking<V1Pod> {
  let found: V1Pod | undefined;
  const fieldSelector = nameSelector(metadata?.name ?? '');
  const followed = { collection: Pods, namespace: metadata?.namespace ?? '', fieldSelector, typed: true };
  yield* follow(call.sys, yield* call.client(), followed, {
    *synced() {
      return false;
    },
    *changed({ type, object }) {
      if (type === 'DELETED') throw new Error('pods "" not found');
      // The server sends pods.
      const pod = object as V1Pod;
      const { running, terminated, waiting } = statusOf(pod, container)?.state ?? {};
      if (running !== undefined || terminated !== undefined) found = pod;
      else if (waiting?.message && !call.flags.bool('quiet')) {
        yield* call.warnings.show(`container ${container}: ${waiting.message}`);
      }
      return found !== undefined;
    },
  });
  if (found === undefined) throw new Error('timed out waiting for the condition');
  return found;
}

function statusOf({ status }: V1Pod, name: string): V1ContainerStatus | undefined {
  const lists = [status?.containerStatuses, status?.initContainerStatuses, status?.ephemeralContainerStatuses];
  return lists.flatMap((list) => list ?? []).find((each) => each.name === name);
}

function* printLogs(call: Call, { metadata }: V1Pod, container: string): Blocking<void> {
  const { name = '', namespace = '' } = metadata ?? {};
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
  yield* printOne(call, { path, query: [['container', container]], prefix: '', pod: name });
}
