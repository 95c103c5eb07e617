// All that the network of a cluster remembers; plain data.

import { type Names, newNames } from '../machine/programs/coredns/names.ts';
import type { DnsRecord } from '../machine/sys.ts';
import { usualWorld } from './dns/world.ts';
import { OPEN, type PolicyTable } from './policy/compile.ts';
import { newProxyTable, type ProxyTable } from './proxy/table.ts';
import type { Seen } from './seen.ts';

/** Where a port of a node leads that a pod has asked for. */
interface HostPortTarget {
  readonly uid: string;
  /** `0.0.0.0` for any. */
  readonly ip: string;
  readonly address: string;
  readonly port: number;
}

/** What one node has of the network. */
export interface NodeNetwork {
  /** The range that its pods get addresses from; undefined until it has one. */
  range: string | undefined;
  /** Address → uid of the pod that has it. */
  readonly leases: Map<string, string>;
  /** `TCP/8080` → where the node's own port leads, for whose sake, and at which of its addresses. */
  readonly hostPorts: Map<string, HostPortTarget>;
  /** The address given last, from which the search for the next one goes on. */
  last: string | undefined;
  readonly table: ProxyTable;
  /** Why pods can't be connected here at present, in the runtime's words. */
  broken: string | undefined;
}

/** Which endpoint a client's connections go to. */
export interface Affinity {
  readonly endpoint: string;
  readonly until: number;
}

/** What an instructor, or fate, has done to the network. */
export interface NetworkFaults {
  /** Hosts that nothing comes from or goes to. */
  readonly isolated: Set<string>;
  /** More milliseconds, one way, for all that comes from or goes to a host. */
  readonly slow: Map<string, number>;
  /** Of a hundred connections, so many are lost. */
  readonly loss: Map<string, number>;
}

export interface NetworkState {
  /** By node name. */
  readonly nodes: Map<string, NodeNetwork>;
  /** By service, port and client address. */
  readonly affinity: Map<string, Affinity>;
  readonly faults: NetworkFaults;
  /** What network policies hold, as the plug-in enforces them. Replaced, never changed. */
  policies: PolicyTable;
  /** What public DNS knows: records by name in lower case, without the dot at the end. */
  readonly world: Map<string, readonly DnsRecord[]>;
  /** The DNS service has had endpoints: from then on nobody else answers for it. */
  namesServed: boolean;
  /** What names are known to a cluster that runs no pods for them. */
  readonly names: Names;
  /** The latest connections, the oldest first. */
  readonly seen: Seen[];
}

export function newNetworkState(): NetworkState {
  return {
    nodes: new Map(),
    affinity: new Map(),
    faults: { isolated: new Set(), slow: new Map(), loss: new Map() },
    policies: OPEN,
    world: usualWorld(),
    namesServed: false,
    names: newNames(),
    seen: [],
  };
}

/** What a node has; made when it is asked for first. */
export function nodeNetwork(state: NetworkState, node: string): NodeNetwork {
  const known = state.nodes.get(node);
  if (known !== undefined) return known;
  const made: NodeNetwork = {
    range: undefined,
    leases: new Map(),
    hostPorts: new Map(),
    last: undefined,
    table: newProxyTable(),
    broken: undefined,
  };
  state.nodes.set(node, made);
  return made;
}
