// One expression of a policy or of a webhook's conditions: compiled for its place, with what is wrong with it.

import { type Compiled, compile, isCompiled } from '../compile.ts';
import type { Environment } from '../environment.ts';
import { sameType, type Type, typeName } from '../types.ts';
import { admissionEnvironment, type Scope, variableType } from './declarations.ts';

export interface Expression {
  readonly text: string;
  readonly program?: Compiled;
  /** `compilation failed: ERROR: ...`, `must evaluate to bool but got int`. */
  readonly problem?: string;
}

/** `results`: the types that it may have; absent where any will do. */
export function compileExpression(text: string, environment: Environment, results?: readonly Type[]): Expression {
  const program = compile(text, environment);
  if (!isCompiled(program)) {
    const what = program.stage === 'compile' ? 'compilation' : 'program instantiation';
    return { text, problem: `${what} failed: ${program.message}` };
  }
  if (results === undefined || results.some((type) => isExactly(program.type, type))) return { text, program };
  const names = results.map(typeName);
  const wanted = names.length === 1 ? names.join('') : `one of [${names.join(' ')}]`;
  return { text, problem: `must evaluate to ${wanted} but got ${typeName(program.type)}` };
}

function isExactly(type: Type, wanted: Type): boolean {
  return sameType(type, wanted) && type.nullable !== true;
}

export interface Variables {
  /** In their order: a name may wrongly be given twice. */
  readonly inOrder: readonly Expression[];
  readonly expressions: ReadonlyMap<string, Expression>;
  readonly types: ReadonlyMap<string, Type>;
}

/** A policy's variables in their order: each may refer to those before it. */
export function compileVariables(
  variables: readonly { readonly name: string; readonly expression: string }[],
  scope: Scope,
): Variables {
  const inOrder: Expression[] = [];
  const expressions = new Map<string, Expression>();
  const types = new Map<string, Type>();
  for (const { name, expression } of variables) {
    const compiled = compileExpression(expression, admissionEnvironment({ ...scope, variables: new Map(types) }));
    inOrder.push(compiled);
    expressions.set(name, compiled);
    types.set(name, variableType(compiled.program?.type));
  }
  return { inOrder, expressions, types };
}
