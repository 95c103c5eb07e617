// Reviews: kinds that aren't stored. What is posted is answered.

import type { KubeObject } from '../../kube/meta.ts';
import type { Answer } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { canonical } from '../../schema/decode/canonical.ts';
import type { Work } from '../../time/loop.ts';
import { type Backend, fieldWrite } from '../backend.ts';
import type { Kind } from '../kind.ts';
import { withMeta } from '../metadata.ts';
import { fromStored, toStored } from '../versions.ts';
import { type CreateRequest, inNamespace, withoutSystemFields } from './create.ts';

export function* review(
  backend: Backend,
  answer: NonNullable<Kind['review']>,
  { served, target, object, options, caller, warnings }: CreateRequest,
): Work<Answer<KubeObject>> {
  const context = backend.context(caller, options.dryRun === true, warnings);
  const { strategy } = served.kind;
  const placed = inNamespace(object, served, target);
  const noted = backend.fields.written(
    undefined,
    canonical(withMeta(placed, withoutSystemFields(placed.metadata ?? {})), served.structure),
    fieldWrite(backend, { served, options, caller }, '', strategy),
  );
  const sent = toStored(served, noted);
  const answered = yield* answer(strategy.defaults?.(sent) ?? sent, {
    ...context,
    apiVersion: apiVersion(served.type),
  });
  const named = { ...answered, kind: served.type.kind, apiVersion: apiVersion(served.kind.type) };
  return { code: 201, object: fromStored(served, named), warnings };
}
