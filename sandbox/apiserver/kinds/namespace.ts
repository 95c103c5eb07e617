// Namespace: the place of namespaced objects. It goes when its content has gone, which the namespace controller sees to
// and says by taking away the finalizer in its spec.

import { dns1123Label, nameRule } from '../../kube/names.ts';
import { Namespaces } from '../../schema/generated/resources.ts';
import type { V1Namespace } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespaces = defineKind<V1Namespace>({
  type: Namespaces,
  strategy: {
    validateName: nameRule(dns1123Label),
    defaults: (namespace) => {
      const { metadata = {} } = namespace;
      if (metadata.name === undefined || metadata.name === '') return namespace;
      return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, [NAME_LABEL]: metadata.name } } };
    },
    prepareCreate: (namespace) => {
      const finalizers = namespace.spec?.finalizers ?? [];
      const all = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
      return { ...namespace, spec: { ...namespace.spec, finalizers: all }, status: { phase: 'Active' } };
    },
    prepareUpdate: (next, current) => ({
      ...next,
      ...(current.spec === undefined ? {} : { spec: current.spec }),
      ...(current.status === undefined ? {} : { status: current.status }),
    }),
  },
  selectableFields: { 'status.phase': (namespace) => namespace.status?.phase ?? '' },
});
