// Conditions of the kind that all newer statuses hold: what must stand in each, and each type once.

import { at, duplicate, invalid, notSupported, required, tooLong } from '../../../kube/fielderrors.ts';
import { conditionReason, qualifiedName } from '../../../kube/names.ts';
import type { V1Condition } from '../../../schema/generated/types.ts';
import { type Errors, eachItem, problemsOf } from './checks.ts';

const STATUSES = ['False', 'True', 'Unknown'];
const REASON_MAX = 1024;
const MESSAGE_MAX = 32 * 1024;

export function* statusConditions(conditions: readonly V1Condition[] | undefined, field: string): Errors {
  const seen = new Set<string>();
  yield* eachItem(conditions, field, function* (condition, here) {
    if (seen.has(condition.type)) yield duplicate(at(here, 'type'), condition.type);
    seen.add(condition.type);
    yield* statusCondition(condition, here);
  });
}

function* statusCondition(condition: V1Condition, field: string): Errors {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  yield* problemsOf(at(field, 'type'), type, qualifiedName(type));
  if (!STATUSES.includes(status)) yield notSupported(at(field, 'status'), status, STATUSES);
  if (observedGeneration < 0) {
    yield invalid(at(field, 'observedGeneration'), observedGeneration, 'must be greater than or equal to zero');
  }
  if ((lastTransitionTime ?? '') === '') yield required(at(field, 'lastTransitionTime'));
  if (reason === '') yield required(at(field, 'reason'));
  else yield* problemsOf(at(field, 'reason'), reason, conditionReason(reason));
  if (reason.length > REASON_MAX) yield tooLong(at(field, 'reason'), REASON_MAX);
  if (message.length > MESSAGE_MAX) yield tooLong(at(field, 'message'), MESSAGE_MAX);
}
