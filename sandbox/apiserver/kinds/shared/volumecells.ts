// How tables show claims and volumes.

import { own } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';

export const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

const SHORT: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

export function accessModesCell(modes: readonly string[] = []): string {
  return SHORT.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

/** The name of the class, as an old annotation or the spec has it. */
export function classOf(object: KubeObject & { readonly spec?: { readonly storageClassName?: string } }): string {
  return own(object.metadata?.annotations, BETA_CLASS) ?? object.spec?.storageClassName ?? '';
}
