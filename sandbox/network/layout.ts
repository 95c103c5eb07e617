// Which addresses a cluster uses for what, and the few that are fixed.

import { isInRange } from './addresses.ts';

export interface Layout {
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
  /** The way out of the nodes' network; it also answers DNS questions about the world. */
  readonly gateway: string;
  /** Where pods ask for names. */
  readonly dns: string;
  /** The service address of the API server. */
  readonly api: string;
}

export const LAYOUT: Layout = {
  nodes: '172.18.0.0/16',
  pods: '10.244.0.0/16',
  services: '10.96.0.0/16',
  gateway: '172.18.0.1',
  dns: '10.96.0.10',
  api: '10.96.0.1',
};

export function kindOfAddress(layout: Layout, address: string): 'node' | 'pod' | 'service' | 'outside' {
  if (isInRange(layout.pods, address)) return 'pod';
  if (isInRange(layout.services, address)) return 'service';
  return isInRange(layout.nodes, address) ? 'node' : 'outside';
}
