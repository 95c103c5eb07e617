// The order in which a kustomization's resources come: what others need stands before them.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import { objectAt, textAt, texts } from './paths.ts';
import { gvkOf, nameOf, type Resource } from './resource.ts';

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

/** By what others need, or as they came: `sortOptions`. */
export function ordered(resources: readonly Resource[], kustomization: JsonObject): readonly Resource[] {
  const options = objectAt(kustomization, 'sortOptions');
  if (textAt(options, 'order') === 'fifo') return resources;
  const given = objectAt(options, 'legacySortOptions');
  const isGiven = Object.keys(given).length > 0;
  const [first, last] = isGiven ? [texts(given, 'orderFirst'), texts(given, 'orderLast')] : [FIRST, LAST];
  return [...resources].sort(
    (a, b) =>
      rank(a, first, last) - rank(b, first, last) ||
      compareText(typeText(a), typeText(b)) ||
      compareText(placeText(a), placeText(b)),
  );
}

/** Throws for an order that there isn't. */
export function confirmSortOptions(kustomization: JsonObject): void {
  const options = own(kustomization, 'sortOptions');
  if (!isObject(options)) return;
  const order = textAt(options, 'order');
  if (order !== '' && order !== 'fifo' && order !== 'legacy') {
    throw new Error("the field 'sortOptions.order' must be one of [fifo, legacy]");
  }
  if (own(options, 'legacySortOptions') !== undefined && order !== 'legacy') {
    throw new Error(
      `the field 'sortOptions.legacySortOptions' is set but the selected sort order is '${order}', not 'legacy'`,
    );
  }
}

function rank(resource: Resource, first: readonly string[], last: readonly string[]): number {
  const { kind } = gvkOf(resource);
  const early = first.indexOf(kind);
  return early >= 0 ? early - first.length : last.indexOf(kind) + 1;
}

/** What is without a group or a namespace stands behind the rest. */
function typeText(resource: Resource): string {
  const { group, version, kind } = gvkOf(resource);
  return `${group || '~G'}_${version || '~V'}_${kind}`;
}

function placeText(resource: Resource): string {
  return `${textAt(resource.object, 'metadata/namespace') || '~X'}|${nameOf(resource)}`;
}
