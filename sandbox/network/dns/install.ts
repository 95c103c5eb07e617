// CoreDNS as a cluster runs it: a deployment of two, found at the cluster's DNS address, with the right to watch what
// names depend on. The objects are those that kubeadm makes.

import type { Client } from '../../client/client.ts';
import { installMissing } from '../../client/install.ts';
import type { Work } from '../../time/loop.ts';
import objects from './coredns.json' with { type: 'json' };

export function installCoreDns(client: Client): Work<void> {
  return installMissing(client, objects);
}
