// Which storage drivers a node has: an object beside the node's own, to which drivers add themselves when they come.

import type { Client } from '../../client/client.ts';
import { CSINodes, Nodes } from '../../schema/generated/resources.ts';
import type { V1CSINode } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';

/** Volumes of kinds that were built in once: the kubelet leaves all of them to drivers. */
const MIGRATED = ['aws-ebs', 'azure-disk', 'azure-file', 'cinder', 'gce-pd', 'portworx-volume', 'vsphere-volume']
  .map((plugin) => `kubernetes.io/${plugin}`)
  .join(',');

/** Makes the object of a node, unless it is there. It goes with the node. */
export function* registerCsiNode(client: Client, name: string): Work<void> {
  if ((yield* client.find(CSINodes, { name })) !== undefined) return;
  const node = yield* client.find(Nodes, { name });
  const uid = node?.metadata?.uid;
  if (uid === undefined) return;
  const csiNode: V1CSINode = {
    metadata: {
      name,
      annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': MIGRATED },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
    },
    spec: { drivers: [] },
  };
  yield* client.create(CSINodes, csiNode);
}
