// What classes of volumes say of whoever provides them: a driver's name, and parameters for it.

import { invalid, required, tooLong } from '../../../kube/fielderrors.ts';
import { byteLength } from '../../../kube/go/text.ts';
import { qualifiedName } from '../../../kube/names.ts';
import { type Errors, problemsOf } from './checks.ts';

const PARAMETERS_MAX = 512;
const PARAMETERS_BYTES_MAX = 256 * 1024;

export function* provisionerErrors(field: string, name: string): Errors {
  if (name === '') yield required(field);
  else yield* problemsOf(field, name.toLowerCase(), qualifiedName(name.toLowerCase()));
}

export function* parameterErrors(parameters: { readonly [key: string]: string }): Errors {
  const entries = Object.entries(parameters);
  if (entries.length > PARAMETERS_MAX) {
    yield tooLong('parameters', PARAMETERS_MAX);
    return;
  }
  if (entries.some(([key]) => key === '')) yield invalid('parameters', '', 'field can not be empty.');
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > PARAMETERS_BYTES_MAX) yield tooLong('parameters', PARAMETERS_BYTES_MAX);
}
