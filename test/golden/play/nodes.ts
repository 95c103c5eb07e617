// Nodes that nobody runs: made through the API, and kept alive by heartbeats until they are told to stop.

import { type JsonObject, listAt, objectAt, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { read, requestOf, send } from './calls.ts';
import { waitFor } from './until.ts';

const BEAT_MS = 10_000;

export interface PlayedNodes {
  /** The world, with the heartbeats going on while its clock moves. */
  readonly world: World;
  add(node: JsonObject): Promise<void>;
  /** Starts the heartbeats of a node that somebody else has made. */
  keep(name: string): Promise<void>;
  /** Ends the heartbeats of a node. */
  stop(name: string): void;
}

export function playNodes(bare: World): PlayedNodes {
  const alive = new Set<string>();
  let next = bare.now() + BEAT_MS;
  const world: World = { ...bare, advance };

  async function advance(ms: number): Promise<void> {
    const end = bare.now() + ms;
    for (;;) {
      const rest = end - bare.now();
      if (rest <= 0) return;
      await bare.advance(Math.min(rest, Math.max(1, next - bare.now())));
      if (bare.now() >= next) await beat();
    }
  }

  async function beat(): Promise<void> {
    next = bare.now() + BEAT_MS;
    for (const name of alive) {
      const body = { spec: { renewTime: microTime(bare.now()) } };
      const headers = { 'Content-Type': 'application/merge-patch+json' };
      await bare.request(requestOf({ method: 'PATCH', path: `${LEASES}/${name}`, headers, body }));
    }
  }

  async function keep(name: string): Promise<void> {
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime(bare.now()) };
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec };
    await bare.request(requestOf({ method: 'POST', path: LEASES, body }));
    alive.add(name);
  }

  return {
    world,
    keep,
    stop: (name) => {
      alive.delete(name);
    },
    async add(node) {
      await send(world, { method: 'POST', path: '/api/v1/nodes', body: withTimes(node, bare.now()) });
      await keep(textAt(node, 'metadata', 'name') ?? '');
      if (isReady(node)) await waitUntilSchedulable(world, textAt(node, 'metadata', 'name') ?? '');
    },
  };
}

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

function microTime(now: number): string {
  return new Date(now).toISOString().replace(/(\.\d{3})Z$/, '$1000Z');
}

/** A kubelet says when it has seen what. */
function withTimes(node: JsonObject, now: number): JsonObject {
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const status = objectAt(node, 'status');
  const conditions = listAt(status, 'conditions').map((condition) => ({
    lastHeartbeatTime: time,
    lastTransitionTime: time,
    ...objectAt(condition),
  }));
  return { ...node, status: { ...status, conditions } };
}

function isReady(node: JsonObject): boolean {
  return listAt(node, 'status', 'conditions').some(
    (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
  );
}

/** A new node carries the taint not-ready until a controller has seen that it is ready. */
async function waitUntilSchedulable(world: World, name: string): Promise<void> {
  await waitFor(world, 20_000, async () => {
    const taints = listAt(objectAt(await read(world, `/api/v1/nodes/${name}`), 'spec'), 'taints');
    return !taints.some((taint) => textAt(taint, 'key') === 'node.kubernetes.io/not-ready');
  });
}
