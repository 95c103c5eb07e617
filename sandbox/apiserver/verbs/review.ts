// Reviews: kinds that aren't stored. What is posted is answered.

import type { KubeObject } from '../../kube/meta.ts';
import type { Answer } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import type { Work } from '../../time/loop.ts';
import type { Backend } from '../backend.ts';
import type { Kind } from '../kind.ts';
import { fromStored, toStored } from '../versions.ts';
import type { CreateRequest } from './create.ts';

export function* review(
  backend: Backend,
  answer: NonNullable<Kind['review']>,
  { served, object, options, caller, warnings }: CreateRequest,
): Work<Answer<KubeObject>> {
  const context = backend.context(caller, options.dryRun === true, warnings);
  const sent = toStored(served, object);
  const { strategy } = served.kind;
  const answered = yield* answer(strategy.defaults?.(sent) ?? sent, {
    ...context,
    apiVersion: apiVersion(served.type),
  });
  return { code: 201, object: fromStored(served, answered), warnings };
}
