// Finalizers, as those take them away who hold an object until something is done.

import type { KubeObject } from '../kube/meta.ts';

/** The object without these; undefined when it has none of them. */
export function withoutFinalizers<T extends KubeObject>(object: T, ...names: readonly string[]): T | undefined {
  const { finalizers = [] } = object.metadata ?? {};
  const rest = finalizers.filter((one) => !names.includes(one));
  return rest.length === finalizers.length
    ? undefined
    : { ...object, metadata: { ...object.metadata, finalizers: rest } };
}
