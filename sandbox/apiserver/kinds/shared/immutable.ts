// Objects that may be sealed: once `immutable` is set, it and the content stay.

import { forbiddenField } from '../../../kube/fielderrors.ts';
import { type JsonObject, own, sameJson } from '../../../kube/json.ts';
import type { Errors } from './checks.ts';

type Sealable = JsonObject & { readonly immutable?: boolean };

export function* sealed(next: Sealable, current: Sealable, fields: readonly string[]): Errors {
  if (current.immutable !== true) return;
  const detail = 'field is immutable when `immutable` is set';
  if (next.immutable !== true) yield forbiddenField('immutable', detail);
  for (const field of fields) {
    if (!sameJson(own(next, field), own(current, field))) yield forbiddenField(field, detail);
  }
}
