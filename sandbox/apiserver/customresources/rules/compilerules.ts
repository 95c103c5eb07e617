// The rules of a schema, made ready to be asked: `x-kubernetes-validations`, each with its message, and what they may cost.

import { type Compiled, type CompileErrors, compile, isCompiled } from '../../../kube/cel/compile.ts';
import { estimateCost } from '../../../kube/cel/cost/estimate.ts';
import type { Range } from '../../../kube/cel/cost/ranges.ts';
import { type Environment, newEnvironment } from '../../../kube/cel/environment.ts';
import { baseFunctions } from '../../../kube/cel/library/base.ts';
import { optionalOf } from '../../../kube/cel/types.ts';
import { isArray, own } from '../../../kube/json.ts';
import type { V1ValidationRule } from '../../../schema/generated/types.ts';
import type { Schema } from '../jsonschema.ts';
import { type Declared, declaredAt, typesWithin } from './declared.ts';

export interface CompiledRule {
  readonly rule: V1ValidationRule;
  /** Absent: the rule is empty, or wrong. */
  readonly program?: Compiled;
  /** What is wrong with the rule. */
  readonly problem?: string;
  readonly usesOldSelf: boolean;
  /** What it costs at most. */
  readonly maxCost: bigint;
  readonly message?: CompiledMessage;
  readonly messageProblem?: string;
}

interface CompiledMessage {
  readonly program: Compiled;
  readonly maxCost: bigint;
}

/** The name that stands for the type of `self`; types under it are named by their fields. */
export const SELF_TYPE = 'selfType1';

export function rulesOf(schema: Schema): readonly V1ValidationRule[] {
  const rules = own(schema, 'x-kubernetes-validations');
  return isArray(rules) ? (rules as readonly V1ValidationRule[]) : [];
}

/** All rules of one schema, in their order. */
export function compileRules(rules: readonly V1ValidationRule[], declared: Declared): readonly CompiledRule[] {
  if (rules.length === 0) return [];
  const types = typesWithin([declared]);
  const environment = (optional: boolean): Environment => {
    const old = optional ? optionalOf(declared.type) : declared.type;
    const variables = new Map([
      ['self', declared.type],
      ['oldSelf', old],
    ]);
    return newEnvironment(baseFunctions(), variables, types);
  };
  const [plain, optional] = [environment(false), environment(true)];
  return rules.map((rule) => compileRule(rule, declared, rule.optionalOldSelf === true ? optional : plain));
}

function compileRule(rule: V1ValidationRule, declared: Declared, environment: Environment): CompiledRule {
  const none = { rule, usesOldSelf: false, maxCost: 0n };
  const text = rule.rule ?? '';
  if (text.trim() === '') return none;
  const program = compile(text, environment);
  if (!isCompiled(program) && program.stage === 'compile') return { ...none, problem: problemOf(program, '') };
  if (isCompiled(program) && program.type.kind !== 'bool') {
    return { ...none, problem: 'cel expression must evaluate to a bool' };
  }
  if (!isCompiled(program)) return { ...none, problem: problemOf(program, '') };
  const usesOldSelf = [...program.checked.references.values()].some(({ name }) => name === 'oldSelf');
  const { max } = estimateCost(program.checked, (path) => sizeAt(declared, path));
  return { rule, program, usesOldSelf, maxCost: max, ...compileMessage(rule, declared, environment) };
}

function problemOf({ stage, message }: CompileErrors, of: string): string {
  return `${of}${stage === 'compile' ? 'compilation' : of === '' ? 'program instantiation' : 'instantiation'} failed: ${message}`;
}

function compileMessage(
  { messageExpression = '' }: V1ValidationRule,
  declared: Declared,
  environment: Environment,
): Pick<CompiledRule, 'message' | 'messageProblem'> {
  if (messageExpression === '') return {};
  const program = compile(messageExpression, environment);
  if (!isCompiled(program)) return { messageProblem: problemOf(program, 'messageExpression ') };
  if (program.type.kind !== 'string' || program.type.nullable === true) {
    return { messageProblem: 'messageExpression must evaluate to a string' };
  }
  const { max } = estimateCost(program.checked, (path) => sizeAt(declared, path));
  return { message: { program, maxCost: max } };
}

/** Whatever the variable, it is one of the declared value's type. */
function sizeAt(declared: Declared, [, ...steps]: readonly string[]): Range | undefined {
  const found = declaredAt(declared, steps);
  return found === undefined ? undefined : { min: 0n, max: BigInt(found.maxElements) };
}
