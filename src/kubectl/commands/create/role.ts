// kubectl create role and clusterrole

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { ClusterRoles, Roles } from '../../../../sandbox/schema/generated/resources.ts';
import type { Call } from '../../call.ts';
import { generator } from './generator.ts';
import { confirmResources, confirmUrls, policyRules, type RuleFlags, ruleFlags, warnOfVerbs } from './rules.ts';

export const createRole = generator({
  path: 'create role',
  type: Roles,
  named: true,
  long: 'Create a role with the given name: what may be done with objects of one namespace.',
  examples: `
# Whoever has this role may look at pods
kubectl create role pod-reader --verb=get,list,watch --resource=pods

# Only at two of them
kubectl create role pod-reader --verb=get --resource=pods --resource-name=web --resource-name=db

# A resource of another API group
kubectl create role scaler --verb=get,update --resource=replicasets.apps

# A subresource
kubectl create role pod-status --verb=get --resource=pods,pods/status`,
  *validate(call) {
    const flags = ruleFlags(call);
    yield* call.mapper();
    yield* confirmRole(call, flags);
  },
  *make(call, { name, placed }) {
    return { metadata: { name, ...placed }, rules: yield* policyRules(call, ruleFlags(call)) };
  },
});

export const createClusterRole = generator({
  path: 'create clusterrole',
  type: ClusterRoles,
  named: true,
  long: 'Create a cluster role with the given name: what may be done in all namespaces, or with what lies in none.',
  examples: `
# Whoever has this role may look at pods
kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods

# Only at two of them
kubectl create clusterrole pod-reader --verb=get --resource=pods --resource-name=web --resource-name=db

# A resource of another API group
kubectl create clusterrole scaler --verb=get,update --resource=replicasets.apps

# Paths that are no resources
kubectl create clusterrole logs --verb=get --non-resource-url=/logs/*

# All that roles with a label allow
kubectl create clusterrole monitoring --aggregation-rule="rbac.example.com/aggregate-to-monitoring=true"`,
  *validate(call) {
    const flags = ruleFlags(call);
    yield* call.mapper();
    if (call.flags.pairs('aggregation-rule').size > 0) confirmAlone(flags);
    else yield* confirmClusterRole(call, flags);
  },
  *make(call, { name }) {
    const matchLabels = Object.fromEntries(call.flags.pairs('aggregation-rule'));
    if (Object.keys(matchLabels).length > 0) {
      return { metadata: { name }, rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
    }
    return { metadata: { name }, rules: yield* policyRules(call, ruleFlags(call)) };
  },
});

function* confirmRole(call: Call, flags: RuleFlags): Blocking<void> {
  if (flags.verbs.length === 0) throw new Error('at least one verb must be specified');
  yield* warnOfVerbs(call, flags);
  if (flags.resources.length === 0) throw new Error('at least one resource must be specified');
  yield* confirmResources(call, flags);
}

/** A role that takes its rules from others can't have any itself. */
function confirmAlone({ nonResourceUrls, verbs, resources, resourceNames }: RuleFlags): void {
  if ([...nonResourceUrls, ...verbs, ...resources, ...resourceNames].length === 0) return;
  throw new Error('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames');
}

function* confirmClusterRole(call: Call, flags: RuleFlags): Blocking<void> {
  if (flags.verbs.length === 0) throw new Error('at least one verb must be specified');
  if (flags.resources.length === 0 && flags.nonResourceUrls.length === 0) {
    throw new Error('one of resource or nonResourceURL must be specified');
  }
  if (flags.resources.length > 0) {
    yield* warnOfVerbs(call, flags);
    yield* confirmResources(call, flags);
  }
  confirmUrls(flags);
}
