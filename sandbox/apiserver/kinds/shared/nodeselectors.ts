// Selectors of nodes: by their labels and by their fields.

import { at, forbiddenField, invalid, required, shownAsJson } from '../../../kube/fielderrors.ts';
import { dns1123Subdomain, labelValue } from '../../../kube/names.ts';
import { labelKeyErrors } from '../../../kube/selectors/labelrules.ts';
import type { V1NodeSelector, V1NodeSelectorRequirement, V1NodeSelectorTerm } from '../../../schema/generated/types.ts';
import { type Errors, problemsOf } from './checks.ts';

export function* nodeSelector(field: string, { nodeSelectorTerms }: V1NodeSelector): Errors {
  const terms = nodeSelectorTerms ?? [];
  const here = at(field, 'nodeSelectorTerms');
  if (terms.length === 0) yield required(here, 'must have at least one node selector term');
  for (const [i, term] of terms.entries()) yield* nodeSelectorTerm(at(here, i), term);
}

/** `checksValues`: off where values were never checked and so can't be now. */
export function* nodeSelectorTerm(field: string, term: V1NodeSelectorTerm, checksValues = true): Errors {
  const { matchExpressions = [], matchFields = [] } = term;
  for (const [i, one] of matchExpressions.entries()) {
    yield* labelRequirement(at(field, 'matchExpressions', i), one, checksValues);
  }
  for (const [i, one] of matchFields.entries()) yield* fieldRequirement(at(field, 'matchFields', i), one);
}

function* labelRequirement(field: string, requirement: V1NodeSelectorRequirement, checksValues: boolean): Errors {
  const { key, operator, values = [] } = requirement;
  const path = at(field, 'values');
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) yield required(path, "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        yield forbiddenField(path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        yield required(path, "must be specified single value when `operator` is 'Lt' or 'Gt'");
      }
      break;
    default:
      yield invalid(at(field, 'operator'), shownAsJson(operator ?? ''), 'not a valid selector operator');
  }
  yield* labelKeyErrors(at(field, 'key'), key);
  if (!checksValues) return;
  for (const [i, value] of values.entries()) yield* problemsOf(at(path, i), value, labelValue(value));
}

function* fieldRequirement(field: string, { key, operator, values = [] }: V1NodeSelectorRequirement): Errors {
  if (operator !== 'In' && operator !== 'NotIn') {
    yield invalid(at(field, 'operator'), shownAsJson(operator ?? ''), 'not a valid selector operator');
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    yield required(at(field, 'values'), detail);
  }
  if (key !== 'metadata.name') yield invalid(at(field, 'key'), key, 'not a valid field selector key');
  else
    for (const [i, value] of values.entries())
      yield* problemsOf(at(field, 'values', i), value, dns1123Subdomain(value));
}
