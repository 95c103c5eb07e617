// Conditions of claims that have to hold before a pod with such a device is bound, and those that say that it never will be.

import { shownEmpty } from '../../../kube/emptied.ts';
import { at, duplicate, invalid } from '../../../kube/fielderrors.ts';
import { qualifiedName } from '../../../kube/names.ts';
import { type Errors, problemsOf } from '../shared/checks.ts';
import { limited } from './parts.ts';

const CONDITIONS_MAX = 4;

export interface BindingParameters {
  readonly bindingConditions?: readonly string[] | null;
  readonly bindingFailureConditions?: readonly string[] | null;
}

export function* bindingParameters(parameters: BindingParameters, field: string): Errors {
  const conditions = parameters.bindingConditions ?? [];
  const failures = parameters.bindingFailureConditions ?? [];
  const [here, there] = [at(field, 'bindingConditions'), at(field, 'bindingFailureConditions')];
  yield* limited(conditions, here, CONDITIONS_MAX, name);
  yield* limited(failures, there, CONDITIONS_MAX, name);
  yield* doubles(conditions, here);
  for (const [i, failure] of failures.entries()) {
    if (failures.indexOf(failure) < i) yield duplicate(at(there, i), failure);
    if (conditions.includes(failure)) {
      yield invalid(at(there, i), failure, 'bindingFailureConditions must not overlap with bindingConditions');
    }
  }
  if (conditions.length === 0 && failures.length > 0) {
    yield invalid(
      here,
      shownEmpty(parameters, 'bindingConditions', '[]'),
      'bindingConditions are required to use bindingFailureConditions',
    );
  }
  if (failures.length === 0 && conditions.length > 0) {
    yield invalid(
      there,
      shownEmpty(parameters, 'bindingFailureConditions', '[]'),
      'bindingFailureConditions are required to use bindingConditions',
    );
  }
}

function* name(text: string, field: string): Errors {
  yield* problemsOf(field, text, qualifiedName(text));
}

function* doubles(list: readonly string[], field: string): Errors {
  for (const [i, item] of list.entries()) if (list.indexOf(item) < i) yield duplicate(at(field, i), item);
}
