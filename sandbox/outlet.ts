// A cluster of the library on a real socket, for programs in other processes: kubectl, an operator under test.

import { createOutside } from './outside.ts';
import type { Simulator } from './simulator.ts';
import { createPace } from './time/pace.ts';
import type { ClientInput, Ear } from './wire/carrier.ts';
import type { HostCalls } from './wire/hostcalls.ts';

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
  cluster: Simulator,
  { port = 0, speed = 1, tokens }: OutletOptions,
  calls?: HostCalls,
): Promise<Outlet> {
  const [{ openWire }, { kubeconfigText }] = await Promise.all([
    import('./wire/server.ts'),
    import('./wire/kubeconfig.ts'),
  ]);
  const pace = createPace(cluster.loop, { speed });
  calls?.onAnswer(() => pace.poke());
  const heard: { ear?: Ear } = {};
  const outside = createOutside(cluster, new Map(), {
    head: (id, head) => heard.ear?.head(id, head),
    data: (id, bytes) => heard.ear?.data(id, bytes),
    end: (id) => heard.ear?.end(id),
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
  heard.ear = wire.ear;
  return {
    port: wire.port,
    kubeconfig: kubeconfigText(wire.authority, wire.port),
    async close() {
      pace.stop();
      await wire.close();
    },
  };
}
