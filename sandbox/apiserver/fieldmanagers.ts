// Keeps the books of who owns which field, for every write: the rules stand in kube/, here they are given the versions
// and the doors of a kind.

import { applyConfiguration } from '../kube/apply.ts';
import { lazyFor } from '../kube/lazy.ts';
import { createFieldStore, type FieldSet, fieldSetOf, type TrackedKind, trackUpdate } from '../kube/managedfields.ts';
import type { KubeObject, V1ManagedFieldsEntry } from '../kube/meta.ts';
import { apiVersion, parseApiVersion } from '../kube/resource.ts';
import { parentEntries, scaleEntries } from '../kube/scalefields.ts';
import { failure } from '../kube/status.ts';
import type { FieldManagers, FieldWrite } from './backend.ts';
import type { Registry, Served } from './registry.ts';
import { fromStored, toStored } from './versions.ts';

/** How an object of a custom resource becomes one of another version (`example.com/v2`) where a webhook converts it. */
export type Across = (object: KubeObject, wanted: string) => KubeObject;

export function createFieldManagers(registry: Registry, across?: Across): FieldManagers {
  const store = createFieldStore();
  const resetOf = lazyFor((paths: readonly string[]): FieldSet => fieldSetOf(...paths));

  const tracked = ({ served, subresource, resetFields, as }: FieldWrite): TrackedKind => {
    if (as !== undefined) {
      return { apiVersion: apiVersion(as), kind: as.kind, type: as.type, subresource, otherVersion: () => undefined };
    }
    const reset = resetFields.length === 0 ? undefined : resetOf(resetFields);
    return {
      apiVersion: apiVersion(served.type),
      kind: served.type.kind,
      type: served.structure,
      ...(served.custom ? { loose: true } : {}),
      ...(subresource === '' ? {} : { subresource }),
      ...(reset === undefined ? {} : { resetFields: reset }),
      otherVersion: (text) => {
        const other = otherVersion(registry, served, text, across);
        return other === undefined || reset === undefined ? other : { ...other, resetFields: reset };
      },
    };
  };

  return {
    written(live, next, write) {
      const { manager, time } = write;
      const request = {
        live: live === undefined ? undefined : asWritten(live, write),
        next: asWritten(next, write),
        manager,
        now: time,
        kind: tracked(write),
      };
      return withFields(next, trackUpdate(request, store).metadata?.managedFields);
    },
    applied(live, config, write, force) {
      const { manager, time } = write;
      const current = live === undefined ? undefined : asWritten(live, write);
      if (write.as !== undefined && write.served.custom && live !== undefined && entriesOf(live).length === 0) {
        throw failure(500, '', unmanagedScale(apiVersion(write.as), write.as.kind));
      }
      return applyConfiguration({ live: current, config, manager, force, now: time, kind: tracked(write) }, store);
    },
    scaled: (scale, object, paths) => withFields(scale, scaleEntries(entriesOf(object), paths, store)),
    rescaled(object, scale, version, paths) {
      return withFields(object, parentEntries(entriesOf(object), entriesOf(scale), version, paths, store));
    },
  };
}

/** A real server takes the scale of a custom resource for one, as long as nobody owns its replicas. */
function unmanagedScale(version: string, kind: string): string {
  const where = `failed to convert live object (/; ${version}, Kind=${kind}) to proper version`;
  return `failed to create manager for existing fields: ${where}: request to convert CR to an invalid group/version: ${version}`;
}

/** An object in the version of the request; a view is in its own. */
function asWritten(object: KubeObject, { served, as }: FieldWrite): KubeObject {
  return as === undefined ? fromStored(served, object) : object;
}

function entriesOf({ metadata }: KubeObject): readonly V1ManagedFieldsEntry[] {
  return metadata?.managedFields ?? [];
}

function withFields(object: KubeObject, managedFields: readonly V1ManagedFieldsEntry[] | undefined): KubeObject {
  if (object.metadata?.managedFields === managedFields) return object;
  const { managedFields: _, ...rest } = object.metadata ?? {};
  return { ...object, metadata: managedFields === undefined ? rest : { ...rest, managedFields } };
}

function otherVersion(registry: Registry, served: Served, text: string, across: Across | undefined) {
  const { group, version } = parseApiVersion(text);
  const { resource } = served.type;
  const other = registry.find(group, version, resource) ?? registry.defined?.(group, version, resource);
  if (other === undefined || !sameKind(other, served)) return undefined;
  const between = (from: Served, to: Served) => (object: KubeObject) => {
    const wanted = apiVersion(to.type);
    if (across !== undefined) return across(object, wanted);
    return to.custom ? { ...object, apiVersion: wanted } : fromStored(to, toStored(from, object));
  };
  return { type: other.structure, fromThis: between(served, other), toThis: between(other, served) };
}

/** Custom resources have a kind of their own in each version. */
function sameKind(a: Served, b: Served): boolean {
  if (a.kind === b.kind) return true;
  const [left, right] = [a.kind.type, b.kind.type];
  return a.custom && b.custom && left.group === right.group && left.resource === right.resource;
}
