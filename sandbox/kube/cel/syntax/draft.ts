// An expression in the making: its numbers, the place of each, and what is wrong with it.

import type { Value } from '../values.ts';
import type { Comprehension, Expr, ExprId } from './ast.ts';
import { ACCUMULATOR } from './ast.ts';
import type { Fold, Maker } from './macros.ts';
import { type Issue, locationAt, NOWHERE } from './source.ts';
import type { Token } from './tokens.ts';

export interface Draft {
  readonly text: string;
  /** Where each numbered expression is, as an offset in UTF-16 units; undefined: nowhere. */
  readonly places: (number | undefined)[];
  readonly issues: Issue[];
  /** `cel.bind` is known. */
  readonly binds: boolean;
  depth: number;
}

export function newDraft(text: string, issues: readonly Issue[], binds: boolean): Draft {
  return { text, places: [undefined], issues: [...issues], binds, depth: 0 };
}

export function idAt(draft: Draft, place: number | undefined): ExprId {
  draft.places.push(place);
  return draft.places.length - 1;
}

export function idOf(draft: Draft, token: Token | undefined): ExprId {
  return token === undefined ? 0 : idAt(draft, token.start);
}

/** The number isn't used; the last one is given again. */
export function dropId({ places }: Draft, id: ExprId): void {
  if (id === places.length - 1) places.pop();
  else places[id] = undefined;
}

export function literalAt(draft: Draft, place: number, value: Value): Expr {
  return { kind: 'literal', id: idAt(draft, place), value };
}

/** What stands where nothing could be understood. */
export function unspecified(draft: Draft, place = -1): Expr {
  return { kind: 'unspecified', id: idAt(draft, place) };
}

export function problemAt(draft: Draft, place: number | undefined, message: string): Expr {
  draft.issues.push({ location: place === undefined ? NOWHERE : locationAt(draft.text, place), message });
  return unspecified(draft, place);
}

/** What a macro makes is placed where the macro was called. */
export function makerAt(draft: Draft, place: number | undefined): Maker {
  const next = (): ExprId => idAt(draft, place);
  return {
    literal: (value) => ({ kind: 'literal', id: next(), value }),
    ident: (name) => ({ kind: 'ident', id: next(), name }),
    call: (name, ...args) => ({ kind: 'call', id: next(), name, args }),
    memberCall: (name, target, ...args) => ({ kind: 'call', id: next(), name, target, args }),
    list: (...elements) => ({ kind: 'list', id: next(), elements, optional: [] }),
    map: () => ({ kind: 'map', id: next(), entries: [] }),
    presenceTest: (operand, field) => ({ kind: 'select', id: next(), operand, field, testOnly: true }),
    fold: (parts) => ({ id: next(), ...comprehension(parts) }),
    copy: (expr) => copy(draft, expr, next),
  };
}

function comprehension({ variables, accumulator, ...parts }: Fold): Omit<Comprehension, 'id'> {
  const [variable = '', second] = variables;
  return {
    kind: 'comprehension',
    ...parts,
    variable,
    ...(second === undefined ? {} : { second }),
    accumulator: accumulator ?? ACCUMULATOR,
  };
}

function copy(draft: Draft, expr: Expr, next: () => ExprId): Expr {
  const id = idAt(draft, draft.places[expr.id]);
  const again = (each: Expr): Expr => copy(draft, each, next);
  switch (expr.kind) {
    case 'select':
      return { ...expr, id, operand: again(expr.operand) };
    case 'call': {
      const args = expr.args.map(again);
      return { ...expr, id, args, ...(expr.target === undefined ? {} : { target: again(expr.target) }) };
    }
    case 'list':
      return { ...expr, id, elements: expr.elements.map(again) };
    case 'map': {
      const entries = expr.entries.map((entry) => ({
        ...entry,
        id: next(),
        key: again(entry.key),
        value: again(entry.value),
      }));
      return { ...expr, id, entries };
    }
    case 'message': {
      const fields = expr.fields.map((field) => ({ ...field, id: next(), value: again(field.value) }));
      return { ...expr, id, fields };
    }
    case 'comprehension': {
      const [range, init, condition] = [again(expr.range), again(expr.init), again(expr.condition)];
      return { ...expr, id, range, init, condition, step: again(expr.step), result: again(expr.result) };
    }
    default:
      return { ...expr, id };
  }
}
