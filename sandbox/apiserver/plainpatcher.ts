// Patches by the rules of each patch type.

import { isObject, type JsonObject, type JsonValue } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { failure } from '../kube/status.ts';
import type { Patcher, PatchOperation } from './patcher.ts';
import { update } from './verbs/update.ts';

export const plainPatcher: Patcher = {
  patch: (backend, served, operation, caller, warnings) =>
    update(backend, {
      served,
      target: operation.target,
      options: operation.options ?? {},
      caller,
      warnings,
      next: (current) => patched(current ?? {}, operation),
    }),
};

function patched(current: KubeObject, { type, body }: PatchOperation): KubeObject {
  if (type !== 'merge' && type !== 'strategic')
    throw failure(415, 'UnsupportedMediaType', `${type} patches are not built yet`);
  const { resourceVersion: _, ...metadata } = current.metadata ?? {};
  return merge({ ...current, metadata }, body) as KubeObject;
}

function merge(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const result = new Map<string, JsonValue | undefined>(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else if (value !== undefined) result.set(key, merge(result.get(key), value));
  }
  return Object.fromEntries(result) as JsonObject;
}
