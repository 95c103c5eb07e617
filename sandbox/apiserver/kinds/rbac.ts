// Roles and their bindings: who may do what, in a namespace or everywhere.

import { at, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule, pathSegmentName } from '../../kube/names.ts';
import { labelSelectorErrors } from '../../kube/selectors/labelrules.ts';
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
import { type Column, defineKind, type Strategy } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text, wide } from './shared/columns.ts';
import { type DefaultsTable, defaulter, forType } from './shared/defaults.ts';
import { shownInternally } from './shared/internal.ts';

const GROUP = 'rbac.authorization.k8s.io';
const rbacName = (name: string): readonly string[] => pathSegmentName(name);
const serviceAccountName = nameRule(dns1123Subdomain);

const DEFAULTS: DefaultsTable = new Map([
  forType<V1RoleRef>('rbac.v1.RoleRef', (ref) => ((ref.apiGroup ?? '') === '' ? { ...ref, apiGroup: GROUP } : ref)),
  forType<RbacV1Subject>('rbac.v1.Subject', (subject) => {
    const named = subject.kind === 'User' || subject.kind === 'Group';
    return named && (subject.apiGroup ?? '') === '' ? { ...subject, apiGroup: GROUP } : subject;
  }),
]);

type Role = V1Role | V1ClusterRole;
type Binding = V1RoleBinding | V1ClusterRoleBinding;

const roleColumns: readonly Column<Role>[] = [
  nameColumn(),
  { name: 'Created At', type: 'date', cell: ({ metadata }) => metadata?.creationTimestamp ?? '' },
];

export const roles = defineKind<V1Role>({ type: Roles, strategy: roleStrategy(true), columns: roleColumns });

export const clusterRoles = defineKind<V1ClusterRole>({
  type: ClusterRoles,
  strategy: roleStrategy(false),
  columns: roleColumns,
});

function roleStrategy(namespaced: boolean): Strategy<Role> {
  const errors = (role: Role): Errors => roleErrors(role, namespaced);
  return {
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* errors(next);
      yield* metaUpdateErrors(next, current);
    },
    createsOnUpdate: true,
  };
}

function* roleErrors(role: Role, namespaced: boolean): Errors {
  yield* metaErrors(role, { namespaced, name: rbacName });
  yield* eachItem(role.rules, 'rules', (rule, field) => ruleErrors(rule, field, namespaced));
  if (!('aggregationRule' in role) || role.aggregationRule === undefined) return;
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    yield required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  }
  yield* eachItem(selectors, field, function* (selector, here) {
    const wrong = labelSelectorErrors(here, selector);
    yield* wrong;
    // Whatever is wrong with it, it can't be read as a selector either.
    if (wrong.length > 0) yield invalid(here, null, 'invalid label selector.');
  });
}

function* ruleErrors(rule: V1PolicyRule, field: string, namespaced: boolean): Errors {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if ((rule.verbs ?? []).length === 0) yield required(at(field, 'verbs'), 'verbs must contain at least one value');
  const urls = at(field, 'nonResourceURLs');
  if (nonResourceURLs.length > 0) {
    if (namespaced) yield invalid(urls, [...nonResourceURLs], 'namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      yield invalid(urls, [...nonResourceURLs], 'rules cannot apply to both regular resources and non-resource URLs');
    }
    return;
  }
  if (apiGroups.length === 0)
    yield required(at(field, 'apiGroups'), 'resource rules must supply at least one api group');
  if (resources.length === 0)
    yield required(at(field, 'resources'), 'resource rules must supply at least one resource');
}

const bindingColumns: readonly Column<Binding>[] = [
  nameColumn(),
  text('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn(),
  wide('Users', ({ subjects }) => namesOf(subjects, 'User')),
  wide('Groups', ({ subjects }) => namesOf(subjects, 'Group')),
  wide('ServiceAccounts', ({ subjects }) => namesOf(subjects, 'ServiceAccount')),
];

function namesOf(subjects: readonly RbacV1Subject[] = [], kind: string): string {
  return subjects
    .filter((subject) => subject.kind === kind)
    .map(({ namespace = '', name }) => (kind === 'ServiceAccount' && namespace !== '' ? `${namespace}/${name}` : name))
    .join(', ');
}

export const roleBindings = defineKind<V1RoleBinding>({
  type: RoleBindings,
  strategy: bindingStrategy('rbac.v1.RoleBinding', true),
  columns: bindingColumns,
});

export const clusterRoleBindings = defineKind<V1ClusterRoleBinding>({
  type: ClusterRoleBindings,
  strategy: bindingStrategy('rbac.v1.ClusterRoleBinding', false),
  columns: bindingColumns,
});

function bindingStrategy(definition: string, namespaced: boolean): Strategy<Binding> {
  return {
    defaults: defaulter<Binding>(definition, DEFAULTS),
    validate: (binding) => bindingErrors(binding, namespaced),
    validateUpdate: function* (next, current) {
      yield* bindingErrors(next, namespaced);
      yield* metaUpdateErrors(next, current);
      if (!sameJson(next.roleRef, current.roleRef)) {
        yield invalid('roleRef', shownInternally('rbac.RoleRef', next.roleRef), 'cannot change roleRef');
      }
    },
    createsOnUpdate: true,
  };
}

function* bindingErrors(binding: Binding, namespaced: boolean): Errors {
  yield* metaErrors(binding, { namespaced, name: rbacName });
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (apiGroup !== GROUP) yield notSupported('roleRef.apiGroup', apiGroup, [GROUP]);
  if (!kinds.includes(kind)) yield notSupported('roleRef.kind', kind, kinds);
  if (name === '') yield required('roleRef.name');
  else yield* problemsOf('roleRef.name', name, rbacName(name));
  yield* eachItem(binding.subjects, 'subjects', (subject, field) => subjectErrors(subject, field, namespaced));
}

const SUBJECTS = ['ServiceAccount', 'User', 'Group'];

function* subjectErrors(subject: RbacV1Subject, field: string, namespaced: boolean): Errors {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  if (name === '') yield required(at(field, 'name'));
  if (kind === 'ServiceAccount') {
    if (name !== '') yield* problemsOf(at(field, 'name'), name, serviceAccountName(name, false));
    if (apiGroup !== '') yield notSupported(at(field, 'apiGroup'), apiGroup, ['']);
    if (!namespaced && namespace === '') yield required(at(field, 'namespace'));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) yield notSupported(at(field, 'apiGroup'), apiGroup, [GROUP]);
  } else yield notSupported(at(field, 'kind'), kind, SUBJECTS);
}
