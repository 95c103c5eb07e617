// A cluster of the library on a real socket, for programs in other processes: kubectl, an operator under test.

import type { Cluster } from './cluster.ts';
import { createOutside } from './outside.ts';
import { createPace } from './time/pace.ts';
import type { ClientInput } from './wire/carrier.ts';
import type { HostCalls } from './wire/hostcalls.ts';
import type { Wire } from './wire/server.ts';

export interface OutletOptions {
  /** 0, or nothing: any free one. */
  readonly port?: number;
  /** Virtual seconds in a real one, as long as the socket is open; 1 unless given. */
  readonly speed?: number;
  /** Whether bearer tokens are looked at: only where the cluster has a key that nobody else knows. */
  readonly tokens: boolean;
}

export interface Outlet {
  readonly port: number;
  /** As YAML. It holds a key of the administrator's. */
  readonly kubeconfig: string;
  /** Hangs up, and time stands still again. */
  close(): Promise<void>;
}

const CLIENTS = 'clients of the library';

/** Opens it: from now on, time passes by itself. Rejects when the port can't be had. */
export async function openOutlet(
  cluster: Cluster,
  { port = 0, speed = 1, tokens }: OutletOptions,
  calls?: HostCalls,
): Promise<Outlet> {
  const [{ openWire }, { kubeconfigText }] = await Promise.all([
    import('./wire/server.ts'),
    import('./wire/kubeconfig.ts'),
  ]);
  const heard: { wire?: Wire } = {};
  const pace = createPace(cluster.loop, { speed, onTurn: () => heard.wire?.admit(cluster.isServing()) });
  calls?.onAnswer(() => pace.poke());
  const outside = createOutside(cluster, new Map(), {
    head: (id, head) => heard.wire?.ear.head(id, head),
    data: (id, bytes) => heard.wire?.ear.data(id, bytes),
    end: (id) => heard.wire?.ear.end(id),
  });
  const inputs = cluster.loop.actor<ClientInput>(CLIENTS, (input) => outside.take(input));
  const wire = await openWire({
    port,
    tokens,
    authorities: [cluster.authority().certificate],
    submit(input) {
      inputs.post(input);
      pace.poke();
    },
  });
  heard.wire = wire;
  return {
    port: wire.port,
    kubeconfig: kubeconfigText(wire.authority, wire.port),
    async close() {
      pace.stop();
      await wire.close();
    },
  };
}
