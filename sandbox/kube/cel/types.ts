// CEL's types: how they are written in errors, when two are the same, and which values may stand where which are expected.

type TypeKind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  /** The type of what didn't type-check. */
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  /** A type whose values only functions look into, with or without parameters: optional_type(int), net.IP. */
  | 'opaque'
  | 'string'
  | 'object'
  | 'timestamp'
  /** A type variable of a function's declaration. */
  | 'parameter'
  | 'type'
  | 'uint'
  /** What the place holds has no type at all. */
  | 'none';

export interface Type {
  readonly kind: TypeKind;
  /** The name at run time: `int`, `google.protobuf.Timestamp`, `kubernetes.URL`. */
  readonly name: string;
  readonly params: readonly Type[];
  /** null may stand for it (protobuf's wrappers). */
  readonly nullable?: boolean;
}

const plain = (kind: TypeKind, name: string = kind): Type => ({ kind, name, params: [] });

export const ANY = plain('any', 'google.protobuf.Any');
export const BOOL = plain('bool');
export const BYTES = plain('bytes');
export const DOUBLE = plain('double');
export const DURATION = plain('duration', 'google.protobuf.Duration');
export const DYN = plain('dyn');
export const ERROR = plain('error');
export const INT = plain('int');
export const NULL = plain('null', 'null_type');
export const STRING = plain('string');
export const TIMESTAMP = plain('timestamp', 'google.protobuf.Timestamp');
export const TYPE = plain('type');
export const UINT = plain('uint');
export const NONE = plain('none', '');

export const OPTIONAL_NAME = 'optional_type';

export function listOf(element: Type): Type {
  return { kind: 'list', name: 'list', params: [element] };
}

export function mapOf(key: Type, value: Type): Type {
  return { kind: 'map', name: 'map', params: [key, value] };
}

export function optionalOf(value: Type): Type {
  return opaque(OPTIONAL_NAME, value);
}

export function opaque(name: string, ...params: readonly Type[]): Type {
  return { kind: 'opaque', name, params };
}

export function typeOf(type: Type): Type {
  return { kind: 'type', name: 'type', params: [type] };
}

export function parameter(name: string): Type {
  return plain('parameter', name);
}

/** Names of protobuf that stand for CEL's own types. */
const WELL_KNOWN: ReadonlyMap<string, Type> = new Map(
  Object.entries({
    'google.protobuf.BoolValue': { ...BOOL, nullable: true },
    'google.protobuf.BytesValue': { ...BYTES, nullable: true },
    'google.protobuf.DoubleValue': { ...DOUBLE, nullable: true },
    'google.protobuf.FloatValue': { ...DOUBLE, nullable: true },
    'google.protobuf.Int64Value': { ...INT, nullable: true },
    'google.protobuf.Int32Value': { ...INT, nullable: true },
    'google.protobuf.UInt64Value': { ...UINT, nullable: true },
    'google.protobuf.UInt32Value': { ...UINT, nullable: true },
    'google.protobuf.StringValue': { ...STRING, nullable: true },
    'google.protobuf.Any': ANY,
    'google.protobuf.Duration': DURATION,
    'google.protobuf.Timestamp': TIMESTAMP,
    'google.protobuf.ListValue': listOf(DYN),
    'google.protobuf.NullValue': NULL,
    'google.protobuf.Struct': mapOf(STRING, DYN),
    'google.protobuf.Value': DYN,
  }),
);

export function object(name: string): Type {
  return WELL_KNOWN.get(name) ?? plain('object', name);
}

export function wellKnownType(name: string): Type | undefined {
  return WELL_KNOWN.get(name);
}

export function isDyn({ kind }: Type): boolean {
  return kind === 'dyn' || kind === 'any';
}

export function isDynOrError(type: Type): boolean {
  return type.kind === 'error' || isDyn(type);
}

/** What an optional type holds; undefined when it isn't one. */
export function optionalParam(type: Type): Type | undefined {
  return type.kind === 'opaque' && type.name === OPTIONAL_NAME ? type.params[0] : undefined;
}

/** As errors of the type checker name it: `list(int)`, `timestamp`, `_var0`. */
export function formatType(type: Type): string {
  const short = SHORT_NAMES[type.kind];
  if (short !== undefined) return short;
  if (type.params.length === 0) return declaredName(type);
  return `${type.name}(${type.params.map(formatType).join(', ')})`;
}

const SHORT_NAMES: Readonly<Partial<Record<TypeKind, string>>> = {
  any: 'any',
  duration: 'duration',
  error: '!error!',
  null: 'null',
  timestamp: 'timestamp',
  none: '',
};

/** As `must evaluate to bool but got ...` names it: `google.protobuf.Timestamp`, `<A>`. */
export function typeName(type: Type): string {
  if (type.kind === 'parameter') return `<${type.name}>`;
  if (type.params.length === 0) return declaredName(type);
  return `${declaredName(type)}(${type.params.map(typeName).join(', ')})`;
}

/** The name that a declaration gives it, `wrapper(int)` of those that may be null. */
export function declaredName(type: Type): string {
  return type.nullable === true && type.kind !== 'null' ? `wrapper(${type.name})` : type.name;
}

/** Kind, name and parameters are equal. */
export function sameType(a: Type, b: Type): boolean {
  return isSame(a, b, true);
}

/** The same, but for the names of type variables. */
export function equivalentType(a: Type, b: Type): boolean {
  return isSame(a, b, false);
}

function isSame(a: Type, b: Type, parameterNames: boolean): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.params.length !== b.params.length) return false;
  if ((parameterNames || a.kind !== 'parameter') && a.name !== b.name) return false;
  return a.params.every((param, i) => isSame(param, b.params[i] ?? NONE, parameterNames));
}

/** Whether a value of type `from` may stand where `to` is expected, type variables aside. */
export function acceptsType(to: Type, from: Type): boolean {
  if (to.nullable === true && from.kind === 'null') return true;
  if (to === from || isDyn(to) || to.kind === 'parameter') return true;
  if (to.kind !== from.kind || to.name !== from.name || to.params.length !== from.params.length) return false;
  return to.params.every((param, i) => acceptsType(param, from.params[i] ?? NONE));
}
