// Who is a node, and what nodes may do by themselves: read what their pods name, write what is their own. Of the rest,
// NodeRestriction sees to it that a node writes about itself only.

import type { UserInfo } from '../../kube/operation.ts';
import bootstrap from '../../schema/data/bootstrap.json' with { type: 'json' };
import { PersistentVolumes, Pods, ResourceSlices, VolumeAttachments } from '../../schema/generated/resources.ts';
import type { V1PolicyRule } from '../../schema/generated/types.ts';
import type { Related } from '../../schema/podreferences.ts';
import { type AccessAttributes, type Authorizer, type Decision, NO_OPINION } from './authorizer.ts';
import { ruleAllows } from './matches.ts';
import type { NodeGraph } from './nodegraph.ts';
import type { RoleSource } from './rules.ts';

const PREFIX = 'system:node:';
const GROUP = 'system:nodes';
const LEASES = 'kube-node-lease';

/** The node that a user is; undefined for whoever is none. */
export function nodeOf({ name, groups }: UserInfo): string | undefined {
  return name.startsWith(PREFIX) && groups.includes(GROUP) ? name.slice(PREFIX.length) : undefined;
}

type Asked = Extract<AccessAttributes, { readonly target: unknown }>;
/** Whether a node may do it: yes, or why not. An empty reason leaves it at that. */
type Answer = true | string;
type Rule = (node: string, asked: Asked, world: World) => Answer;

interface World {
  readonly source: RoleSource;
  readonly graph: NodeGraph;
}

export function nodeAuthorizer(source: RoleSource, graph: NodeGraph): Authorizer {
  const world = { source, graph };
  return (attributes) => {
    const node = nodeOf(attributes.user);
    if (node === undefined) return NO_OPINION;
    if (node === '') return noOpinion(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
    const rule = 'target' in attributes ? RULES.get(resourceOf(attributes)) : undefined;
    if (rule === undefined || !('target' in attributes)) return byRules(attributes);
    const answer = rule(node, attributes, world);
    return answer === true ? ALLOW : noOpinion(answer);
  };
}

const ALLOW: Decision = { decision: 'allow', reason: '' };

function noOpinion(reason: string): Decision {
  return reason === '' ? NO_OPINION : { decision: 'no opinion', reason };
}

function resourceOf({ target: { group, resource } }: Asked): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** What all nodes may do with what isn't theirs in particular: the rules of the role that was once bound to them. */
const NODE_RULES = (
  bootstrap.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'system:node') as
    | { readonly rules?: readonly V1PolicyRule[] }
    | undefined
)?.rules;

function byRules(attributes: AccessAttributes): Decision {
  return (NODE_RULES ?? []).some((rule) => ruleAllows(rule, attributes)) ? ALLOW : NO_OPINION;
}

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['secrets', readNamed('secrets')],
  ['configmaps', readNamed('configmaps')],
  ['persistentvolumeclaims', claims],
  ['persistentvolumes', getOnly(isOwnVolume)],
  ['resourceclaims.resource.k8s.io', getOnly(related('resourceclaims'))],
  ['volumeattachments.storage.k8s.io', getOnly(isOwnAttachment)],
  ['serviceaccounts', accounts],
  ['leases.coordination.k8s.io', leases],
  ['csinodes.storage.k8s.io', csiNodes],
  ['resourceslices.resource.k8s.io', resourceSlices],
  ['nodes', nodes],
  ['pods', pods],
]);

type Relation = (node: string, asked: Asked, world: World) => boolean;

function related(kind: Related): Relation {
  return (node, { target: { namespace = '', name = '' } }, { graph }) => graph.isRelated(node, kind, namespace, name);
}

function isOwnVolume(node: string, { target: { name = '' } }: Asked, { source, graph }: World): boolean {
  const volume = source.get(PersistentVolumes, undefined, name);
  return volume !== undefined && graph.usesVolume(node, volume);
}

function isOwnAttachment(node: string, { target: { name = '' } }: Asked, { source }: World): boolean {
  return source.get(VolumeAttachments, undefined, name)?.spec.nodeName === node;
}

function isOwnSlice(node: string, { target: { name = '' } }: Asked, { source }: World): boolean {
  return source.get(ResourceSlices, undefined, name)?.spec.nodeName === node;
}

function isOwnPod(node: string, { target: { namespace, name = '' } }: Asked, { source }: World): boolean {
  return source.get(Pods, namespace, name)?.spec?.nodeName === node;
}

function ifRelated(relation: Relation, node: string, asked: Asked, world: World): Answer {
  if ((asked.target.name ?? '') === '') return 'No Object name found';
  return relation(node, asked, world) || `no relationship found between node '${node}' and this object`;
}

function readNamed(kind: Related): Rule {
  return (node, asked, world) => {
    const { subresource = '', namespace = '' } = asked.target;
    if (!['get', 'list', 'watch'].includes(asked.verb)) return 'can only read resources of this type';
    if (subresource !== '') return 'cannot read subresource';
    if (namespace === '') return 'can only read namespaced object of this type';
    return ifRelated(related(kind), node, asked, world);
  };
}

function getOnly(relation: Relation): Rule {
  return (node, asked, world) => {
    if (asked.verb !== 'get') return 'can only get individual resources of this type';
    if ((asked.target.subresource ?? '') !== '') return 'cannot get subresource';
    return ifRelated(relation, node, asked, world);
  };
}

function claims(node: string, asked: Asked, world: World): Answer {
  const relation = related('persistentvolumeclaims');
  if (asked.target.subresource !== 'status') return getOnly(relation)(node, asked, world);
  if (asked.verb !== 'update' && asked.verb !== 'patch') return 'can only get/update/patch this type';
  return ifRelated(relation, node, asked, world);
}

function accounts(node: string, asked: Asked, world: World): Answer {
  const { subresource = '', name = '' } = asked.target;
  if (asked.verb === 'get' && subresource === '') return readNamed('serviceaccounts')(node, asked, world);
  if (asked.verb !== 'create' || name === '') return 'can only create tokens for individual service accounts';
  if (subresource !== 'token') return 'can only create token subresource of serviceaccount';
  return ifRelated(related('serviceaccounts'), node, asked, world);
}

const OWN_VERBS = ['get', 'create', 'update', 'patch', 'delete'];

function leases(node: string, { verb, target: { namespace, name } }: Asked): Answer {
  if (!OWN_VERBS.includes(verb)) return 'can only get, create, update, patch, or delete a node lease';
  if (namespace !== LEASES) return `can only access leases in the "${LEASES}" system namespace`;
  return verb === 'create' || name === node || 'can only access node lease with the same name as the requesting node';
}

function csiNodes(node: string, { verb, target: { subresource = '', name } }: Asked): Answer {
  if (!OWN_VERBS.includes(verb)) return 'can only get, create, update, patch, or delete a CSINode';
  if (subresource !== '') return 'cannot authorize CSINode subresources';
  return verb === 'create' || name === node || 'can only access CSINode with the same name as the requesting node';
}

function resourceSlices(node: string, asked: Asked, world: World): Answer {
  const { verb, target } = asked;
  if ((target.subresource ?? '') !== '') return 'cannot authorize ResourceSlice subresources';
  if (verb === 'create') return true;
  if (['get', 'update', 'patch', 'delete'].includes(verb)) return ifRelated(isOwnSlice, node, asked, world);
  if (!['watch', 'list', 'deletecollection'].includes(verb)) {
    return 'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection';
  }
  const why = 'can only list/watch/deletecollection resourceslices with nodeName field selector';
  return selects(asked, 'spec.nodeName', node) || why;
}

function nodes(node: string, { verb, target: { subresource = '', name = '' } }: Asked): Answer {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' || '';
  if (subresource !== '') return '';
  if (['create', 'update', 'patch'].includes(verb)) return true;
  if (!['get', 'list', 'watch'].includes(verb)) return '';
  return (
    name === node || `node '${node}' cannot read ${name === '' ? 'all nodes' : `'${name}'`}, only its own Node object`
  );
}

function pods(node: string, asked: Asked, world: World): Answer {
  const { verb, target } = asked;
  const { subresource = '', name = '' } = target;
  if (subresource === 'status') return verb === 'update' || verb === 'patch' || '';
  if (subresource === 'eviction') return verb === 'create' || '';
  if (subresource !== '') return '';
  if (verb === 'create' || verb === 'delete') return true;
  if (verb === 'get') return ifRelated(isOwnPod, node, asked, world);
  if (verb !== 'list' && verb !== 'watch') return '';
  if (selects(asked, 'spec.nodeName', node)) return true;
  if (name !== '') return ifRelated(isOwnPod, node, asked, world);
  return 'can only list/watch pods with spec.nodeName field selector';
}

function selects({ fields = [] }: Asked, field: string, value: string): boolean {
  return fields.some((each) => each.field === field && each.operator === '=' && each.value === value);
}
