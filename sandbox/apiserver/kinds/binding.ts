// Binding: the older way to bind a pod, by its name in the body.

import { Bindings, Pods } from '../../schema/generated/resources.ts';
import type { V1Binding } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';

export const bindings = defineKind<V1Binding>({
  type: Bindings,
  strategy: {},
  standsFor: { type: Pods, subresource: 'binding' },
});
