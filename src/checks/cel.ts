// Expressions in lessons: CEL as Kubernetes has it, over objects that the check names.

import { BASE_TYPES } from '../../sandbox/kube/cel/basetypes.ts';
import { type Compiled, compile, evaluate, isCompiled } from '../../sandbox/kube/cel/compile.ts';
import { newEnvironment } from '../../sandbox/kube/cel/environment.ts';
import { baseFunctions } from '../../sandbox/kube/cel/library/base.ts';
import { DYN } from '../../sandbox/kube/cel/types.ts';
import { isFailure } from '../../sandbox/kube/cel/values.ts';
import type { JsonValue } from '../../sandbox/kube/json.ts';

/** What an expression says: its value, or why it has none. */
type Outcome = { readonly value: unknown } | { readonly problem: string };

/** An expression, ready to be asked. */
export interface Expression {
  readonly text: string;
  readonly variables: ReadonlySet<string>;
  readonly evaluate: (bindings: ReadonlyMap<string, JsonValue>) => Outcome;
}

/** By text and variables: goals ask the same after every change of the cluster, and what a text means doesn't change. */
const known = new Map<string, Expression>();

/** Throws an Error that says what is wrong with the text. */
export function compileExpression(text: string, variables: Iterable<string>): Expression {
  const names = [...variables];
  const key = JSON.stringify([text, ...names]);
  const expression = known.get(key) ?? compiledOf(text, new Set(names));
  known.set(key, expression);
  return expression;
}

function compiledOf(text: string, variables: ReadonlySet<string>): Expression {
  const environment = newEnvironment(baseFunctions(), new Map([...variables].map((name) => [name, DYN])), BASE_TYPES);
  const compiled = compile(text, environment);
  if (!isCompiled(compiled)) throw new Error(compiled.message);
  return { text, variables, evaluate: (bindings) => run(compiled, bindings) };
}

function run(compiled: Compiled, bindings: ReadonlyMap<string, JsonValue>): Outcome {
  const { result } = evaluate(compiled, Object.fromEntries(bindings));
  return isFailure(result) ? { problem: result.message } : { value: result };
}
