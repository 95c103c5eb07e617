// Describing roles and bindings, of a namespace and of the cluster.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../../sandbox/schema/generated/resources.ts';
import type { RbacV1Subject, V1PolicyRule, V1RoleRef } from '../../../sandbox/schema/generated/types.ts';
import { compactRules } from '../rbac.ts';
import { type Describe, describedAlone } from './describer.ts';
import { goList, metaOf } from './parts.ts';
import { marks } from './workload.ts';

type RoleLike = KubeObject & { readonly rules?: readonly V1PolicyRule[] | null };
type BindingLike = KubeObject & { readonly roleRef: V1RoleRef; readonly subjects?: readonly RbacV1Subject[] };

export const describeRole = role(Roles);
export const describeClusterRole = role(ClusterRoles);
export const describeRoleBinding = binding(RoleBindings);
export const describeClusterRoleBinding = binding(ClusterRoleBindings);

function role<T extends RoleLike>(type: ResourceType<T>): Describe {
  return describedAlone(type, (page, object) => {
    page.line(0, `Name:\t${metaOf(object).name ?? ''}`);
    marks(page, object);
    page.line(0, 'PolicyRule:');
    page.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
    page.line(1, '---------\t-----------------\t--------------\t-----');
    for (const rule of compactRules(object.rules ?? [])) {
      const { resources, apiGroups, nonResourceURLs, resourceNames, verbs } = rule;
      const resource = resourceText(resources?.[0], apiGroups?.[0]);
      page.line(1, `${resource}\t${goList(nonResourceURLs)}\t${goList(resourceNames)}\t${goList(verbs)}`);
    }
  });
}

/** `deployments.apps/scale` */
export function resourceText(resource: string | undefined, group: string | undefined): string {
  if (resource === undefined) return '';
  const slash = resource.indexOf('/');
  const [name, rest] = slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash)];
  return `${name}${group ? `.${group}` : ''}${rest}`;
}

function binding<T extends BindingLike>(type: ResourceType<T>): Describe {
  return describedAlone(type, (page, object) => {
    page.line(0, `Name:\t${metaOf(object).name ?? ''}`);
    marks(page, object);
    page.line(0, 'Role:');
    page.line(1, `Kind:\t${object.roleRef.kind}`);
    page.line(1, `Name:\t${object.roleRef.name}`);
    page.line(0, 'Subjects:');
    page.line(1, 'Kind\tName\tNamespace');
    page.line(1, '----\t----\t---------');
    for (const { kind, name, namespace = '' } of object.subjects ?? []) page.line(1, `${kind}\t${name}\t${namespace}`);
  });
}
