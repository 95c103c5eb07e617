// Expressions of SQL, by precedence.

import { type Cursor, commas, isReserved } from './cursor.ts';
import { type Expression, SqlProblem, type Value } from './tree.ts';

export function expression(cursor: Cursor): Expression {
  let left = conjunction(cursor);
  while (cursor.take('or')) left = { e: 'binary', operator: 'or', left, right: conjunction(cursor) };
  return left;
}

function conjunction(cursor: Cursor): Expression {
  let left = negation(cursor);
  while (cursor.take('and')) left = { e: 'binary', operator: 'and', left, right: negation(cursor) };
  return left;
}

function negation(cursor: Cursor): Expression {
  return cursor.take('not') ? { e: 'unary', operator: 'not', of: negation(cursor) } : comparison(cursor);
}

const COMPARISONS = ['=', '<>', '!=', '<=', '>=', '<', '>'];

function comparison(cursor: Cursor): Expression {
  const left = sum(cursor);
  const sign = COMPARISONS.find((each) => cursor.take(each));
  if (sign !== undefined) return { e: 'binary', operator: sign === '!=' ? '<>' : sign, left, right: sum(cursor) };
  if (cursor.take('is')) {
    const not = cursor.take('not');
    if (cursor.take('null')) return { e: 'null', of: left, not };
    const right = sum(cursor);
    const same: Expression = { e: 'binary', operator: '=', left, right };
    return not ? { e: 'unary', operator: 'not', of: same } : same;
  }
  const not = cursor.take('not');
  if (cursor.take('in')) {
    cursor.need('(');
    if (cursor.peek().text === 'select') throw new SqlProblem('not modelled', ['a query inside an expression']);
    const items = commas(cursor, () => expression(cursor));
    cursor.need(')');
    return { e: 'in', of: left, items, not };
  }
  const like = ['like', 'ilike'].find((each) => cursor.take(each));
  const found: Expression | undefined =
    like !== undefined
      ? { e: 'binary', operator: like, left, right: sum(cursor) }
      : cursor.take('between')
        ? between(cursor, left)
        : undefined;
  if (found === undefined) return not ? cursor.fail() : left;
  return not ? { e: 'unary', operator: 'not', of: found } : found;
}

function between(cursor: Cursor, of: Expression): Expression {
  const low = sum(cursor);
  cursor.need('and');
  const high = sum(cursor);
  return {
    e: 'binary',
    operator: 'and',
    left: { e: 'binary', operator: '>=', left: of, right: low },
    right: { e: 'binary', operator: '<=', left: of, right: high },
  };
}

function sum(cursor: Cursor): Expression {
  let left = product(cursor);
  for (;;) {
    const operator = ['+', '-', '||'].find((each) => cursor.take(each));
    if (operator === undefined) return left;
    left = { e: 'binary', operator, left, right: product(cursor) };
  }
}

function product(cursor: Cursor): Expression {
  let left = unary(cursor);
  for (;;) {
    const operator = ['*', '/', '%'].find((each) => cursor.take(each));
    if (operator === undefined) return left;
    left = { e: 'binary', operator, left, right: unary(cursor) };
  }
}

function unary(cursor: Cursor): Expression {
  if (cursor.take('-')) return { e: 'unary', operator: '-', of: unary(cursor) };
  let of = primary(cursor);
  while (cursor.take('::')) of = { e: 'cast', of, type: cursor.name() };
  return of;
}

const CONSTANTS: Readonly<Record<string, Value>> = { null: null, true: true, false: false };
/** Functions that are called without parentheses. */
const BARE = new Set(['current_user', 'current_timestamp', 'current_date', 'session_user', 'current_database']);

function primary(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token.t === 'number') return { e: 'value', value: Number(cursor.next().text), decimal: /[.e]/i.test(token.text) };
  if (token.t === 'text') return { e: 'value', value: cursor.next().text };
  if (cursor.take('(')) {
    if (cursor.peek().text === 'select') throw new SqlProblem('not modelled', ['a query inside an expression']);
    const inner = expression(cursor);
    cursor.need(')');
    return inner;
  }
  if (token.t === 'word' && Object.hasOwn(CONSTANTS, token.text))
    return { e: 'value', value: CONSTANTS[cursor.next().text] ?? null };
  if (token.text === 'case') throw new SqlProblem('not modelled', ['CASE']);
  if (token.t !== 'name' && (token.t !== 'word' || (isReserved(token) && token.text !== 'left'))) return cursor.fail();
  cursor.next();
  if (cursor.take('(')) return call(cursor, token.text);
  if (BARE.has(token.text) || token.text.startsWith('@@'))
    return { e: 'call', name: token.text, args: [], star: false, distinct: false };
  if (cursor.take('.')) return { e: 'column', table: token.text, name: cursor.name() };
  return { e: 'column', table: undefined, name: token.text };
}

function call(cursor: Cursor, name: string): Expression {
  if (cursor.take('* )')) return { e: 'call', name, args: [], star: true, distinct: false };
  const distinct = cursor.take('distinct');
  const args = cursor.take(')') ? undefined : commas(cursor, () => expression(cursor));
  if (args !== undefined) cursor.need(')');
  return { e: 'call', name, args: args ?? [], star: false, distinct };
}
