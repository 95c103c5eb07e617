// A deployment's replica sets: which of them is for its template as it is now, and which are from before.

import { compareText } from '../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, sameJson } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { formatLabelSelector, selectorOf } from '../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking } from '../../sandbox/machine/sys.ts';
import { ReplicaSets } from '../../sandbox/schema/generated/resources.ts';
import type { V1Deployment, V1PodTemplateSpec, V1ReplicaSet } from '../../sandbox/schema/generated/types.ts';
import { listTyped } from './resource/typed.ts';
import type { RestClient } from './rest/client.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const TEMPLATE_HASH = 'pod-template-hash';

export interface OwnReplicaSets {
  /** By age, the oldest first. */
  readonly old: readonly V1ReplicaSet[];
  readonly current: V1ReplicaSet | undefined;
}

/** Those that the deployment controls. */
export function* replicaSetsOf(client: RestClient, deployment: V1Deployment, chunkSize = 0): Blocking<OwnReplicaSets> {
  const { namespace = '', uid = '' } = deployment.metadata ?? {};
  const labelSelector = formatLabelSelector(selectorOf(deployment.spec?.selector));
  const found = yield* listTyped(client, ReplicaSets, namespace, { labelSelector, chunkSize });
  const own = found.filter((set) => isControlledBy(set, uid)).sort(byAge);
  const current = own.find((set) => sameTemplate(set.spec?.template, deployment.spec?.template));
  return { old: own.filter((set) => set !== current), current };
}

export function isControlledBy(object: KubeObject, uid: string): boolean {
  return object.metadata?.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) ?? false;
}

function byAge(a: V1ReplicaSet, b: V1ReplicaSet): number {
  const [first, second] = [a.metadata ?? {}, b.metadata ?? {}];
  return (
    compareText(first.creationTimestamp ?? '', second.creationTimestamp ?? '') ||
    compareText(first.name ?? '', second.name ?? '')
  );
}

/** Whether they are the same but for the hash that the controller adds. */
export function sameTemplate(a: V1PodTemplateSpec | undefined, b: V1PodTemplateSpec | undefined): boolean {
  return sameJson(withoutHash(a), withoutHash(b));
}

export function withoutHash(template: V1PodTemplateSpec | undefined): JsonObject {
  const { metadata, ...rest } = template ?? {};
  const { [TEMPLATE_HASH]: _, ...labels } = metadata?.labels ?? {};
  const known = Object.entries({ ...metadata, labels: Object.keys(labels).length === 0 ? null : labels });
  const meta = Object.fromEntries(known.filter(([, value]) => value !== null && value !== undefined));
  return { ...(Object.keys(meta).length === 0 ? {} : { metadata: meta }), ...(isObject(rest) ? rest : {}) };
}
