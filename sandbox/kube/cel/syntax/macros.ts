// Macros: calls that are rewritten while parsing. `list.all(x, p)` becomes a fold, `has(a.b)` a test for a field.

import type { Value } from '../values.ts';
import {
  ACCUMULATOR,
  ADD,
  AND,
  CONDITIONAL,
  EQUALS,
  type Expr,
  type ExprId,
  NOT,
  NOT_STRICTLY_FALSE,
  OLD_ACCUMULATOR,
  OR,
} from './ast.ts';

/** Makes the expressions of an expansion. All are placed where the macro was called. */
export interface Maker {
  literal(value: Value): Expr;
  ident(name: string): Expr;
  call(name: string, ...args: readonly Expr[]): Expr;
  memberCall(name: string, target: Expr, ...args: readonly Expr[]): Expr;
  list(...elements: readonly Expr[]): Expr;
  map(): Expr;
  presenceTest(operand: Expr, field: string): Expr;
  fold(parts: Fold): Expr;
  /** The same expression with numbers of its own. */
  copy(expr: Expr): Expr;
}

export interface Fold {
  readonly range: Expr;
  readonly variables: readonly string[];
  readonly accumulator?: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** What a macro can't be expanded of. */
export interface MacroProblem {
  readonly at: ExprId;
  readonly problem: string;
}

type Expansion = (make: Maker, target: Expr, args: readonly Expr[]) => Expr | MacroProblem;

/** The expansion of a call with a receiver, by name and number of arguments. */
export function receiverMacro(name: string, args: number): Expansion | undefined {
  return RECEIVER_MACROS.get(`${name} ${args}`);
}

export function expandHas(make: Maker, [arg]: readonly Expr[]): Expr | MacroProblem {
  if (arg?.kind === 'select') return make.presenceTest(arg.operand, arg.field);
  return { at: arg?.id ?? 0, problem: 'invalid argument to has() macro' };
}

/** Macros over ranges: one or two variables come first, then what is done for each. */
type Body = (make: Maker, args: readonly Expr[], variables: readonly Expr[]) => Omit<Fold, 'range' | 'variables'>;

const accumulated = (make: Maker): Expr => make.ident(ACCUMULATOR);

const all: Body = (make, [predicate]) => ({
  init: make.literal(true),
  condition: make.call(NOT_STRICTLY_FALSE, accumulated(make)),
  step: make.call(AND, accumulated(make), ...given(predicate)),
  result: accumulated(make),
});

const exists: Body = (make, [predicate]) => ({
  init: make.literal(false),
  condition: make.call(NOT_STRICTLY_FALSE, make.call(NOT, accumulated(make))),
  step: make.call(OR, accumulated(make), ...given(predicate)),
  result: accumulated(make),
});

const existsOne: Body = (make, [predicate]) => ({
  init: make.literal(0),
  condition: make.literal(true),
  step: make.call(
    CONDITIONAL,
    ...given(predicate),
    make.call(ADD, accumulated(make), make.literal(1)),
    accumulated(make),
  ),
  result: make.call(EQUALS, accumulated(make), make.literal(1)),
});

const map: Body = (make, args) => {
  const init = make.list();
  const condition = make.literal(true);
  const step = make.call(ADD, accumulated(make), make.list(...given(args.at(-1))));
  return { init, condition, step: filtered(make, args, step), result: accumulated(make) };
};

const filter: Body = (make, [predicate], [variable]) => {
  const init = make.list();
  const condition = make.literal(true);
  const step = make.call(ADD, accumulated(make), make.list(...given(variable)));
  return {
    init,
    condition,
    step: make.call(CONDITIONAL, ...given(predicate), step, accumulated(make)),
    result: accumulated(make),
  };
};

const transformList: Body = (make, args) => {
  const added = make.call(ADD, accumulated(make), make.list(...given(args.at(-1))));
  const step = filtered(make, args, added);
  return { init: make.list(), condition: make.literal(true), step, result: accumulated(make) };
};

const transformMap: Body = (make, args, [key]) => {
  const name = key?.kind === 'ident' ? key.name : '';
  const added = make.call('cel.@mapInsert', accumulated(make), make.ident(name), ...given(args.at(-1)));
  const step = filtered(make, args, added);
  return { init: make.map(), condition: make.literal(true), step, result: accumulated(make) };
};

const transformMapEntry: Body = (make, args) => {
  const added = make.call('cel.@mapInsert', accumulated(make), ...given(args.at(-1)));
  const step = filtered(make, args, added);
  return { init: make.map(), condition: make.literal(true), step, result: accumulated(make) };
};

function given(expr: Expr | undefined): readonly Expr[] {
  return expr === undefined ? [] : [expr];
}

/** With two arguments the first is a condition for the step. */
function filtered(make: Maker, args: readonly Expr[], step: Expr): Expr {
  const [condition] = args;
  return args.length < 2 || condition === undefined ? step : make.call(CONDITIONAL, condition, step, accumulated(make));
}

const OVERWRITES = 'iteration variable overwrites accumulator variable';

function overOne(body: Body, notAName: string): Expansion {
  return (make, range, [variable, ...args]) => {
    if (variable?.kind !== 'ident') return { at: variable?.id ?? 0, problem: notAName };
    if (isAccumulator(variable.name)) return { at: variable.id, problem: OVERWRITES };
    return make.fold({ range, variables: [variable.name], ...body(make, args, [variable]) });
  };
}

function overTwo(body: Body): Expansion {
  return (make, range, [first, second, ...args]) => {
    const variables = [first, second].filter((variable) => variable !== undefined);
    const names: string[] = [];
    for (const variable of variables) {
      if (variable.kind !== 'ident') return { at: variable.id, problem: 'argument must be a simple name' };
      names.push(variable.name);
    }
    if (names[0] === names[1]) return { at: second?.id ?? 0, problem: `duplicate variable name: ${names[0]}` };
    const taken = variables[names.findIndex(isAccumulator)];
    if (taken !== undefined) return { at: taken.id, problem: OVERWRITES };
    return make.fold({ range, variables: names, ...body(make, args, variables) });
  };
}

function isAccumulator(name: string): boolean {
  return name === ACCUMULATOR || name === OLD_ACCUMULATOR;
}

/** Binds a name to a value: a fold over nothing. */
function bind(make: Maker, name: string, value: Expr, range: Expr, body: () => Expr, result?: Expr): Expr {
  return make.fold({
    range,
    variables: ['#unused'],
    accumulator: name,
    init: value,
    condition: make.literal(false),
    step: result ?? make.ident(name),
    result: body(),
  });
}

/** `cel.bind(name, value, expression)`. */
export function expandBind(make: Maker, [variable, value, body]: readonly Expr[]): Expr | MacroProblem {
  if (variable?.kind !== 'ident' || value === undefined || body === undefined) {
    return { at: variable?.id ?? 0, problem: 'cel.bind() variable names must be simple identifiers' };
  }
  return bind(make, variable.name, value, make.list(), () => body);
}

function overOptional(name: string, wrap: (make: Maker, body: Expr) => Expr): Expansion {
  return (make, target, [variable, body]) => {
    if (variable?.kind !== 'ident' || body === undefined) {
      return { at: variable?.id ?? 0, problem: `${name}() variable name must be a simple identifier` };
    }
    const condition = make.memberCall('hasValue', target);
    const range = make.list();
    const value = make.memberCall('value', make.copy(target));
    const then = wrap(
      make,
      bind(make, variable.name, value, range, () => body),
    );
    return make.call(CONDITIONAL, condition, then, make.call('optional.none'));
  };
}

const SORTABLE: ReadonlySet<Expr['kind']> = new Set(['list', 'select', 'ident', 'comprehension', 'call']);
const SORT_INPUT = '@__sortBy_input__';

const sortBy: Expansion = (make, target, args) => {
  const input = make.ident(SORT_INPUT);
  if (!SORTABLE.has(target.kind)) {
    const problem = 'sortBy can only be applied to a list, identifier, comprehension, call or select expression';
    return { at: target.id, problem };
  }
  const keys = overOne(map, 'argument is not an identifier')(make, make.copy(input), args);
  if ('problem' in keys) return keys;
  const sorted = make.memberCall('@sortByAssociatedKeys', make.copy(input), keys);
  return bind(make, SORT_INPUT, target, make.list(), () => sorted, input);
};

const A_NAME = 'argument must be a simple name';
const AN_IDENTIFIER = 'argument is not an identifier';

const RECEIVER_MACROS: ReadonlyMap<string, Expansion> = new Map([
  ['all 2', overOne(all, A_NAME)],
  ['exists 2', overOne(exists, A_NAME)],
  ['exists_one 2', overOne(existsOne, A_NAME)],
  ['map 2', overOne(map, AN_IDENTIFIER)],
  ['map 3', overOne(map, AN_IDENTIFIER)],
  ['filter 2', overOne(filter, AN_IDENTIFIER)],
  ['all 3', overTwo(all)],
  ['exists 3', overTwo(exists)],
  ['exists_one 3', overTwo(existsOne)],
  ['existsOne 3', overTwo(existsOne)],
  ['transformList 3', overTwo(transformList)],
  ['transformList 4', overTwo(transformList)],
  ['transformMap 3', overTwo(transformMap)],
  ['transformMap 4', overTwo(transformMap)],
  ['transformMapEntry 3', overTwo(transformMapEntry)],
  ['transformMapEntry 4', overTwo(transformMapEntry)],
  ['optMap 2', overOptional('optMap', (make, body) => make.call('optional.of', body))],
  ['optFlatMap 2', overOptional('optFlatMap', (_, body) => body)],
  ['sortBy 2', sortBy],
]);
