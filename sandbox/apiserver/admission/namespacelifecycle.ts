// NamespaceLifecycle: nothing is created in a namespace that isn't there or is on its way out, and the namespaces that a
// cluster can't do without stay.

import { failure, forbidden, notFound } from '../../kube/status.ts';
import { Namespaces } from '../../schema/generated/resources.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { forbiddenBy } from './refusal.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  handles: ({ verb, served, namespace }) => {
    if (served.type.group === '' && served.type.resource === 'namespaces') return verb === 'DELETE';
    return verb === 'CREATE' && namespace !== undefined && served.type.namespaced;
  },
  *mutate(attributes) {
    if (attributes.verb === 'CREATE') checkAlive(attributes);
    return attributes.object;
  },
  *validate(attributes) {
    if (attributes.verb === 'DELETE' && IMMORTAL.has(attributes.name)) {
      throw forbidden({ group: '', kind: 'namespaces', name: attributes.name }, 'this namespace may not be deleted');
    }
  },
};

function checkAlive(attributes: Attributes): void {
  const { context, namespace = '', served } = attributes;
  const home = context.get(Namespaces, undefined, namespace);
  if (home === undefined) throw notFound({ group: '', kind: 'namespaces', name: namespace });
  if (home.status?.phase !== 'Terminating') return;
  // Asking for another review of access in a dying namespace is allowed: it creates nothing.
  if (served.kind.review !== undefined) return;
  const refused = forbiddenBy(
    attributes,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  throw failure(403, 'Forbidden', refused.message, {
    ...refused.status.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}
