// kubectl create rolebinding and clusterrolebinding

import { ClusterRoleBindings, RoleBindings } from '../../../../sandbox/schema/generated/resources.ts';
import type { RbacV1Subject, V1RoleRef } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { generator } from './generator.ts';

const GROUP = 'rbac.authorization.k8s.io';

export const createRoleBinding = generator({
  path: 'create rolebinding',
  type: RoleBindings,
  failure: 'failed to create rolebinding:',
  long: 'Create a role binding with the given name, which gives a role or a cluster role within one namespace.',
  examples: `
# Two users and a group may do in the namespace what the cluster role admin allows
kubectl create rolebinding admins --clusterrole=admin --user=ann --user=bob --group=ops

# A service account gets a role of the namespace
kubectl create rolebinding monitoring --role=pod-reader --serviceaccount=monitoring:agent`,
  *validate({ flags }, { name }) {
    if (name === '') throw new Error('name must be specified');
    if ((flags.string('clusterrole') === '') === (flags.string('role') === '')) {
      throw new Error('exactly one of clusterrole or role must be specified');
    }
  },
  *make(call, { name, placed }) {
    const role = call.flags.string('role');
    const roleRef = role === '' ? ref('ClusterRole', call.flags.string('clusterrole')) : ref('Role', role);
    return { metadata: { name, ...placed }, ...subjectsOf(call), roleRef };
  },
});

export const createClusterRoleBinding = generator({
  path: 'create clusterrolebinding',
  type: ClusterRoleBindings,
  required: ['clusterrole'],
  failure: 'failed to create clusterrolebinding:',
  long: 'Create a cluster role binding with the given name, which gives a cluster role in all namespaces.',
  examples: `
# Two users and a group may do everything
kubectl create clusterrolebinding admins --clusterrole=cluster-admin --user=ann --user=bob --group=ops`,
  *make(call, { name }) {
    return {
      metadata: { name },
      ...subjectsOf(call),
      roleRef: ref('ClusterRole', call.flags.string('clusterrole')),
    };
  },
});

function ref(kind: 'Role' | 'ClusterRole', name: string): V1RoleRef {
  return { apiGroup: GROUP, kind, name };
}

function subjectsOf({ flags }: Call): { readonly subjects?: readonly RbacV1Subject[] } {
  const subjects = [
    ...flags.strings('user').map((name) => ({ kind: 'User', apiGroup: GROUP, name })),
    ...flags.strings('group').map((name) => ({ kind: 'Group', apiGroup: GROUP, name })),
    ...flags.strings('serviceaccount').map(serviceAccount),
  ];
  return subjects.length === 0 ? {} : { subjects };
}

/** `namespace:name`. */
function serviceAccount(text: string): RbacV1Subject {
  const [namespace, name, ...more] = text.split(':');
  if (!namespace || !name || more.length > 0) throw new Error('serviceaccount must be <namespace>:<name>');
  return { kind: 'ServiceAccount', name, namespace };
}
