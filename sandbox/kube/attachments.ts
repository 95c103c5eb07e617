// How the attachment of a driver's volume to a node is called: controllers make it, kubelets look for it.

import { createHash } from 'node:crypto';

/** `csi-` and a hash of what it is about. */
export function attachmentName(volumeHandle: string, driver: string, node: string): string {
  return `csi-${createHash('sha256').update(`${volumeHandle}${driver}${node}`).digest('hex')}`;
}
