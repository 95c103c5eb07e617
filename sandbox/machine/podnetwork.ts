// What connects pods to a network: the part of a network plug-in that a kubelet's container runtime calls for each pod
// sandbox. `network/` implements it; a kubelet is handed it.

/** The pod that wants to be connected. */
export interface PodAttachment {
  readonly node: string;
  /** The node's ranges for pods, as its object says; empty before it has got any. */
  readonly podCIDRs: readonly string[];
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Ports of its node that are to lead to it; none unless given. */
  readonly hostPorts?: readonly HostPort[];
}

export interface HostPort {
  /** Of the node; `0.0.0.0` for all of its addresses. */
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
  readonly containerPort: number;
}

export type Attached =
  | { readonly ok: true; readonly addresses: readonly string[] }
  /** In the plug-in's words: `plugin type="bridge" failed (add): ...`. */
  | { readonly ok: false; readonly message: string };

export interface PodNetwork {
  /**
   * Why the node can't connect pods at present, in the runtime's words (`cni plugin not initialized`); undefined when
   * it can.
   */
  problem(node: string): string | undefined;
  /** Gives a pod its addresses. A pod that has some gets new ones. */
  attach(pod: PodAttachment): Attached;
  /** Takes them back; nothing when it has none. */
  detach(node: string, uid: string): void;
}
