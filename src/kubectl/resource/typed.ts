// Requests for objects of built-in kinds, with their types.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { RestClient } from '../rest/client.ts';
import { getObject, listPages } from './requests.ts';
import { itemsOf } from './sources.ts';

export interface ListSelectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects in one page; all at once without. */
  readonly chunkSize?: number;
}

export function* getTyped<T extends KubeObject>(
  client: RestClient,
  type: ResourceType<T>,
  namespace: string,
  name: string,
): Blocking<T> {
  // Decoded: the server answers objects of the collection that was asked.
  return (yield* getObject(client, type, namespace, name)) as T;
}

/** All pages of a list as one. */
export function* listTyped<T extends KubeObject>(
  client: RestClient,
  type: ResourceType<T>,
  namespace: string,
  { labelSelector = '', fieldSelector = '', chunkSize = 0 }: ListSelectors = {},
): Blocking<readonly T[]> {
  const items: T[] = [];
  const options = { labelSelector, fieldSelector, limit: chunkSize };
  yield* listPages(client, type, namespace, options, {}, function* (page) {
    items.push(...itemsOf(page).map((item) => item as T));
  });
  return items;
}
