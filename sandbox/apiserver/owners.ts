// Owner references that stand twice are dropped, with a warning.

import { sameJson } from '../kube/json.ts';
import type { KubeObject, V1OwnerReference } from '../kube/meta.ts';
import { withMeta } from './metadata.ts';

const WHAT = '.metadata.ownerReferences contains duplicate entries';
const AFTER = ' after mutating admission happens';
const EFFECT =
  'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests';

/** The object with each owner once. `stage`: when the doubles were found. */
export function withoutDoubledOwners(
  object: KubeObject,
  stage: 'sent' | 'admitted',
  warn: (text: string) => void,
): KubeObject {
  const owners = object.metadata?.ownerReferences ?? [];
  if (owners.length < 2) return object;
  const kept: V1OwnerReference[] = [];
  const doubled: string[] = [];
  for (const owner of owners) {
    if (kept.some((other) => sameJson(other, owner))) doubled.push(owner.uid);
    else kept.push(owner);
  }
  if (doubled.length === 0) return object;
  const when = stage === 'admitted' ? AFTER : '';
  warn(`${WHAT}${when}; ${EFFECT}; duplicate UID(s) observed: ${doubled.join(', ')}`);
  return withMeta(object, { ...object.metadata, ownerReferences: kept });
}
