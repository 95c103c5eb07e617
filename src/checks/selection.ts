// Whether an object is one of those that a selection means.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { parseLabelSelector } from '../../sandbox/kube/selectors/labelselectorparser.ts';
import { matchesLabels } from '../../sandbox/kube/selectors/labelselectors.ts';
import type { Selection } from './check.ts';

/** The namespace doesn't count for objects that have none. */
export function selects({ kind, name, namespace = 'default', selector }: Selection, object: KubeObject): boolean {
  const { metadata = {} } = object;
  return (
    object.kind === kind &&
    (name === undefined || metadata.name === name) &&
    (namespace === '*' || metadata.namespace === undefined || metadata.namespace === namespace) &&
    (selector === undefined || matchesLabels(parseLabelSelector(selector), metadata.labels))
  );
}
