// VolumeAttributesClass: attributes that volumes may be given, and given anew, while they exist.

import { forbiddenField, required } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { VolumeAttributesClasses } from '../../schema/generated/resources.ts';
import type { V1VolumeAttributesClass } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import type { Errors } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { parameterErrors, provisionerErrors } from './shared/provisioners.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };

export const volumeAttributesClasses = defineKind<V1VolumeAttributesClass>({
  type: VolumeAttributesClasses,
  strategy: {
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      for (const field of ['driverName', 'parameters'] as const) {
        if (!sameJson(next[field] ?? null, current[field] ?? null)) {
          yield forbiddenField(field, `updates to ${field} are forbidden.`);
        }
      }
      yield* errors(next);
    },
  },
  answersDeleted: true,
  columns: [nameColumn(), text('DriverName', ({ driverName }) => driverName), ageColumn()],
});

function* errors(attributes: V1VolumeAttributesClass): Errors {
  yield* metaErrors(attributes, NAMED);
  yield* provisionerErrors('driverName', attributes.driverName ?? '');
  const { parameters } = attributes;
  yield* parameterErrors(parameters ?? {});
  if (Object.keys(parameters ?? {}).length === 0)
    yield required('parameters', 'must contain at least one key/value pair');
}
