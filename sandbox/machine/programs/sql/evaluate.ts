// What an expression comes to, for one row or for a group of rows.

import { rfc3339, type TimeMs } from '../../../time/units.ts';
import { type Column, type Dialect, type Expression, SqlProblem, type Value } from './tree.ts';
import { asType, compare, isLike, isTrue, show } from './values.ts';

/** One row as an expression sees it: names of columns, by table. */
export interface Scope {
  readonly tables: readonly {
    readonly as: string;
    readonly columns: readonly Column[];
    readonly row: readonly Value[];
  }[];
}

/** What functions tell of the server and of who asks. */
export interface Session {
  readonly dialect: Dialect;
  readonly database: string;
  readonly user: string;
  readonly version: string;
  readonly now: TimeMs;
  readonly hostname: string;
  readonly random: () => number;
}

export interface Around {
  readonly session: Session;
  readonly scope: Scope;
  /** The rows that an aggregate counts, where there is a group. */
  readonly group: readonly Scope[] | undefined;
}

const AGGREGATES = new Set(['count', 'sum', 'min', 'max', 'avg']);

export function hasAggregate(of: Expression): boolean {
  return (of.e === 'call' && AGGREGATES.has(of.name)) || partsOf(of).some(hasAggregate);
}

function partsOf(of: Expression): readonly Expression[] {
  switch (of.e) {
    case 'call':
      return of.args;
    case 'binary':
      return [of.left, of.right];
    case 'in':
      return [of.of, ...of.items];
    case 'unary':
    case 'null':
    case 'cast':
      return [of.of];
    default:
      return [];
  }
}

/** Says which column isn't there, also where there are no rows to look at. SqlProblem. */
export function checkColumns(of: Expression | undefined, scope: Scope): void {
  if (of === undefined) return;
  if (of.e === 'column') placeOf(scope, of.table, of.name);
  for (const part of partsOf(of)) checkColumns(part, scope);
}

export function evaluate(of: Expression, around: Around): Value {
  switch (of.e) {
    case 'value':
      return of.value;
    case 'column':
      return placeOf(around.scope, of.table, of.name).value;
    case 'unary': {
      const value = evaluate(of.of, around);
      if (value === null) return null;
      return of.operator === '-' ? -Number(value) : !isTrue(value);
    }
    case 'null':
      return (evaluate(of.of, around) === null) !== of.not;
    case 'in': {
      const value = evaluate(of.of, around);
      if (value === null) return null;
      return of.items.some((item) => compare(value, evaluate(item, around)) === 0) !== of.not;
    }
    case 'cast':
      return cast(evaluate(of.of, around), of.type);
    case 'binary':
      return binary(of, around);
    case 'call':
      return AGGREGATES.has(of.name) ? aggregate(of, around) : call(of, around);
    default:
      return of satisfies never;
  }
}

interface Place {
  readonly column: Column;
  readonly value: Value;
}

function placeOf({ tables }: Scope, table: string | undefined, name: string): Place {
  const found = tables
    .filter(({ as }) => table === undefined || as === table)
    .flatMap(({ columns, row }) =>
      columns.flatMap((column, index) => (column.name === name ? [{ column, value: row[index] ?? null }] : [])),
    );
  const [only, second] = found;
  if (only === undefined) throw new SqlProblem('no column', [table === undefined ? name : `${table}.${name}`]);
  if (second !== undefined) throw new SqlProblem('ambiguous', [name]);
  return only;
}

const WHOLE = /^(int|bigint|smallint|tinyint)/;

/** Whether PostgreSQL would take it for an integer: then it is divided without a rest. */
function isWhole(of: Expression, scope: Scope): boolean {
  switch (of.e) {
    case 'value':
      return typeof of.value === 'number' && of.decimal !== true;
    case 'column':
      return WHOLE.test(placeOf(scope, of.table, of.name).column.type);
    case 'cast':
      return WHOLE.test(of.type);
    case 'call':
      return (
        of.name === 'count' || of.name === 'length' || (of.name !== 'avg' && of.args.some((arg) => isWhole(arg, scope)))
      );
    default:
      return partsOf(of).every((part) => isWhole(part, scope));
  }
}

function cast(value: Value, type: string): Value {
  if (/^(int|integer|bigint|smallint|numeric|decimal|real|float)/.test(type))
    return asType(value, { kind: 'number', type });
  return /^bool/.test(type) ? asType(value, { kind: 'boolean', type }) : value === null ? null : String(value);
}

function binary({ operator, left, right }: Extract<Expression, { e: 'binary' }>, around: Around): Value {
  const one = evaluate(left, around);
  if (operator === 'and' || operator === 'or') {
    const decides = operator === 'or';
    if (one !== null && isTrue(one) === decides) return decides;
    const other = evaluate(right, around);
    if (other !== null && isTrue(other) === decides) return decides;
    return one === null || other === null ? null : !decides;
  }
  const other = evaluate(right, around);
  if (one === null || other === null) return null;
  if (operator === '/' || operator === '%') {
    const { session, scope } = around;
    const whole = session.dialect === 'postgres' && isWhole(left, scope) && isWhole(right, scope);
    return divide(operator, Number(one), Number(other), whole, session.dialect);
  }
  return calculate(operator, one, other, around.session.dialect);
}

function calculate(operator: string, one: Exclude<Value, null>, other: Exclude<Value, null>, dialect: Dialect): Value {
  switch (operator) {
    case '||':
      return dialect === 'postgres' ? show(one, dialect) + show(other, dialect) : isTrue(one) || isTrue(other);
    case 'like':
    case 'ilike':
      return isLike(String(one), String(other), operator === 'ilike' || dialect === 'mysql');
    case '+':
      return Number(one) + Number(other);
    case '-':
      return Number(one) - Number(other);
    case '*':
      return Number(one) * Number(other);
    default:
      return compares(operator, compare(one, other) ?? 0);
  }
}

function divide(operator: string, one: number, other: number, whole: boolean, dialect: Dialect): Value {
  if (other === 0) {
    if (dialect === 'mysql') return null;
    throw new SqlProblem('division', []);
  }
  if (operator === '%') return one % other;
  return whole ? Math.trunc(one / other) : one / other;
}

function compares(operator: string, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function aggregate(of: Extract<Expression, { e: 'call' }>, { session, group }: Around): Value {
  if (group === undefined) throw new SqlProblem('grouping', [of.name]);
  if (of.star) return group.length;
  const [arg] = of.args;
  if (arg === undefined) throw new SqlProblem('no function', [`${of.name}()`]);
  const all = group
    .map((scope) => evaluate(arg, { session, scope, group: undefined }))
    .filter((value): value is Exclude<Value, null> => value !== null);
  const values = of.distinct ? [...new Set(all)] : all;
  if (of.name === 'count') return values.length;
  if (values.length === 0) return null;
  const total = values.reduce<number>((sum, value) => sum + Number(value), 0);
  if (of.name === 'sum') return total;
  if (of.name === 'avg') return total / values.length;
  const sorted = [...values].sort((one, other) => compare(one, other) ?? 0);
  return (of.name === 'min' ? sorted[0] : sorted.at(-1)) ?? null;
}

type Called = (args: readonly Value[], session: Session) => Value;

const stamp = (now: TimeMs): string => rfc3339(now).replace('T', ' ').replace('Z', '');

const FUNCTIONS: Readonly<Record<string, Called>> = {
  '@@hostname': (_, { hostname }) => hostname,
  '@@version': (_, { version }) => version,
  abs: ([value]) => (value == null ? null : Math.abs(Number(value))),
  coalesce: (args) => args.find((value) => value !== null) ?? null,
  concat: (args, { dialect }) => args.map((value) => (value === null ? '' : show(value, dialect))).join(''),
  current_database: (_, { database }) => database,
  current_date: (_, { now }) => stamp(now).slice(0, 10),
  current_timestamp: (_, { now }) => stamp(now),
  current_user: (_, { user }) => user,
  database: (_, { database }) => (database === '' ? null : database),
  length: ([value]) => (value == null ? null : String(value).length),
  lower: ([value]) => (value == null ? null : String(value).toLowerCase()),
  now: (_, { now }) => stamp(now),
  pg_is_in_recovery: () => false,
  random: (_, { random }) => random(),
  rand: (_, { random }) => random(),
  round: ([value, digits]) => (value == null ? null : Number(Number(value).toFixed(Number(digits ?? 0)))),
  session_user: (_, { user }) => user,
  upper: ([value]) => (value == null ? null : String(value).toUpperCase()),
  user: (_, { user }) => `${user}@%`,
  version: (_, { version }) => version,
};

function call({ name, args }: Extract<Expression, { e: 'call' }>, around: Around): Value {
  const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  const values = args.map((arg) => evaluate(arg, around));
  if (called === undefined) throw new SqlProblem('no function', [`${name}(${values.map(typeName).join(', ')})`]);
  return called(values, around.session);
}

function typeName(value: Value): string {
  if (value === null || typeof value === 'string') return 'unknown';
  return typeof value === 'boolean' ? 'boolean' : Number.isInteger(value) ? 'integer' : 'numeric';
}
