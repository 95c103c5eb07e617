// A container's environment: variables, and sources of many variables at once.

import { at, invalid, required } from '../../../../kube/fielderrors.ts';
import { configMapKey, dns1123Subdomain, nameRule, relaxedEnvVarName } from '../../../../kube/names.ts';
import type {
  V1ConfigMapKeySelector,
  V1EnvFromSource,
  V1EnvVar,
  V1EnvVarSource,
  V1FileKeySelector,
} from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, labelName, neededText, problemsOf, subdomainName } from '../checks.ts';
import { noBacksteps } from '../paths.ts';
import { containerResourceRef, objectFieldRef } from './fieldrefs.ts';

const VARIABLE_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

export function* envVar({ name, value, valueFrom }: V1EnvVar, field: string): Errors {
  if (isBlank(name)) yield required(at(field, 'name'));
  else yield* problemsOf(at(field, 'name'), name, relaxedEnvVarName(name));
  if (valueFrom !== undefined) yield* variableSource(at(field, 'valueFrom'), valueFrom, value);
}

function* variableSource(field: string, source: V1EnvVarSource, value: string | undefined): Errors {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef !== undefined) yield* objectFieldRef(at(field, 'fieldRef'), fieldRef, VARIABLE_FIELDS);
  if (resourceFieldRef !== undefined) {
    yield* containerResourceRef(at(field, 'resourceFieldRef'), resourceFieldRef, { needsContainer: false });
  }
  if (configMapKeyRef !== undefined) yield* keyOfObject(at(field, 'configMapKeyRef'), configMapKeyRef);
  if (secretKeyRef !== undefined) yield* keyOfObject(at(field, 'secretKeyRef'), secretKeyRef);
  if (fileKeyRef !== undefined) yield* keyOfFile(at(field, 'fileKeyRef'), fileKeyRef);
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef];
  const count = given.filter((one) => one !== undefined).length;
  if (count === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    yield invalid(field, '', detail);
  } else if (!isBlank(value)) yield invalid(field, '', 'may not be specified when `value` is not empty');
  else if (count > 1) yield invalid(field, '', 'may not have more than one field specified at a time');
}

function* keyOfObject(field: string, { name = '', key }: V1ConfigMapKeySelector): Errors {
  yield* subdomainName(at(field, 'name'), name);
  if (isBlank(key)) yield required(at(field, 'key'));
  else yield* problemsOf(at(field, 'key'), key, configMapKey(key));
}

function* keyOfFile(field: string, { key, volumeName, path }: V1FileKeySelector): Errors {
  if (isBlank(key)) yield required(at(field, 'key'));
  else yield* problemsOf(at(field, 'key'), key, relaxedEnvVarName(key));
  if (isBlank(volumeName)) yield required(at(field, 'volumeName'));
  else yield* labelName(at(field, 'volumeName'), volumeName);
  yield* neededText(at(field, 'path'), path);
  yield* noBacksteps(at(field, 'path'), path);
}

/** A name in `envFrom` is checked as if it were the beginning of one. */
const sourceName = nameRule(dns1123Subdomain);

export function* envFrom(field: string, sources: readonly V1EnvFromSource[]): Errors {
  for (const [i, { prefix = '', configMapRef, secretRef }] of sources.entries()) {
    const here = at(field, i);
    if (prefix !== '') yield* problemsOf(at(here, 'prefix'), prefix, relaxedEnvVarName(prefix));
    if (configMapRef !== undefined) yield* nameOfSource(at(here, 'configMapRef', 'name'), configMapRef.name);
    if (secretRef !== undefined) yield* nameOfSource(at(here, 'secretRef', 'name'), secretRef.name);
    // These two are about the list, not about the item.
    if (configMapRef === undefined && secretRef === undefined) {
      yield invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`');
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      yield invalid(field, '', 'may not have more than one field specified at a time');
    }
  }
}

function* nameOfSource(field: string, name = ''): Errors {
  if (name === '') yield required(field);
  else yield* problemsOf(field, name, sourceName(name, true));
}
