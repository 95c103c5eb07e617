// The status as most kinds have it: a way into the object by which who carries out the spec says how far that has come.

import type { KubeObject } from '../../../kube/meta.ts';
import type { Strategy, Subresource } from '../../kind.ts';
import { keepSpec } from './metaparts.ts';

type WithSpec = KubeObject & { readonly spec?: object };

/** Leaves the spec as it is, unless `rules` say otherwise. */
export function statusPart<T extends WithSpec>(rules: Strategy<T>): Subresource<T> {
  return { type: 'part', strategy: { prepareUpdate: keepSpec, resetFields: ['spec'], ...rules } };
}
