// The revisions of a workload: replica sets of a deployment, controller revisions of daemon sets and stateful sets.

import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { applyStrategicMergePatch } from '../../../../sandbox/kube/patch/strategicpatch.ts';
import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import { formatLabelSelector, selectorOf } from '../../../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import {
  ControllerRevisions,
  DaemonSets,
  Deployments,
  ReplicaSets,
  StatefulSets,
} from '../../../../sandbox/schema/generated/resources.ts';
import type {
  V1ControllerRevision,
  V1DaemonSet,
  V1Deployment,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1StatefulSet,
} from '../../../../sandbox/schema/generated/types.ts';
import { isControlledBy, REVISION, replicaSetsOf } from '../../deployments.ts';
import { asError } from '../../errors.ts';
import { canonicalObject, getTyped, listTyped, typeOf } from '../../resource/typed.ts';
import type { RestClient } from '../../rest/client.ts';
import { CHANGE_CAUSE } from '../shared/record.ts';
import type { Workload } from './shared.ts';

export interface Revision {
  readonly number: number;
  /** Why it was made; empty where nobody said so. */
  readonly cause: string;
  readonly template: V1PodTemplateSpec | undefined;
  /** The replica set, or the workload as it was then. */
  readonly object: JsonObject;
  /** What brings a daemon set or a stateful set back to it. */
  readonly data: JsonObject;
}

export interface DeploymentRevisions {
  readonly deployment: V1Deployment;
  readonly sets: readonly V1ReplicaSet[];
}

function* explained<T>(work: Blocking<T>, what: string): Blocking<T> {
  try {
    return yield* work;
  } catch (error) {
    throw new Error(`${what}: ${asError(error).message}`);
  }
}

export function* deploymentRevisions(
  client: RestClient,
  namespace: string,
  name: string,
): Blocking<DeploymentRevisions> {
  const get = getTyped(client, Deployments, namespace, name);
  const deployment = yield* explained(get, `failed to retrieve deployment ${name}`);
  const list = replicaSetsOf(client, deployment);
  const { old, current } = yield* explained(list, `failed to retrieve replica sets from deployment ${name}`);
  return { deployment, sets: current === undefined ? old : [...old, current] };
}

export function revisionOf(set: V1ReplicaSet): number {
  return Number(set.metadata?.annotations?.[REVISION] ?? 0);
}

/** By number; where two have the same one, the later stands. */
export function* revisionsOf(
  client: RestClient,
  workload: Workload,
  namespace: string,
  name: string,
): Blocking<readonly Revision[]> {
  const found = yield* allRevisions(client, workload, namespace, name);
  return [...new Map(found.map((revision) => [revision.number, revision])).values()].sort(
    (a, b) => a.number - b.number,
  );
}

function* allRevisions(
  client: RestClient,
  workload: Workload,
  namespace: string,
  name: string,
): Blocking<readonly Revision[]> {
  switch (workload) {
    case 'Deployment':
      return (yield* deploymentRevisions(client, namespace, name)).sets.map(fromReplicaSet);
    case 'DaemonSet':
      return (yield* historyOf(client, DaemonSets, 'DaemonSet', namespace, name)).revisions;
    case 'StatefulSet':
      return (yield* historyOf(client, StatefulSets, 'Statefulset', namespace, name)).revisions;
  }
}

function fromReplicaSet(set: V1ReplicaSet): Revision {
  const cause = set.metadata?.annotations?.[CHANGE_CAUSE] ?? '';
  const template = set.spec?.template;
  const annotated =
    cause === '' || template === undefined
      ? template
      : {
          ...template,
          metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, [CHANGE_CAUSE]: cause } },
        };
  return {
    number: revisionOf(set),
    cause,
    template: annotated,
    object: canonicalObject(set, ReplicaSets),
    data: {},
  };
}

type Historic = V1DaemonSet | V1StatefulSet;

export interface History {
  readonly object: Historic;
  readonly revisions: readonly Revision[];
}

/** `word` is how messages call it. */
export function* historyOf(
  client: RestClient,
  type: ResourceType<Historic>,
  word: string,
  namespace: string,
  name: string,
): Blocking<History> {
  const object = yield* explained(getTyped(client, type, namespace, name), `failed to retrieve ${word} ${name}`);
  const labelSelector = formatLabelSelector(selectorOf(object.spec?.selector));
  const list = listTyped(client, ControllerRevisions, namespace, { labelSelector });
  const found = yield* explained(list, `unable to find history controlled by ${type.kind} ${name}`);
  const own = found.filter((revision) => isControlledBy(revision, object.metadata?.uid ?? ''));
  return { object, revisions: own.map((revision) => fromControllerRevision(revision, object, type)) };
}

function fromControllerRevision(
  { revision, metadata, data }: V1ControllerRevision,
  object: Historic,
  type: ResourceType<Historic>,
): Revision {
  const patch = isObject(data) ? data : {};
  const kind = typeOf(type);
  const canonical = canonicalObject(object, type);
  const then = kind === undefined ? canonical : applyStrategicMergePatch(canonical, patch, kind.type).document;
  // Decoded: a patch of a workload gives a workload.
  const workload = then as Historic & JsonObject;
  return {
    number: Number(revision),
    cause: metadata?.annotations?.[CHANGE_CAUSE] ?? '',
    template: workload.spec?.template,
    object: workload,
    data: patch,
  };
}
