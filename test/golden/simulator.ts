// The embedded cluster as a world to play recorded cases in.

import { signedBy } from '../../sandbox/cluster.ts';
import { controllerManager } from '../../sandbox/controllers/controllermanager.ts';
import { kubeScheduler } from '../../sandbox/scheduler/scheduler.ts';
import { assemble, newSimulatorState, type Simulator } from '../../sandbox/simulator.ts';
import { asRevision } from '../../sandbox/store/store.ts';
import { durationMs, seconds, timeMs } from '../../sandbox/time/units.ts';
import { prepare } from './simulator/bootstrap.ts';
import { protobufCodec } from './simulator/codec.ts';
import { messages } from './simulator/messages.ts';
import { nodeWorld } from './simulator/node.ts';
import { open, request } from './simulator/streams.ts';
import { createWebhookServers } from './simulator/webhooks.ts';
import type { Needs, World, Worlds } from './world.ts';

export const simulator: Worlds = {
  name: 'simulator',
  create: async (needs) => (needs.extent === 'node' ? nodeWorld(needs) : planeWorld(needs)),
};

/** The API server alone, or with its controllers and scheduler. */
/** The control plane had been up for a while: its loops had put in order what the server makes. */
const WARM_UP = seconds(2);

function planeWorld(needs: Needs): World {
  const warmUp = needs.extent === 'api' ? 0 : WARM_UP;
  const seeded = needs.seed === undefined ? {} : { seed: needs.seed };
  const webhooks = createWebhookServers();
  const cluster: Simulator = assemble(newSimulatorState({ startTime: timeMs(needs.startTime - warmUp), ...seeded }), {
    outgoing: webhooks.outgoing,
    log: (error) => console.error(error),
    ...(needs.extent === 'api' ? {} : { apiAddress: '172.18.0.2:7543' }),
    ...(process.env['GOLDEN_FAILURES'] === undefined ? {} : { failed: (...what) => console.error(...what) }),
    components: needs.extent === 'api' ? [] : [controllerManager(signedBy(() => cluster)), kubeScheduler()],
  });
  prepare(cluster, needs.extent === 'api');
  cluster.api.begin();
  for (const component of cluster.components.values()) component.start();
  if (warmUp > 0) cluster.advance(durationMs(warmUp));
  return {
    now: () => cluster.loop.now(),
    advance: async (ms) => cluster.advance(durationMs(ms)),
    request: (sent) => request(cluster, sent),
    open: (sent) => open(cluster, sent),
    messages,
    run: async () => {
      throw new Error('there is no workstation beside a bare control plane');
    },
    codec: protobufCodec,
    async compact(revision) {
      cluster.api.compact(asRevision(revision));
    },
    serve: async (webhook) => webhooks.serve(webhook),
    close: async () => {},
  };
}
