// What expressions of admission can refer to: the object as it is and as it was, the request, its namespace, parameters,
// who may do what, a policy's own variables. Objects have no types here; the request and the namespace have.

import { BASE_TYPES } from '../../../kube/cel/basetypes.ts';
import { readType } from '../../../kube/cel/check/declarations.ts';
import { type Environment, newEnvironment, type ObjectTypes } from '../../../kube/cel/environment.ts';
import { AUTHORIZER_TYPE, RESOURCE_CHECK_TYPE } from '../../../kube/cel/library/authorizer.ts';
import { baseFunctions, patchFunctions } from '../../../kube/cel/library/base.ts';
import { DYN, listOf, mapOf, object, type Type } from '../../../kube/cel/types.ts';
import { own } from '../../../kube/json.ts';
import { PATCH_TYPES } from './patchvalues.ts';

/** What a place of an expression knows. */
export interface Scope {
  readonly params?: boolean;
  readonly authorizer?: boolean;
  /** Types of the policy's variables; absent where there can be none. */
  readonly variables?: ReadonlyMap<string, Type>;
  /** Changes to objects can be written: `Object{...}`, `JSONPatch{...}`. */
  readonly patches?: boolean;
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

const ALWAYS: readonly (readonly [string, Type])[] = [
  ['object', DYN],
  ['oldObject', DYN],
  ['namespaceObject', object('kubernetes.Namespace')],
  ['request', object('kubernetes.AdmissionRequest')],
];

export function admissionEnvironment({ params, authorizer, variables, patches }: Scope): Environment {
  const names = new Map<string, Type>(ALWAYS);
  if (params === true) names.set('params', DYN);
  if (authorizer === true) {
    names.set('authorizer', AUTHORIZER_TYPE);
    names.set('authorizer.requestResource', RESOURCE_CHECK_TYPE);
  }
  if (variables !== undefined) names.set('variables', VARIABLES_TYPE);
  const functions = patches === true ? patchFunctions() : baseFunctions();
  return newEnvironment(functions, names, typesWith(variables ?? new Map(), patches === true));
}

function typesWith(variables: ReadonlyMap<string, Type>, patches: boolean): ObjectTypes {
  const named = (name: string): Type | undefined => {
    if (name === VARIABLES_NAME || own(TYPES, name) !== undefined) return object(name);
    return (patches ? PATCH_TYPES.named(name) : undefined) ?? BASE_TYPES.named(name);
  };
  const field = (name: string, key: string): Type | undefined | 'unknown' => {
    if (name === VARIABLES_NAME) return variables.get(key);
    const fields = own(TYPES, name);
    if (fields !== undefined) return readField(own(fields, key));
    const patch = patches ? PATCH_TYPES.field(name, key) : 'unknown';
    return patch === 'unknown' ? BASE_TYPES.field(name, key) : patch;
  };
  return {
    named,
    field,
    isValue: (name) => BASE_TYPES.isValue(name),
    make: (name, fields) => (patches ? PATCH_TYPES.make(name, fields) : undefined),
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
