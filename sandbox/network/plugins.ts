// The network plug-ins that a cluster can be told to have. All of them connect every pod to every other; they differ in
// whether network policies hold.

export type NetworkPlugin = 'kindnet' | 'flannel' | 'calico' | 'canal';

export interface NetworkPluginTraits {
  /** Whether network policies hold. Where they don't, they are stored all the same, and nobody says a word. */
  readonly enforcesPolicies: boolean;
}

/** kindnet is what a cluster has unless told otherwise; canal is flannel's way with calico's policies. */
export const NETWORK_PLUGINS: Readonly<Record<NetworkPlugin, NetworkPluginTraits>> = {
  kindnet: { enforcesPolicies: true },
  flannel: { enforcesPolicies: false },
  calico: { enforcesPolicies: true },
  canal: { enforcesPolicies: true },
};

export function isNetworkPlugin(name: unknown): name is NetworkPlugin {
  return typeof name === 'string' && Object.hasOwn(NETWORK_PLUGINS, name);
}
