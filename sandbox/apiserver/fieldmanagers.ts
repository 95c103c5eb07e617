// Keeps the books of who owns which field, for every write: the rules stand in kube/, here they are given the versions
// and the doors of a kind.

import { applyConfiguration } from '../kube/apply.ts';
import { lazyFor } from '../kube/lazy.ts';
import { createFieldStore, type FieldSet, fieldSetOf, type TrackedKind, trackUpdate } from '../kube/managedfields.ts';
import type { KubeObject } from '../kube/meta.ts';
import { apiVersion, parseApiVersion } from '../kube/resource.ts';
import type { FieldManagers, FieldWrite } from './backend.ts';
import type { Registry, Served } from './registry.ts';
import { fromStored, toStored } from './versions.ts';

export function createFieldManagers(registry: Registry): FieldManagers {
  const store = createFieldStore();
  const resetOf = lazyFor((paths: readonly string[]): FieldSet => fieldSetOf(...paths));

  const tracked = ({ served, subresource, resetFields }: FieldWrite): TrackedKind => {
    const reset = resetFields.length === 0 ? undefined : resetOf(resetFields);
    return {
      apiVersion: apiVersion(served.type),
      kind: served.type.kind,
      type: served.structure,
      ...(subresource === '' ? {} : { subresource }),
      ...(reset === undefined ? {} : { resetFields: reset }),
      otherVersion: (text) => {
        const other = otherVersion(registry, served, text);
        return other === undefined || reset === undefined ? other : { ...other, resetFields: reset };
      },
    };
  };

  return {
    written(live, next, write) {
      const { served, manager, time } = write;
      const request = {
        live: live === undefined ? undefined : fromStored(served, live),
        next: fromStored(served, next),
        manager,
        now: time,
        kind: tracked(write),
      };
      return withFieldsOf(next, trackUpdate(request, store));
    },
    applied(live, config, write, force) {
      const { served, manager, time } = write;
      const current = live === undefined ? undefined : fromStored(served, live);
      return applyConfiguration({ live: current, config, manager, force, now: time, kind: tracked(write) }, store);
    },
  };
}

/** An object with the managed fields that another came to have. */
function withFieldsOf(object: KubeObject, { metadata }: KubeObject): KubeObject {
  const managedFields = metadata?.managedFields;
  if (object.metadata?.managedFields === managedFields) return object;
  const { managedFields: _, ...rest } = object.metadata ?? {};
  return { ...object, metadata: managedFields === undefined ? rest : { ...rest, managedFields } };
}

function otherVersion(registry: Registry, served: Served, text: string) {
  const { group, version } = parseApiVersion(text);
  const other = registry.find(group, version, served.type.resource);
  if (other === undefined || !sameKind(other, served)) return undefined;
  return {
    type: other.structure,
    fromThis: (object: KubeObject) => fromStored(other, toStored(served, object)),
    toThis: (object: KubeObject) => fromStored(served, toStored(other, object)),
  };
}

/** Custom resources have a kind of their own in each version. */
function sameKind(a: Served, b: Served): boolean {
  if (a.kind === b.kind) return true;
  const [left, right] = [a.kind.type, b.kind.type];
  return a.custom && b.custom && left.group === right.group && left.resource === right.resource;
}
