// The embedded cluster as a world to play recorded cases in.

import type { HttpRequest, HttpResponse } from '../../sandbox/apiserver/http/message.ts';
import { controllerManager } from '../../sandbox/controllers/controllermanager.ts';
import { kubeScheduler } from '../../sandbox/scheduler/scheduler.ts';
import { assemble, newSimulatorState, type Simulator } from '../../sandbox/simulator.ts';
import { asRevision } from '../../sandbox/store/store.ts';
import type { ChannelId } from '../../sandbox/time/channel.ts';
import { durationMs, timeMs } from '../../sandbox/time/units.ts';
import { prepare } from './simulator/bootstrap.ts';
import type { ApiRequest, ApiStream, Chunk, Needs, World, Worlds } from './world.ts';

const ROOT_CERTIFICATES = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

export const simulator: Worlds = {
  name: 'simulator',
  create: async (needs) => worldOf(needs),
};

function worldOf(needs: Needs): World {
  const cluster = assemble(newSimulatorState({ startTime: timeMs(needs.startTime) }), {
    log: (error) => console.error(error),
    ...(needs.extent === 'api' ? {} : { apiAddress: '172.18.0.2:7543' }),
    ...(process.env['GOLDEN_FAILURES'] === undefined ? {} : { failed: (...what) => console.error(...what) }),
    components:
      needs.extent === 'api' ? [] : [controllerManager({ rootCertificates: ROOT_CERTIFICATES }), kubeScheduler()],
  });
  prepare(cluster);
  cluster.api.begin();
  for (const component of cluster.components.values()) component.start();
  return {
    now: () => cluster.loop.now(),
    advance: async (ms) => cluster.advance(durationMs(ms)),
    async request(request) {
      const response = answer(cluster, request);
      return { ...response, body: await wholeBody(cluster, response) };
    },
    async open(request) {
      return streamOf(cluster, answer(cluster, request));
    },
    run: async () => {
      throw new Error('there is no workstation yet');
    },
    async compact(revision) {
      cluster.api.compact(asRevision(revision));
    },
    serve: async () => {
      throw new Error('there are no webhooks yet');
    },
    close: async () => {},
  };
}

function answer(cluster: Simulator, request: ApiRequest): HttpResponse {
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), [value]] as const);
  const sent: HttpRequest = {
    method: request.method,
    target: request.path,
    headers: Object.fromEntries(headers),
    body: request.body ?? new Uint8Array(0),
    source: '127.0.0.1',
    certificate: undefined,
    webSocket: undefined,
    ...(request.user === 'admin'
      ? { user: { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] } }
      : {}),
  };
  return cluster.run(cluster.door.serve(sent));
}

const UTF8 = new TextEncoder();

function bytesOf(part: unknown): Uint8Array {
  return part instanceof Uint8Array ? part : UTF8.encode(String(part));
}

/** A stream that isn't a watch ends by itself. */
async function wholeBody(cluster: Simulator, { body }: HttpResponse): Promise<Uint8Array> {
  if (typeof body === 'string' || body instanceof Uint8Array) return bytesOf(body);
  return Buffer.concat(taken(cluster, body.channel));
}

function taken(cluster: Simulator, channel: ChannelId): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (;;) {
    const read = cluster.channels.read(channel);
    if (read.kind !== 'more') return parts;
    parts.push(bytesOf(read.chunk));
  }
}

function streamOf(cluster: Simulator, { status, headers, body }: HttpResponse): ApiStream {
  const at = cluster.loop.now();
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const chunks: Chunk[] = [{ at, bytes: bytesOf(body) }];
    return { status, headers, take: () => chunks.splice(0), closedByServer: () => true, close: async () => {} };
  }
  const { channel } = body;
  return {
    status,
    headers,
    take: () => taken(cluster, channel).map((bytes) => ({ at: cluster.loop.now(), bytes })),
    closedByServer: () => cluster.channels.isClosed(channel),
    close: async () => cluster.channels.drop(channel),
  };
}
