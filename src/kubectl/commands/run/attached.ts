// The second half of `kubectl run -i`: attached to the pod until it ends, then its exit status, then --rm.

import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { Pods } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../../../sandbox/schema/generated/types.ts';
import { timeMs } from '../../../../sandbox/time/units.ts';
import type { Call } from '../../call.ts';
import { asError, ExitError } from '../../errors.ts';
import { metaText } from '../../resource/info.ts';
import { ACCEPT_SCHEME, deleteObject, getObject, nameSelector } from '../../resource/requests.ts';
import { follow } from '../../rest/follow.ts';
import { isNotFound } from '../../rest/status.ts';
import { containerOrDefault } from '../../streams/containers.ts';
import { printOne } from '../../streams/logs.ts';
import { attachTo } from '../attach.ts';
import { deleteOptions } from '../shared/deletion.ts';
import type { RunOptions } from './run.ts';

export interface Made {
  readonly type: ResourceType;
  readonly object: JsonObject;
}

export function* attachAfterRun(
  call: Call,
  options: RunOptions,
  pod: JsonObject,
  made: readonly Made[],
): Blocking<void> {
  let failure: Error | undefined;
  try {
    yield* attached(call, options, pod);
  } catch (error) {
    failure = asError(error);
  }
  if (call.flags.bool('rm')) for (const each of made) yield* remove(call, options, each);
  if (failure !== undefined) throw failure;
}

function* attached(call: Call, options: RunOptions, made: JsonObject): Blocking<void> {
  const { flags } = call;
  const pod = yield* podThat(call, options, made, isUp);
  if (isCompleted(pod)) yield* printLogs(call, pod);
  else yield* joinPod(call, pod);
  const waits = !flags.bool('leave-stdin-open') && options.restartPolicy !== 'Always';
  if (!waits) return;
  const succeeds = options.restartPolicy === 'OnFailure';
  const ended = yield* podThat(call, options, made, (each) =>
    succeeds ? each.status?.phase === 'Succeeded' : isCompleted(each),
  );
  judge(ended);
}

function isCompleted({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function isUp(pod: V1Pod): boolean {
  const { phase, conditions = [] } = pod.status ?? {};
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return isCompleted(pod) || (phase === 'Running' && ready);
}

/** Waits until the pod is so. Throws when it goes away, or time is over. */
function* podThat(
  call: Call,
  { namespace }: RunOptions,
  made: JsonObject,
  isSo: (pod: V1Pod) => boolean,
): Blocking<V1Pod> {
  const fieldSelector = nameSelector(metaText(made, 'name'));
  let found: V1Pod | undefined;
  yield* follow(
    call.sys,
    yield* call.client(),
    { collection: Pods, namespace, fieldSelector, typed: true },
    {
      *synced() {
        return false;
      },
      *changed({ type, object }) {
        if (type === 'DELETED') throw new Error('pods "" not found');
        // The server sends pods.
        const pod = object as V1Pod;
        if (isSo(pod)) found = pod;
        return found !== undefined;
      },
    },
    timeMs(call.sys.now() + call.flags.duration('pod-running-timeout')),
  );
  if (found === undefined) throw new Error('timed out waiting for the condition');
  return found;
}

/** What it has written so far, then what it writes from now on. */
function* joinPod(call: Call, pod: V1Pod): Blocking<void> {
  const { flags } = call;
  const options = {
    stdin: flags.bool('stdin'),
    tty: flags.bool('tty'),
    quiet: flags.bool('quiet'),
    container: '',
  };
  const name = pod.metadata?.name ?? '';
  try {
    yield* printLogs(call, pod);
  } catch (error) {
    yield* call.err(`warning: couldn't fetch pre-attach logs: ${asError(error).message}\n`);
  }
  try {
    yield* attachTo(call, pod, options);
  } catch (error) {
    const what = `couldn't attach to pod/${name}, falling back to streaming logs:`;
    yield* call.err(`warning: ${what} ${asError(error).message}\n`);
    yield* printLogs(call, pod);
  }
}

function* printLogs(call: Call, pod: V1Pod): Blocking<void> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const container = yield* containerOrDefault(call, pod, '', true);
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
  yield* printOne(call, { path, query: [['container', container.name]], prefix: '', pod: name });
}

/** The container's exit status is kubectl's own. */
function judge({ metadata, status }: V1Pod): void {
  const { name = '', namespace = '' } = metadata ?? {};
  if (status?.phase === 'Succeeded') return;
  const what = `pod ${namespace}/${name}`;
  if (status?.phase !== 'Failed') throw new Error(`${what} left in phase ${status?.phase ?? ''}`);
  const terminated = status.containerStatuses?.[0]?.state?.terminated;
  if (terminated === undefined || terminated.exitCode === 0) throw new Error(`${what} failed with unknown exit code`);
  const { exitCode, reason = '', message = '' } = terminated;
  throw new ExitError(exitCode, `${what} terminated (${reason})\n${message}`);
}

function* remove(call: Call, { namespace, cascade }: RunOptions, { type, object }: Made): Blocking<void> {
  const name = metaText(object, 'name');
  try {
    const client = yield* call.client();
    yield* getObject(client, type, namespace, name, { accept: ACCEPT_SCHEME });
    const request = { ...deleteOptions(cascade, -1), named: true, accept: ACCEPT_SCHEME };
    yield* deleteObject(client, type, namespace, name, request);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return;
  }
  if (call.flags.bool('quiet')) return;
  yield* call.out(`${type.kind.toLowerCase()} "${name}" deleted from ${namespace} namespace\n`);
}
