// CSIStorageCapacity: how much a driver can still provide for a class, on some of the nodes.

import { invalid } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { labelSelectorErrors } from '../../kube/selectors/labelrules.ts';
import { CSIStorageCapacities } from '../../schema/generated/resources.ts';
import type { V1CSIStorageCapacity } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, IMMUTABLE, NEGATIVE, subdomainName } from './shared/checks.ts';
import { shownInternally } from './shared/internal.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export const csiStorageCapacities = defineKind<V1CSIStorageCapacity>({
  type: CSIStorageCapacities,
  strategy: {
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* errors(next);
      yield* metaUpdateErrors(next, current);
      const { nodeTopology, storageClassName } = next;
      if (!sameJson(nodeTopology ?? null, current.nodeTopology ?? null)) {
        yield invalid('nodeTopology', shownInternally('*meta.LabelSelector', nodeTopology), IMMUTABLE);
      }
      if (storageClassName !== current.storageClassName) yield invalid('storageClassName', storageClassName, IMMUTABLE);
    },
    unconditionalUpdate: false,
  },
});

function* errors(free: V1CSIStorageCapacity): Errors {
  yield* metaErrors(free, NAMED);
  yield* labelSelectorErrors('nodeTopology', free.nodeTopology ?? undefined);
  yield* subdomainName('storageClassName', free.storageClassName ?? '');
  const { capacity } = free;
  if (capacity?.startsWith('-') === true) yield invalid('capacity', capacity, NEGATIVE);
}
