// Nobody hands on permissions that they don't have: roles, and bindings of them. (The real server looks at this in the
// storage of these kinds; here it is the first of the validating plug-ins, which comes to the same.)

import { quote } from '../../kube/go/text.ts';
import { sameJson } from '../../kube/json.ts';
import { notFound } from '../../kube/status.ts';
import type { V1ClusterRole, V1PolicyRule, V1Role, V1RoleBinding } from '../../schema/generated/types.ts';
import { uncovered } from '../auth/covers.ts';
import { rulesOf, rulesOfRole } from '../auth/rules.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { forbiddenBy } from './refusal.ts';

const GROUP = 'rbac.authorization.k8s.io';
const ROLES = ['roles', 'clusterroles'];

export const roleEscalation: AdmissionPlugin = {
  name: 'RoleEscalation',
  handles: ({ served, verb, caller }) =>
    served.type.group === GROUP &&
    (verb === 'CREATE' || verb === 'UPDATE') &&
    !caller.user.groups.includes('system:masters'),
  *validate(attributes) {
    const wanted = ROLES.includes(attributes.served.type.resource)
      ? grantedByRole(attributes)
      : grantedByBinding(attributes);
    const { caller, context, namespace } = attributes;
    const owned = [...rulesOf(context, caller.user, namespace)].flatMap(({ rule }) =>
      rule === undefined ? [] : [rule],
    );
    const missing = uncovered(owned, wanted);
    if (missing.length === 0) return;
    const { name, groups } = caller.user;
    const who = `user ${quote(name)} (groups=[${groups.map(quote).join(' ')}])`;
    const what = 'is attempting to grant RBAC permissions not currently held';
    throw forbiddenBy(attributes, `${who} ${what}:\n${missing.join('\n')}`);
  },
};

function grantedByRole(attributes: Attributes): readonly V1PolicyRule[] {
  const { object, old, served, namespace, name } = attributes;
  const rules = (object as V1Role | V1ClusterRole).rules ?? [];
  if (old !== undefined && sameJson(rules, (old as V1Role).rules ?? [])) return [];
  return may(attributes, 'escalate', served.type.resource, namespace, name) ? [] : rules;
}

function grantedByBinding(attributes: Attributes): readonly V1PolicyRule[] {
  const { object, old, context, namespace } = attributes;
  const { roleRef, subjects } = object as V1RoleBinding;
  if (old !== undefined) {
    const before = old as V1RoleBinding;
    if (sameJson({ roleRef, subjects }, { roleRef: before.roleRef, subjects: before.subjects })) return [];
  }
  const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
  if (may(attributes, 'bind', resource, namespace, roleRef.name)) return [];
  const rules = rulesOfRole(context, roleRef, namespace);
  if (rules === undefined) throw notFound({ group: GROUP, kind: resource, name: roleRef.name });
  return rules;
}

function may(
  { caller, context }: Attributes,
  verb: string,
  resource: string,
  namespace: string | undefined,
  name: string,
): boolean {
  const target = { group: GROUP, version: '*', resource, name, ...(namespace === undefined ? {} : { namespace }) };
  return context.decide({ user: caller.user, verb, target }).decision === 'allow';
}
