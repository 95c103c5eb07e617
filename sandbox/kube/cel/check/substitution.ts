// What the type variables of an expression turned out to be, and whether one type may stand for another given that.

import {
  acceptsType,
  DYN,
  isDyn,
  isDynOrError,
  listOf,
  mapOf,
  NONE,
  opaque,
  parameter,
  sameType,
  type Type,
  typeOf,
} from '../types.ts';

export interface Substitution {
  readonly bound: Map<string, Type>;
  /** What was bound before, so that a failed attempt can be taken back. */
  readonly trail: (readonly [string, Type | undefined])[];
  variables: number;
}

export function newSubstitution(): Substitution {
  return { bound: new Map(), trail: [], variables: 0 };
}

export function newVariable(substitution: Substitution): Type {
  return parameter(`_var${substitution.variables++}`);
}

/** Whether each of `types` may stand where the one of `expected` is; what had to be bound for that stays bound. */
export function unifyAll(s: Substitution, types: readonly Type[], expected: readonly Type[]): boolean {
  const mark = s.trail.length;
  if (allAssignable(s, types, expected)) return true;
  takeBack(s, mark);
  return false;
}

export function unify(s: Substitution, type: Type, expected: Type): boolean {
  return unifyAll(s, [type], [expected]);
}

function takeBack({ bound, trail }: Substitution, mark: number): void {
  for (const [name, before] of trail.splice(mark).reverse()) {
    if (before === undefined) bound.delete(name);
    else bound.set(name, before);
  }
}

/** Replaces bound variables; `unbound` says what becomes of the others. */
export function substitute(s: Substitution, type: Type, unbound: 'kept' | 'dyn' = 'kept'): Type {
  if (type.kind === 'parameter') {
    const known = s.bound.get(type.name);
    if (known !== undefined) return substitute(s, known, unbound);
    return unbound === 'dyn' ? DYN : type;
  }
  if (type.params.length === 0) return type;
  return rebuild(type, (param) => substitute(s, param, unbound));
}

/** Replaces the variables of a declaration. */
export function instantiate(type: Type, variables: ReadonlyMap<string, Type>): Type {
  if (type.kind === 'parameter') return variables.get(type.name) ?? type;
  return type.params.length === 0 ? type : rebuild(type, (param) => instantiate(param, variables));
}

function rebuild(type: Type, change: (param: Type) => Type): Type {
  const [first = NONE, second = NONE] = type.params.map(change);
  switch (type.kind) {
    case 'list':
      return listOf(first);
    case 'map':
      return mapOf(first, second);
    case 'type':
      return typeOf(first);
    case 'opaque':
      return opaque(type.name, ...type.params.map(change));
    default:
      return type;
  }
}

function allAssignable(s: Substitution, types: readonly Type[], expected: readonly Type[]): boolean {
  return types.length === expected.length && types.every((type, i) => isAssignable(s, type, expected[i] ?? NONE));
}

function isAssignable(s: Substitution, a: Type, b: Type): boolean {
  if (b.kind === 'parameter') {
    const { valid, known } = bindTo(s, a, b);
    if (valid || known) return valid;
  }
  if (a.kind === 'parameter') return bindTo(s, b, a).valid;
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === 'null') return takesNull(b);
  if (b.kind === 'null') return takesNull(a);
  switch (a.kind) {
    case 'type':
      return b.kind === 'type';
    case 'opaque':
    case 'list':
    case 'map':
      return a.kind === b.kind && a.name === b.name && allAssignable(s, a.params, b.params);
    default:
      return acceptsType(b, a);
  }
}

/** Whether a variable may stand for a type, and whether it already stood for one. */
function bindTo(s: Substitution, type: Type, variable: Type): { readonly valid: boolean; readonly known: boolean } {
  if (sameType(type, variable)) return { valid: true, known: true };
  const bound = s.bound.get(variable.name);
  if (bound !== undefined) {
    if (type.kind === bound.kind && sameType(type, bound)) return { valid: true, known: true };
    if (!isAssignable(s, type, bound)) return { valid: false, known: true };
    const general = mostGeneral(type, bound);
    if (!occursIn(s, variable, general)) bind(s, variable, general);
    return { valid: true, known: true };
  }
  if (occursIn(s, variable, type)) return { valid: false, known: false };
  bind(s, variable, type);
  return { valid: true, known: false };
}

function bind({ bound, trail }: Substitution, { name }: Type, type: Type): void {
  trail.push([name, bound.get(name)]);
  bound.set(name, type);
}

function occursIn(s: Substitution, variable: Type, type: Type): boolean {
  if (sameType(variable, type)) return true;
  if (type.kind === 'parameter') {
    const bound = s.bound.get(type.name);
    return bound !== undefined && occursIn(s, variable, bound);
  }
  return type.params.some((param) => occursIn(s, variable, param));
}

const NULLABLE_KINDS: ReadonlySet<Type['kind']> = new Set(['opaque', 'object', 'any', 'duration', 'timestamp']);

function takesNull(type: Type): boolean {
  return NULLABLE_KINDS.has(type.kind) || type.kind === 'null' || type.nullable === true;
}

/** Of two types that go together, the one that says less. */
export function mostGeneral(a: Type, b: Type): Type {
  return saysNoMore(a, b) ? a : b;
}

function saysNoMore(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === 'parameter') return true;
  if (isDyn(b) || b.kind === 'parameter' || a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'type':
      return true;
    case 'opaque':
      return a.name === b.name && a.params.length === b.params.length && paramsSayNoMore(a, b);
    case 'list':
    case 'map':
      return paramsSayNoMore(a, b);
    default:
      return sameType(a, b);
  }
}

function paramsSayNoMore(a: Type, b: Type): boolean {
  return a.params.every((param, i) => saysNoMore(param, b.params[i] ?? NONE));
}
