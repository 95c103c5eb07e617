// The order in which a kustomization's resources come: what others need stands before them.

import { compareText } from '../../../sandbox/kube/text.ts';
import { textAt } from './paths.ts';
import { gvkOf, idText, type Resource } from './resource.ts';

const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

export function ordered(resources: readonly Resource[]): readonly Resource[] {
  return [...resources].sort(
    (a, b) => rank(a) - rank(b) || compareText(typeText(a), typeText(b)) || compareText(placeText(a), placeText(b)),
  );
}

function rank(resource: Resource): number {
  const { kind } = gvkOf(resource);
  const first = FIRST.indexOf(kind);
  if (first >= 0) return first - FIRST.length;
  return LAST.indexOf(kind) + 1;
}

function typeText(resource: Resource): string {
  const { group, version, kind } = gvkOf(resource);
  return `${group}_${version}_${kind}`;
}

function placeText(resource: Resource): string {
  return `${textAt(resource.object, 'metadata/namespace')} ${idText(resource)}`;
}
