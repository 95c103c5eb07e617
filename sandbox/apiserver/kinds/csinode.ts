// CSINode: which storage drivers run on a node, and how each of them calls the node.

import { at, duplicate, invalid, required } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule, qualifiedName } from '../../kube/names.ts';
import { CSINodes } from '../../schema/generated/resources.ts';
import type { V1CSINode, V1CSINodeDriver } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, IMMUTABLE, nonNegative, problemsOf } from './shared/checks.ts';
import { ageColumn, integer, nameColumn } from './shared/columns.ts';
import { shownInternally } from './shared/internal.ts';
import { csiDriverName } from './shared/volumesources.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const NODE_ID_MAX = 256;

export const csiNodes = defineKind<V1CSINode>({
  type: CSINodes,
  strategy: {
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* errors(next);
      for (const old of current.spec?.drivers ?? []) {
        const same = (next.spec?.drivers ?? []).find(({ name }) => name === old.name);
        if (same === undefined) continue;
        const { allocatable: _, ...before } = old;
        const { allocatable: __, ...after } = same;
        if (!sameJson(before, after))
          yield invalid('spec.drivers', shownInternally('storage.CSINodeDriver', same), IMMUTABLE);
      }
    },
    unconditionalUpdate: false,
  },
  answersDeleted: true,
  columns: [nameColumn(), integer('Drivers', ({ spec }) => (spec?.drivers ?? []).length), ageColumn()],
});

function* errors(node: V1CSINode): Errors {
  yield* metaErrors(node, NAMED);
  const names = new Set<string>();
  yield* eachItem(node.spec?.drivers, 'spec.drivers', function* (driver, field) {
    yield* driverErrors(driver, field);
    if (names.has(driver.name)) yield duplicate(at(field, 'name'), driver.name);
    names.add(driver.name);
    yield* topologyErrors(driver.topologyKeys ?? [], field);
  });
}

function* driverErrors({ name, nodeID = '', allocatable }: V1CSINodeDriver, field: string): Errors {
  yield* csiDriverName(at(field, 'name'), name);
  if (nodeID === '') yield required(at(field, 'nodeID'));
  if (nodeID.length > NODE_ID_MAX) {
    yield invalid(at(field, 'nodeID'), nodeID, `must be ${NODE_ID_MAX} characters or less`);
  }
  yield* nonNegative(at(field, 'allocatable', 'count'), allocatable?.count);
}

function* topologyErrors(keys: readonly string[], field: string): Errors {
  for (const [i, key] of keys.entries()) {
    if (key === '') yield required(field);
    if (keys.indexOf(key) < i) yield duplicate(field, key);
    yield* problemsOf(field, key, qualifiedName(key));
  }
}
