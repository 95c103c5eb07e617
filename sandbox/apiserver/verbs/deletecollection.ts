// Delete of a collection: every object that a list would have shown, each by the rules of its own deletion.

import type { KubeList } from '../../kube/meta.ts';
import type { Answer, ListOptions, Target } from '../../kube/operation.ts';
import { reasonOf } from '../../kube/status.ts';
import type { Work } from '../../time/loop.ts';
import type { Backend } from '../backend.ts';
import { type DeleteRequest, remove } from './delete.ts';
import { list } from './read.ts';

export interface DeleteAllRequest extends DeleteRequest {
  readonly selection: ListOptions;
}

/** Answers the list of what was there. */
export function* removeAll(backend: Backend, request: DeleteAllRequest): Work<Answer<KubeList>> {
  const { served, target, selection, warnings } = request;
  const doomed = list(backend, served, target, selection);
  for (const { metadata } of doomed.object.items) {
    const one: Target = {
      ...target,
      ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }),
      name: metadata?.name ?? '',
    };
    try {
      yield* remove(backend, { ...request, target: one });
    } catch (error) {
      if (reasonOf(error) !== 'NotFound') throw error;
    }
  }
  return { ...doomed, warnings };
}
