// kubectl drain: empties a node, so that it can be worked on.

import { formatDurationMs } from '../../../../sandbox/kube/duration.ts';
import { quote } from '../../../../sandbox/kube/go/text.ts';
import { parseLabelSelector } from '../../../../sandbox/kube/selectors/labelselectorparser.ts';
import { formatLabelSelector } from '../../../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { DaemonSets, Pods } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../../../sandbox/schema/generated/types.ts';
import { durationMs } from '../../../../sandbox/time/units.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError, SeveralErrors } from '../../errors.ts';
import { type Info, objectOf } from '../../resource/info.ts';
import { canonicalObject, deleteTyped, getTyped, listTyped } from '../../resource/typed.ts';
import { JSON_TYPE } from '../../rest/client.ts';
import { hasReason, isNotFound } from '../../rest/status.ts';
import { cordonAll, type NodeOptions, nodeOptions, printed } from './nodes.ts';
import { controllerOf, grouped, isOfDaemonSet, isSkipped, judgePod, type Verdict } from './podfilters.ts';

const PAUSE_MS = 1000;
const RETRY_MS = 5000;

export const drain = command<NodeOptions>({
  path: 'drain',
  long: `
Empty a node, so that it can be worked on.

The node is closed to new pods, and its pods are evicted: where the API server supports it, disruption budgets are minded; otherwise pods are deleted. Pods that a static manifest made stay. Pods of daemon sets stand in the way unless --ignore-daemonsets, those without a controller unless --force, those with local data unless --delete-emptydir-data is given.

When the work is done, "kubectl uncordon" opens the node again.`,
  examples: `
# Also where pods have no controller
kubectl drain worker-1 --force

# With 15 minutes for each pod to end
kubectl drain worker-1 --grace-period=900`,
  complete: nodeOptions,
  run,
});

function* run(options: NodeOptions, call: Call): Blocking<void> {
  yield* cordonAll(call, options, true);
  const failures: { readonly node: string; readonly error: Error }[] = [];
  for (const info of options.nodes) {
    try {
      yield* emptyNode(call, options, info);
      yield* call.out(printed(objectOf(info), 'drained', options.dryRun));
    } catch (error) {
      const reason = asError(error);
      yield* call.err(
        `error: unable to drain node ${quote(info.name)} due to error: ${reason.message}, continuing command...\n`,
      );
      failures.push({ node: info.name, error: reason });
    }
  }
  if (failures.length === 0) return;
  const pending = failures.map(({ node }) => ` ${node}\n`).join('');
  yield* call.err(`There are pending nodes to be drained:\n${pending}`);
  throw new SeveralErrors(failures.map(({ error }) => error));
}

function* emptyNode(call: Call, options: NodeOptions, info: Info): Blocking<void> {
  const { pods, warnings, errors } = yield* podsToGo(call, info.name);
  if (errors.length > 0) throw new SeveralErrors(errors);
  if (warnings !== '') yield* call.warnings.show(warnings);
  if (options.dryRun === 'client') {
    for (const { metadata } of pods) {
      yield* call.out(`evicting pod ${metadata?.namespace}/${metadata?.name} (dry run)\n`);
    }
    return;
  }
  try {
    if (call.flags.bool('disable-eviction')) yield* deleteAllPods(call, options, pods);
    else yield* evictAll(call, options, pods);
  } catch (error) {
    yield* sayPending(call, info.name, asError(error));
    throw error;
  }
}

interface ToGo {
  readonly pods: readonly V1Pod[];
  readonly warnings: string;
  readonly errors: readonly Error[];
}

function* podsToGo(call: Call, node: string): Blocking<ToGo> {
  const { flags, sys } = call;
  const client = yield* call.client();
  const found = yield* listTyped(client, Pods, '', {
    labelSelector: formatLabelSelector(parseLabelSelector(flags.string('pod-selector'))),
    fieldSelector: `spec.nodeName=${node}`,
    chunkSize: flags.number('chunk-size'),
  });
  const rules = {
    force: flags.bool('force'),
    ignoreDaemonSets: flags.bool('ignore-daemonsets'),
    deleteEmptyDirData: flags.bool('delete-emptydir-data'),
    skipDeletedAfter: flags.number('skip-wait-for-delete-timeout'),
    now: sys.now(),
  };
  const judged: { readonly pod: V1Pod; readonly verdict: Verdict }[] = [];
  for (const pod of found) judged.push({ pod, verdict: judgePod(pod, rules, yield* daemonSetProblem(call, pod)) });
  return {
    pods: judged.flatMap(({ pod, verdict }) => (verdict.goes ? [pod] : [])),
    warnings: grouped(judged, false).join('; '),
    errors: grouped(judged, true).map((message) => new Error(message)),
  };
}

/** Why the daemon set of a pod can't be found; empty where it can, or there is none. */
function* daemonSetProblem(call: Call, pod: V1Pod): Blocking<string> {
  const owner = controllerOf(pod);
  if (owner === undefined || !isOfDaemonSet(pod)) return '';
  try {
    yield* getTyped(yield* call.client(), DaemonSets, pod.metadata?.namespace ?? '', owner.name);
    return '';
  } catch (error) {
    return asError(error).message;
  }
}

function* sayPending(call: Call, node: string, failure: Error): Blocking<void> {
  const { pods, errors } = yield* podsToGo(call, node);
  if (pods.length > 0) {
    const names = pods.map(({ metadata }) => `pod/${metadata?.name}\n`).join('');
    yield* call.err(
      `There are pending pods in node ${quote(node)} when an error occurred: ${failure.message}\n${names}`,
    );
  }
  if (errors.length > 0) {
    const all = new SeveralErrors(errors).message;
    yield* call.err(`Following errors occurred while getting the list of pods to delete:\n${all}`);
  }
}

/** A pod on its way out: to be evicted, or awaited. */
interface Leaving {
  pod: V1Pod;
  evicted: boolean;
  /** When to do the next thing about it. */
  at: number;
}

/** All pods at once, each at its own pace. */
function* evictAll(call: Call, options: NodeOptions, pods: readonly V1Pod[]): Blocking<void> {
  const { sys, flags } = call;
  const timeout = flags.duration('timeout');
  const deadline = timeout === 0 ? Number.POSITIVE_INFINITY : sys.now() + timeout;
  let leaving: Leaving[] = pods.map((pod) => ({ pod, evicted: false, at: sys.now() }));
  const errors: Error[] = [];
  while (leaving.length > 0) {
    leaving.sort((a, b) => a.at - b.at);
    const [next, ...others] = leaving;
    if (next === undefined) break;
    if (next.at > sys.now()) yield* sys.sleep(durationMs(next.at - sys.now()));
    let gone = false;
    try {
      gone = next.evicted
        ? yield* isGone(call, options, next, deadline, timeout)
        : yield* evict(call, options, next, deadline, timeout);
    } catch (error) {
      errors.push(asError(error));
      gone = true;
    }
    leaving = gone ? others : [...others, next];
  }
  if (errors.length > 0) throw new SeveralErrors(errors);
}

/** Answers whether nothing is left to be waited for. */
function* evict(
  call: Call,
  { dryRun }: NodeOptions,
  leaving: Leaving,
  deadline: number,
  timeout: number,
): Blocking<boolean> {
  const { sys } = call;
  const { name = '', namespace = '' } = leaving.pod.metadata ?? {};
  const what = `pods/${quote(name)} -n ${quote(namespace)}`;
  yield* call.out(`evicting pod ${namespace}/${name}${dryRun === 'server' ? ' (server dry run)' : ''}\n`);
  if (sys.now() >= deadline) {
    throw new Error(`error when evicting ${what}: global timeout reached: ${formatDurationMs(timeout)}`);
  }
  try {
    yield* postEviction(call, name, namespace, dryRun === 'server');
    leaving.evicted = true;
    leaving.at = sys.now();
    return dryRun === 'server';
  } catch (error) {
    if (isNotFound(error)) return true;
    if (!hasReason(error, 'TooManyRequests')) throw new Error(`error when evicting ${what}: ${asError(error).message}`);
    const again = `(will retry after ${formatDurationMs(RETRY_MS)})`;
    yield* call.err(`error when evicting ${what} ${again}: ${asError(error).message}\n`);
    leaving.at = sys.now() + RETRY_MS;
    return false;
  }
}

function* postEviction(call: Call, name: string, namespace: string, dryRun: boolean): Blocking<void> {
  const gracePeriodSeconds = call.flags.number('grace-period');
  const deleteOptions = {
    ...(gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds }),
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
  const eviction = { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name, namespace }, deleteOptions };
  const client = yield* call.client();
  yield* client.object({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
    contentType: JSON_TYPE,
    body: `${JSON.stringify(eviction)}\n`,
    subject: { group: 'policy', resource: 'evictions', name },
  });
}

function* isGone(
  call: Call,
  { dryRun }: NodeOptions,
  leaving: Leaving,
  deadline: number,
  timeout: number,
): Blocking<boolean> {
  const { sys } = call;
  const { name = '', namespace = '', uid } = leaving.pod.metadata ?? {};
  const skip = call.flags.number('skip-wait-for-delete-timeout');
  try {
    const pod = yield* getTyped(yield* call.client(), Pods, namespace, name);
    if (pod.metadata?.uid === uid) {
      if (isSkipped(pod, skip, sys.now())) {
        yield* call.out(skipped(name, skip));
        return true;
      }
      if (sys.now() >= deadline) {
        const why = `global timeout reached: ${formatDurationMs(timeout)}`;
        throw new Error(
          `error when waiting for pod ${quote(name)} in namespace ${quote(namespace)} to terminate: ${why}`,
        );
      }
      leaving.at = Math.min(sys.now() + PAUSE_MS, deadline);
      return false;
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  yield* call.out(printed(canonicalObject(leaving.pod, Pods), 'evicted', dryRun));
  return true;
}

function skipped(name: string, seconds: number): string {
  return `pod ${quote(name)} has DeletionTimestamp older than ${seconds} seconds, skipping\n`;
}

/** Deletion minds no budgets. */
function* deleteAllPods(call: Call, { dryRun }: NodeOptions, pods: readonly V1Pod[]): Blocking<void> {
  const { sys, flags } = call;
  const client = yield* call.client();
  const grace = flags.number('grace-period');
  for (const { metadata } of pods) {
    const options = { ...(grace < 0 ? {} : { gracePeriodSeconds: grace }), dryRun: dryRun === 'server' };
    try {
      yield* deleteTyped(client, Pods, metadata?.namespace ?? '', metadata?.name ?? '', options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  if (dryRun === 'server') return;
  const timeout = flags.duration('timeout');
  const deadline = timeout === 0 ? Number.POSITIVE_INFINITY : sys.now() + timeout;
  for (const pod of pods) yield* untilDeleted(call, pod, deadline);
}

function* untilDeleted(call: Call, pod: V1Pod, deadline: number): Blocking<void> {
  const { name = '', namespace = '', uid } = pod.metadata ?? {};
  const skip = call.flags.number('skip-wait-for-delete-timeout');
  for (;;) {
    try {
      const found = yield* getTyped(yield* call.client(), Pods, namespace, name);
      if (found.metadata?.uid !== uid) break;
      if (isSkipped(found, skip, call.sys.now())) {
        yield* call.out(skipped(name, skip));
        return;
      }
    } catch (error) {
      if (isNotFound(error)) break;
      throw error;
    }
    if (call.sys.now() >= deadline) throw new Error('context deadline exceeded');
    yield* call.sys.sleep(durationMs(PAUSE_MS));
  }
  yield* call.out(printed(canonicalObject(pod, Pods), 'deleted', 'none'));
}
