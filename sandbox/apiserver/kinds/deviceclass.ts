// DeviceClass: a sort of devices that claims may ask for.

import { at, invalid } from '../../kube/fielderrors.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { DeviceClasses } from '../../schema/generated/resources.ts';
import type { V1DeviceClass } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { configuration, limited, selectors } from './devices/parts.ts';
import type { Errors } from './shared/checks.ts';
import { ageColumn, nameColumn } from './shared/columns.ts';
import { raiseGeneration, withGeneration } from './shared/metaparts.ts';
import { isExtendedResource } from './shared/resourcenames.ts';

const NAMED = { namespaced: false, name: nameRule((name) => dns1123Subdomain(name, 'bytes')) };
const CONFIGURATIONS_MAX = 32;

export const deviceClasses = defineKind<V1DeviceClass>({
  type: DeviceClasses,
  strategy: {
    prepareCreate: (one) => withGeneration(one, 1),
    prepareUpdate: raiseGeneration,
    validate: function* (one) {
      yield* metaErrors(one, NAMED);
      yield* specErrors(one, 'spec');
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(next, 'spec');
    },
  },
  answersDeleted: true,
  columns: [nameColumn(), ageColumn()],
});

function* specErrors({ spec }: V1DeviceClass, field: string): Errors {
  yield* selectors(spec?.selectors, at(field, 'selectors'));
  yield* limited(spec?.config, at(field, 'config'), CONFIGURATIONS_MAX, configuration);
  const { extendedResourceName: name } = spec ?? {};
  if (name !== undefined && !isExtendedResource(name)) {
    yield invalid(at(field, 'extendedResourceName'), name, 'must be a valid extended resource name');
  }
}
