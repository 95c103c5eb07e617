// Loading: an object is put into the store as its creation would have left it. What a server makes in an empty store is
// known beforehand; it is kept in the form in which it is stored, so that nothing has to be found out about it again.

import type { Origin } from '../../kube/cause.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { rfc3339 } from '../../time/units.ts';
import { type Backend, newUid, tableFor } from '../backend.ts';
import { withMeta } from '../metadata.ts';
import { type Served, storeKey } from '../registry.ts';
import { putNew } from './commit.ts';

/** `object`: in stored form, with any uid and any times. Nothing is checked; a key that is taken is left alone. */
export function load(backend: Backend, served: Served, object: KubeObject, origin: Origin): void {
  const { name = '', namespace } = object.metadata ?? {};
  const { type } = served.kind;
  const key = storeKey(type, namespace, name);
  const uid = newUid(backend, tableFor(served), key);
  putNew(backend, served, key, bornAt(object, uid, rfc3339(backend.loop.now())), origin);
}

/** With another uid, and other times in the places where they are. */
function bornAt(object: KubeObject, uid: string, time: string): KubeObject {
  const { metadata = {}, status } = object as KubeObject & { readonly status?: Status };
  const born = withMeta(object, {
    ...metadata,
    uid,
    creationTimestamp: time,
    managedFields: (metadata.managedFields ?? []).map((entry) => ({ ...entry, time })),
  });
  if (status?.conditions === undefined) return born;
  const conditions = status.conditions.map((one) =>
    one.lastTransitionTime ? { ...one, lastTransitionTime: time } : one,
  );
  return { ...born, status: { ...status, conditions } } as KubeObject;
}

interface Status {
  readonly conditions?: readonly { readonly lastTransitionTime?: string | null }[];
}
