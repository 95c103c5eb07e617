// NodeRestriction: a kubelet writes about its own node, the pods on it and what belongs to them, and about nothing else.

import { own, sameJson } from '../../kube/json.ts';
import type { V1ObjectMeta } from '../../kube/meta.ts';
import { mayKubeletSet } from '../../kube/nodelabels.ts';
import { notFound } from '../../kube/status.ts';
import { Nodes, Pods } from '../../schema/generated/resources.ts';
import type {
  AuthenticationV1TokenRequest,
  V1CSINode,
  V1Lease,
  V1Node,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ResourceSlice,
} from '../../schema/generated/types.ts';
import { referencesOf } from '../../schema/podreferences.ts';
import { nodeOf } from '../auth/nodes.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { forbiddenBy } from './refusal.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const LEASES = 'kube-node-lease';

/** Why a node may not do it; undefined when it may. The node's name comes quoted, as messages have it, and plain. */
type Rule = (quoted: string, attributes: Attributes, node: string) => string | undefined;

export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  handles: ({ caller }) => caller.user.groups.includes('system:nodes'),
  *mutate(attributes) {
    check(attributes);
    return attributes.object;
  },
  *validate(attributes) {
    // Deletions aren't mutated.
    if (attributes.verb === 'DELETE') check(attributes);
  },
};

function check(attributes: Attributes): void {
  const { user } = attributes.caller;
  const node = nodeOf(user);
  if (node === undefined) return;
  const { group, resource } = attributes.served.type;
  const rule = RULES.get(group === '' ? resource : `${resource}.${group}`);
  const why =
    node === ''
      ? `could not determine node from user ${JSON.stringify(user.name)}`
      : rule?.(JSON.stringify(node), attributes, node);
  if (why !== undefined) throw forbiddenBy(attributes, why);
}

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['pods', pods],
  ['nodes', nodes],
  ['persistentvolumeclaims', claims],
  ['serviceaccounts', tokens],
  ['leases.coordination.k8s.io', leases],
  ['csinodes.storage.k8s.io', csiNodes],
  ['resourceslices.resource.k8s.io', resourceSlices],
]);

function pods(quoted: string, attributes: Attributes, node: string): string | undefined {
  const { verb, subresource, context, namespace, name, object, old } = attributes;
  if (subresource === 'status') return podStatus(quoted, old as V1Pod, object as V1Pod, node);
  if (subresource !== '' && subresource !== 'eviction') {
    return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
  }
  if (subresource === '' && verb === 'CREATE') return newPod(quoted, object as V1Pod, attributes, node);
  if (subresource === '' && verb !== 'DELETE') {
    return `unexpected operation "${verb}", node ${quoted} can only create and delete mirror pods`;
  }
  const pod = context.get<V1Pod>(Pods, namespace, name);
  if (pod === undefined) throw notFound({ group: '', kind: 'pod', name });
  if (pod.spec?.nodeName === node) return undefined;
  return subresource === 'eviction'
    ? `node ${node} can only evict pods with spec.nodeName set to itself`
    : `node ${quoted} can only delete pods with spec.nodeName set to itself`;
}

function newPod(quoted: string, pod: V1Pod, { context }: Attributes, node: string): string | undefined {
  const { annotations, ownerReferences = [] } = pod.metadata ?? {};
  const only = `node ${quoted} can only create`;
  if (own(annotations, MIRROR) === undefined) {
    return `pod does not have "${MIRROR}" annotation, ${only} mirror pods`;
  }
  if (pod.spec?.nodeName !== node) return `${only} pods with spec.nodeName set to itself`;
  const [owner, another] = ownerReferences;
  if (another !== undefined) return `${only} pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `${only} pods with an owner reference set to itself`;
  }
  if (owner.controller !== true) return `${only} pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true) {
    return `node ${quoted} must not set blockOwnerDeletion on an owner reference`;
  }
  const known = context.get<V1Node>(Nodes, undefined, node);
  if (known === undefined) throw notFound({ group: '', kind: 'node', name: node });
  const { uid = '' } = known.metadata ?? {};
  if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`;
  const [reference] = referencesOf(pod);
  return reference === undefined ? undefined : `node ${quoted} can not create pods that reference ${reference[0]}`;
}

function podStatus(quoted: string, old: V1Pod, next: V1Pod, node: string): string | undefined {
  if (old.spec?.nodeName !== node)
    return `node ${quoted} can only update pod status for pods with spec.nodeName set to itself`;
  if (!sameJson(old.metadata?.labels ?? {}, next.metadata?.labels ?? {})) {
    return `node ${quoted} cannot update labels through pod status`;
  }
  const isKept = sameJson(old.status?.resourceClaimStatuses ?? null, next.status?.resourceClaimStatuses ?? null);
  return isKept ? undefined : `node ${quoted} cannot update resource claim statues`;
}

function nodes(quoted: string, { verb, name, object, old }: Attributes, node: string): string | undefined {
  if (name !== node) return `node ${quoted} is not allowed to modify node ${JSON.stringify(name)}`;
  if (verb === 'CREATE') return newNode(quoted, object as V1Node);
  return verb === 'UPDATE' ? changedNode(quoted, old as V1Node, object as V1Node) : undefined;
}

function newNode(quoted: string, { metadata }: V1Node): string | undefined {
  const refused = forbiddenLabels(metadata?.labels, undefined);
  return refused === '' ? undefined : `node ${quoted} is not allowed to set the following labels: ${refused}`;
}

function changedNode(quoted: string, old: V1Node, next: V1Node): string | undefined {
  const not = `node ${quoted} is not allowed to modify`;
  if (!sameJson(next.spec?.taints ?? [], old.spec?.taints ?? [])) return `${not} taints`;
  if (!sameJson(next.metadata?.ownerReferences ?? [], old.metadata?.ownerReferences ?? [])) {
    return `${not} ownerReferences`;
  }
  const refused = forbiddenLabels(next.metadata?.labels, old.metadata?.labels);
  return refused === '' ? undefined : `is not allowed to modify labels: ${refused}`;
}

function forbiddenLabels(next: V1ObjectMeta['labels'], old: V1ObjectMeta['labels']): string {
  const keys = new Set([...Object.keys(next ?? {}), ...Object.keys(old ?? {})]);
  const changed = [...keys].filter((key) => own(next, key) !== own(old, key));
  return changed
    .filter((key) => !mayKubeletSet(key))
    .sort()
    .join(', ');
}

/** Of a claim, a node reports how large it has become. */
function claims(quoted: string, { subresource, object, old }: Attributes): string | undefined {
  if (subresource !== 'status') return 'may only update PVC status';
  const isKept = sameJson(unmeasured(old as V1PersistentVolumeClaim), unmeasured(object as V1PersistentVolumeClaim));
  return isKept
    ? undefined
    : `node ${quoted} is not allowed to update fields other than status.quantity and status.conditions`;
}

function unmeasured({ metadata, spec, status }: V1PersistentVolumeClaim) {
  const { resourceVersion: _, managedFields: __, ...kept } = metadata ?? {};
  const { capacity: ___, conditions, allocatedResources, allocatedResourceStatuses, ...rest } = status ?? {};
  return { metadata: kept, spec, status: rest };
}

function tokens(
  _: string,
  { verb, subresource, object, context, namespace }: Attributes,
  node: string,
): string | undefined {
  if (verb !== 'CREATE' || subresource !== 'token') return undefined;
  const { audiences: asked, boundObjectRef: ref } = (object as AuthenticationV1TokenRequest | undefined)?.spec ?? {};
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || (ref.name ?? '') === '') {
    return 'node requested token not bound to a pod';
  }
  const audiences = asked ?? [];
  const { name = '', uid = '' } = ref;
  if (uid === '') return 'node requested token with a pod binding without a uid';
  const pod = context.get<V1Pod>(Pods, namespace, name);
  if (pod === undefined) throw notFound({ group: '', kind: 'pod', name });
  if (uid !== pod.metadata?.uid) {
    const what = `the UID in the bound object reference (${uid}) does not match the UID in record`;
    return `${what}. The object might have been deleted and then recreated`;
  }
  if (pod.spec?.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node';
  if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
  return audienceProblem(pod, audiences[0] ?? '', node);
}

function audienceProblem({ spec }: V1Pod, audience: string, node: string): string | undefined {
  const sources = (spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  const isAsked = sources.some(
    ({ serviceAccountToken }) => serviceAccountToken !== undefined && (serviceAccountToken.audience ?? '') === audience,
  );
  if (isAsked) return undefined;
  const who = `system:node:${node} is not authorized to request tokens for this audience`;
  return `audience ${JSON.stringify(audience)} not found in pod spec volume, ${who}`;
}

function leases(_: string, attributes: Attributes, node: string): string | undefined {
  if (attributes.namespace !== LEASES) return `can only access leases in the "${LEASES}" system namespace`;
  const name = attributes.verb === 'CREATE' ? (attributes.object as V1Lease).metadata?.name : attributes.name;
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
}

function csiNodes(_: string, attributes: Attributes, node: string): string | undefined {
  const name = attributes.verb === 'CREATE' ? (attributes.object as V1CSINode).metadata?.name : attributes.name;
  return name === node ? undefined : 'can only access CSINode with the same name as the requesting node';
}

function resourceSlices(_: string, { verb, object, old }: Attributes, node: string): string | undefined {
  const [does, slice] = verb === 'CREATE' ? ['create', object] : verb === 'DELETE' ? ['delete', old] : [];
  if (does === undefined || (slice as V1ResourceSlice | undefined)?.spec.nodeName === node) return undefined;
  return `can only ${does} ResourceSlice with the same NodeName as the requesting node`;
}
