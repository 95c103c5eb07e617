// Match conditions, and every other expression in the configurations of admission: whether it compiles.

import type { Scope } from '../../../kube/cel/admission/declarations.ts';
import type { Expression } from '../../../kube/cel/admission/expression.ts';
import { at, duplicate, type FieldError, invalid, required, tooMany } from '../../../kube/fielderrors.ts';
import { qualifiedName } from '../../../kube/names.ts';
import type { V1MatchCondition } from '../../../schema/generated/types.ts';
import { compileConditions } from '../../admission/expressions/conditions.ts';
import { type Errors, eachItem, problemsOf } from '../shared/checks.ts';

const CONDITIONS_MAX = 64;

/** `scope`: what the conditions may refer to. */
export function* conditionErrors(conditions: readonly V1MatchCondition[], field: string, scope: Scope): Errors {
  if (conditions.length > CONDITIONS_MAX) yield tooMany(field, conditions.length, CONDITIONS_MAX);
  const names = new Set<string>();
  yield* eachItem(conditions, field, function* ({ name = '', expression = '' }, here) {
    const text = expression.trim();
    if (text === '') yield required(at(here, 'expression'));
    else yield* expressionErrors(at(here, 'expression'), compileConditions([{ name, expression: text }], scope)[0]);
    if (name === '') yield required(at(here, 'name'));
    else yield* problemsOf(at(here, 'name'), name, qualifiedName(name));
    if (names.has(name)) yield duplicate(at(here, 'name'), name);
    if (name !== '') names.add(name);
  });
}

/** `shown`: the text as it was written, where only a part of it is compiled. */
export function* expressionErrors(
  field: string,
  compiled: Expression | undefined,
  shown = compiled?.text ?? '',
): Iterable<FieldError> {
  if (compiled?.problem !== undefined) yield invalid(field, shown, compiled.problem);
}
