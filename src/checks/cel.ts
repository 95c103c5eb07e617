// Expressions in lessons: CEL as Kubernetes has it, over objects that the check names.

import { BASE_TYPES } from '../../sandbox/kube/cel/basetypes.ts';
import { type Compiled, compile, evaluate, isCompiled } from '../../sandbox/kube/cel/compile.ts';
import { linkLibraries, newEnvironment } from '../../sandbox/kube/cel/environment.ts';
import { CONVERSION_LIBRARY } from '../../sandbox/kube/cel/library/conversions.ts';
import { FORMAT_LIBRARY } from '../../sandbox/kube/cel/library/formats.ts';
import { LIST_LIBRARY, MAP_LIBRARY, SET_LIBRARY } from '../../sandbox/kube/cel/library/lists.ts';
import { CIDR_LIBRARY, IP_LIBRARY, URL_LIBRARY } from '../../sandbox/kube/cel/library/network.ts';
import { OPERATOR_LIBRARY } from '../../sandbox/kube/cel/library/operators.ts';
import { OPTIONAL_LIBRARY } from '../../sandbox/kube/cel/library/optionals.ts';
import { QUANTITY_LIBRARY, SEMVER_LIBRARY } from '../../sandbox/kube/cel/library/quantities.ts';
import { REGEX_LIBRARY } from '../../sandbox/kube/cel/library/regexps.ts';
import { STRING_LIBRARY } from '../../sandbox/kube/cel/library/strings.ts';
import { DYN } from '../../sandbox/kube/cel/types.ts';
import { isFailure } from '../../sandbox/kube/cel/values.ts';
import type { JsonValue } from '../../sandbox/kube/json.ts';

/** What an expression says: its value, or why it has none. */
export type Outcome = { readonly value: unknown } | { readonly problem: string };

/** An expression, ready to be asked. */
export interface Expression {
  readonly text: string;
  readonly variables: ReadonlySet<string>;
  readonly evaluate: (bindings: ReadonlyMap<string, JsonValue>) => Outcome;
}

const LIBRARIES = [
  OPERATOR_LIBRARY,
  CONVERSION_LIBRARY,
  STRING_LIBRARY,
  LIST_LIBRARY,
  SET_LIBRARY,
  MAP_LIBRARY,
  OPTIONAL_LIBRARY,
  REGEX_LIBRARY,
  QUANTITY_LIBRARY,
  SEMVER_LIBRARY,
  IP_LIBRARY,
  CIDR_LIBRARY,
  URL_LIBRARY,
  FORMAT_LIBRARY,
];

let linked: ReturnType<typeof linkLibraries> | undefined;

/** Throws an Error that says what is wrong with the text. */
export function compileExpression(text: string, variables: Iterable<string>): Expression {
  linked ??= linkLibraries(LIBRARIES);
  const names = new Set(variables);
  const environment = newEnvironment(linked, new Map([...names].map((name) => [name, DYN])), BASE_TYPES);
  const compiled = compile(text, environment);
  if (!isCompiled(compiled)) throw new Error(compiled.message);
  return { text, variables: names, evaluate: (bindings) => run(compiled, bindings) };
}

function run(compiled: Compiled, bindings: ReadonlyMap<string, JsonValue>): Outcome {
  const { result } = evaluate(compiled, Object.fromEntries(bindings) as Parameters<typeof evaluate>[1]);
  return isFailure(result) ? { problem: result.message } : { value: result };
}
