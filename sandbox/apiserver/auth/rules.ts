// Which rules hold for somebody: what the bindings that name them lead to.

import type { UserInfo } from '../../kube/operation.ts';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../schema/generated/resources.ts';
import type {
  RbacV1Subject,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1PolicyRule,
  V1Role,
  V1RoleBinding,
  V1RoleRef,
} from '../../schema/generated/types.ts';
import type { KindContext } from '../kind.ts';

/** Where roles and bindings are read. */
export type RoleSource = Pick<KindContext, 'get' | 'list'>;

/** One rule that somebody has, and by which binding; or the role that a binding names in vain. */
export type Held =
  | { readonly rule: V1PolicyRule; readonly by: () => string }
  | { readonly rule: undefined; readonly missing: string };

/** All rules of a user, in a namespace or (without one) everywhere, in the order in which the real server looks at them. */
export function* rulesOf(source: RoleSource, user: UserInfo, namespace: string | undefined): Iterable<Held> {
  for (const binding of source.list<V1ClusterRoleBinding>(ClusterRoleBindings, undefined)) {
    const { name = '' } = binding.metadata ?? {};
    yield* rulesOfBinding(source, binding, { user, namespace: undefined, title: `ClusterRoleBinding "${name}"` });
  }
  if (namespace === undefined || namespace === '') return;
  for (const binding of source.list<V1RoleBinding>(RoleBindings, namespace)) {
    const { name = '' } = binding.metadata ?? {};
    yield* rulesOfBinding(source, binding, { user, namespace, title: `RoleBinding "${name}/${namespace}"` });
  }
}

interface Asked {
  readonly user: UserInfo;
  readonly namespace: string | undefined;
  readonly title: string;
}

function* rulesOfBinding(
  source: RoleSource,
  { roleRef, subjects = [] }: V1ClusterRoleBinding | V1RoleBinding,
  { user, namespace, title }: Asked,
): Iterable<Held> {
  const subject = subjects.find((each) => isMeant(each, user, namespace ?? ''));
  if (subject === undefined) return;
  const rules = rulesOfRole(source, roleRef, namespace);
  if (rules === undefined) {
    const resource = roleRef.kind === 'Role' ? 'role' : 'clusterrole';
    yield { rule: undefined, missing: `${resource}.rbac.authorization.k8s.io "${roleRef.name}" not found` };
    return;
  }
  const by = (): string => `${title} of ${roleRef.kind} "${roleRef.name}" to ${shown(subject, namespace ?? '')}`;
  for (const rule of rules) yield { rule, by };
}

/** What a role says; undefined when there is none of that name. */
export function rulesOfRole(
  source: RoleSource,
  { kind, name }: V1RoleRef,
  namespace: string | undefined,
): readonly V1PolicyRule[] | undefined {
  const role =
    kind === 'Role'
      ? source.get<V1Role>(Roles, namespace, name)
      : source.get<V1ClusterRole>(ClusterRoles, undefined, name);
  return role === undefined ? undefined : (role.rules ?? []);
}

function isMeant({ kind, name, namespace = '' }: RbacV1Subject, user: UserInfo, here: string): boolean {
  if (kind === 'User') return user.name === name;
  if (kind === 'Group') return user.groups.includes(name);
  const where = namespace === '' ? here : namespace;
  return where !== '' && user.name === `system:serviceaccount:${where}:${name}`;
}

function shown({ kind, name, namespace = '' }: RbacV1Subject, here: string): string {
  if (kind !== 'ServiceAccount') return `${kind} "${name}"`;
  return `ServiceAccount "${name}/${namespace === '' ? here : namespace}"`;
}
