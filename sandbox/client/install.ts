// Things that are installed as a list of objects, as `kubectl apply` of a manifest would.

import type { KubeObject } from '../kube/meta.ts';
import { apiVersion, type ResourceType } from '../kube/resource.ts';
import * as resources from '../schema/generated/resources.ts';
import type { Work } from '../time/loop.ts';
import type { Client } from './client.ts';

/** Makes what isn't there yet, in the order of the list. `more` are kinds of its own that a list brings along. */
export function* installMissing(
  client: Client,
  objects: readonly KubeObject[],
  more: readonly ResourceType[] = [],
): Work<void> {
  const types = new Map(
    [...Object.values(resources), ...more].map((type) => [`${apiVersion(type)} ${type.kind}`, type]),
  );
  for (const object of objects) {
    const type: ResourceType | undefined = types.get(`${object.apiVersion} ${object.kind}`);
    if (type === undefined) throw new Error(`there is no kind ${object.apiVersion} ${object.kind}`);
    const { name = '', namespace } = object.metadata ?? {};
    if ((yield* client.find(type, { name, namespace })) === undefined) yield* client.create(type, object);
  }
}
