// Match conditions: expressions that say whether a policy or a webhook is asked about a request at all.

import { admissionEnvironment, type Scope } from '../../../kube/cel/admission/declarations.ts';
import { compileExpression, type Expression } from '../../../kube/cel/admission/expression.ts';
import { BOOL } from '../../../kube/cel/types.ts';
import { aggregateMessages } from '../../../kube/fielderrors.ts';
import type { V1MatchCondition } from '../../../schema/generated/types.ts';
import { BudgetSpent, evaluateExpression, type Run } from './evaluation.ts';

export function compileConditions(conditions: readonly V1MatchCondition[], scope: Scope): readonly Expression[] {
  if (conditions.length === 0) return [];
  const environment = admissionEnvironment(scope);
  return conditions.map(({ expression }) => compileExpression(expression, environment, [BOOL]));
}

export type Matched = 'yes' | 'no' | { readonly problem: string };

/** One that is false is enough to say no; only then errors count. */
export function matchConditions(conditions: readonly Expression[], run: Run): Matched {
  const problems: string[] = [];
  try {
    for (const condition of conditions) {
      const evaluated = evaluateExpression(run, condition);
      if ('problem' in evaluated) problems.push(evaluated.problem);
      else if (evaluated.value === false) return 'no';
    }
  } catch (error) {
    if (error instanceof BudgetSpent) return { problem: error.message };
    throw error;
  }
  return problems.length === 0 ? 'yes' : { problem: aggregateMessages(problems) };
}
