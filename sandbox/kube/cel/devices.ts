// Expressions that select devices: `device.driver == 'a.example.com' && device.attributes['a.example.com'].model == 'x'`.

import { lazy } from '../lazy.ts';
import { BASE_TYPES } from './basetypes.ts';
import { type Compiled, compile, isCompiled } from './compile.ts';
import { estimateCost } from './cost/estimate.ts';
import type { Range } from './cost/ranges.ts';
import { type Environment, newEnvironment, type ObjectTypes } from './environment.ts';
import { baseFunctions } from './library/base.ts';
import { ANY, BOOL, mapOf, object, STRING, type Type, typeName } from './types.ts';

export const SELECTOR_COST_MAX = 1_000_000n;

const DEVICE = object('kubernetes.DRADevice');

/** What a value is and how long it may be; of maps, their keys and values too. */
interface Known {
  readonly type: Type;
  readonly max: number;
  readonly key?: Known;
  readonly value?: Known;
}

const DOMAIN: Known = { type: STRING, max: 63 };
const IDENTIFIER: Known = { type: STRING, max: 32 };
const ATTRIBUTE: Known = { type: ANY, max: 64 };
const QUANTITY: Known = { type: object('kubernetes.Quantity'), max: 0 };
const ENTRIES_MAX = 32;

const FIELDS: ReadonlyMap<string, Known> = new Map([
  ['driver', DOMAIN],
  ['attributes', byDomain(ATTRIBUTE)],
  ['capacity', byDomain(QUANTITY)],
  ['allowMultipleAllocations', { type: BOOL, max: 0 }],
]);

function byDomain(value: Known): Known {
  return known(DOMAIN, known(IDENTIFIER, value));
}

function known(key: Known, value: Known): Known {
  return { type: mapOf(key.type, value.type), max: ENTRIES_MAX, key, value };
}

const TYPES: ObjectTypes = {
  ...BASE_TYPES,
  named: (name) => (name === DEVICE.name ? DEVICE : BASE_TYPES.named(name)),
  field: (name, field) => (name === DEVICE.name ? FIELDS.get(field)?.type : BASE_TYPES.field(name, field)),
};

const environment = lazy((): Environment => {
  const variables = new Map([['device', DEVICE]]);
  return { ...newEnvironment(baseFunctions(), variables, TYPES), binds: true };
});

export interface Selector {
  readonly program: Compiled;
  readonly maxCost: bigint;
}

export function compileSelector(text: string): Selector | { readonly problem: string } {
  const program = compile(text, environment());
  if (!isCompiled(program)) {
    const what = program.stage === 'compile' ? 'compilation' : 'program instantiation';
    return { problem: `${what} failed: ${program.message}` };
  }
  const { kind } = program.type;
  if (kind !== 'bool' && kind !== 'any') {
    return { problem: `must evaluate to bool or the unknown type, not ${typeName(program.type)}` };
  }
  return { program, maxCost: estimateCost(program.checked, sizeAt).max };
}

function sizeAt([variable, field, ...steps]: readonly string[]): Range | undefined {
  let found = variable === 'device' && field !== undefined ? FIELDS.get(field) : undefined;
  for (const step of steps) found = step === '@keys' ? found?.key : found?.value;
  return found === undefined ? undefined : { min: 0n, max: BigInt(found.max) };
}
