// What expressions of admission can refer to: the object as it is and as it was, the request, its namespace, parameters,
// who may do what, a policy's own variables. The request and the namespace have types. Objects have none, since whatever
// matches is given to one program; only who warns of mistakes looks at them kind by kind.

import { own } from '../../json.ts';
import { BASE_TYPES } from '../basetypes.ts';
import { readType, type TypeSource } from '../check/declarations.ts';
import { type Environment, newEnvironment, type ObjectTypes } from '../environment.ts';
import { AUTHORIZER_TYPE, RESOURCE_CHECK_TYPE } from '../library/authorizer.ts';
import { baseFunctions, patchFunctions } from '../library/base.ts';
import { DYN, listOf, mapOf, object, type Type } from '../types.ts';
import { PATCH_TYPES } from './patchvalues.ts';

/** What a place of an expression knows. */
export interface Scope {
  readonly params?: boolean;
  readonly authorizer?: boolean;
  /** Types of the policy's variables; absent where there can be none. */
  readonly variables?: ReadonlyMap<string, Type>;
  /** Changes to objects can be written: `Object{...}`, `JSONPatch{...}`. */
  readonly patches?: boolean;
  /** What objects and parameters are, where one kind is looked at. */
  readonly kinds?: Kinds;
}

interface Kinds {
  readonly object: Type;
  readonly params: Type;
  readonly types: TypeSource;
}

const STRINGS = 'list(string)';
const TEXTS = 'map(string, string)';

/** `field: type` of each object that has types. */
const TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kubernetes.GroupVersionKind': { group: 'string', version: 'string', kind: 'string' },
  'kubernetes.GroupVersionResource': { group: 'string', version: 'string', resource: 'string' },
  'kubernetes.UserInfo': { username: 'string', uid: 'string', groups: STRINGS, extra: 'map(string, list(string))' },
  'kubernetes.AdmissionRequest': {
    kind: 'kubernetes.GroupVersionKind',
    resource: 'kubernetes.GroupVersionResource',
    subResource: 'string',
    requestKind: 'kubernetes.GroupVersionKind',
    requestResource: 'kubernetes.GroupVersionResource',
    requestSubResource: 'string',
    name: 'string',
    namespace: 'string',
    operation: 'string',
    userInfo: 'kubernetes.UserInfo',
    dryRun: 'bool',
    options: 'dyn',
  },
  'kubernetes.NamespaceSpec': { finalizers: STRINGS },
  'kubernetes.NamespaceCondition': {
    status: 'string',
    type: 'string',
    lastTransitionTime: 'timestamp',
    message: 'string',
    reason: 'string',
  },
  'kubernetes.NamespaceStatus': { conditions: 'list(kubernetes.NamespaceCondition)', phase: 'string' },
  'kubernetes.NamespaceMetadata': {
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    labels: TEXTS,
    annotations: TEXTS,
    UID: 'string',
    creationTimestamp: 'timestamp',
    deletionGracePeriodSeconds: 'int',
    deletionTimestamp: 'timestamp',
    generation: 'int',
    resourceVersion: 'string',
    finalizers: STRINGS,
  },
  'kubernetes.Namespace': {
    metadata: 'kubernetes.NamespaceMetadata',
    spec: 'kubernetes.NamespaceSpec',
    status: 'kubernetes.NamespaceStatus',
  },
};

const VARIABLES_NAME = 'kubernetes.variables';
export const VARIABLES_TYPE = object(VARIABLES_NAME);

export function admissionEnvironment(scope: Scope): Environment {
  const { params, authorizer, variables, patches, kinds } = scope;
  const objects = kinds?.object ?? DYN;
  const names = new Map<string, Type>([
    ['object', objects],
    ['oldObject', objects],
    ['namespaceObject', object('kubernetes.Namespace')],
    ['request', object('kubernetes.AdmissionRequest')],
  ]);
  if (params === true) names.set('params', kinds?.params ?? DYN);
  if (authorizer === true) {
    names.set('authorizer', AUTHORIZER_TYPE);
    names.set('authorizer.requestResource', RESOURCE_CHECK_TYPE);
  }
  if (variables !== undefined) names.set('variables', VARIABLES_TYPE);
  return newEnvironment(patches === true ? patchFunctions() : baseFunctions(), names, typesOf(scope));
}

function typesOf({ variables = new Map(), patches, kinds }: Scope): ObjectTypes {
  const others: readonly TypeSource[] = [
    ...(kinds === undefined ? [] : [kinds.types]),
    ...(patches === true ? [PATCH_TYPES] : []),
    BASE_TYPES,
  ];
  const named = (name: string): Type | undefined => {
    if (name === VARIABLES_NAME || own(TYPES, name) !== undefined) return object(name);
    for (const source of others) {
      const type = source.named(name);
      if (type !== undefined) return type;
    }
    return undefined;
  };
  const field = (name: string, key: string): Type | undefined | 'unknown' => {
    if (name === VARIABLES_NAME) return variables.get(key);
    const fields = own(TYPES, name);
    if (fields !== undefined) return readField(own(fields, key));
    for (const source of others) {
      const type = source.field(name, key);
      if (type !== 'unknown') return type;
    }
    return 'unknown';
  };
  return {
    named,
    field,
    isValue: (name) => BASE_TYPES.isValue(name),
    make: (name, fields) => (patches === true ? PATCH_TYPES.make(name, fields) : undefined),
  };
}

function readField(text: string | undefined): Type | undefined {
  return text === undefined ? undefined : readType(text);
}

const PLAIN: ReadonlySet<string> = new Set('any bool bytes double duration int null string timestamp uint'.split(' '));

/** What other expressions know of a variable whose own expression gives a type; undefined: it is wrong. */
export function variableType(type: Type | undefined): Type {
  if (type === undefined) return DYN;
  if (PLAIN.has(type.kind) && type.nullable !== true) return type;
  const [first, second] = type.params.map(variableType);
  if (type.kind === 'list' && first !== undefined) return listOf(first);
  if (type.kind === 'map' && first !== undefined && second !== undefined) return mapOf(first, second);
  return DYN;
}
