// Requests to a cluster's door, and what comes back, in the terms of a world.

import type { HttpRequest, HttpResponse } from '../../../sandbox/apiserver/http/message.ts';
import type { Simulator } from '../../../sandbox/simulator.ts';
import type { ChannelId } from '../../../sandbox/time/channel.ts';
import { awaited } from '../../awaited.ts';
import type { ApiRequest, ApiResponse, ApiStream, Chunk } from '../world.ts';

/** As the certificate of a connection says who asks. */
const ADMIN_WITH_CERTIFICATE = {
  name: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
  extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${'a5'.repeat(32)}`] },
};

export async function request(cluster: Simulator, sent: ApiRequest): Promise<ApiResponse> {
  const response = answer(cluster, sent);
  return { ...response, body: wholeBody(cluster, response) };
}

export async function open(cluster: Simulator, sent: ApiRequest): Promise<ApiStream> {
  return streamOf(cluster, answer(cluster, sent));
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
    ...(request.user === 'admin' ? { user: ADMIN_WITH_CERTIFICATE } : {}),
  };
  return awaited(cluster.loop, cluster.door.serve(sent));
}

const UTF8 = new TextEncoder();

function bytesOf(part: unknown): Uint8Array {
  return part instanceof Uint8Array ? part : UTF8.encode(String(part));
}

/** A stream that isn't a watch ends by itself. */
function wholeBody(cluster: Simulator, { body }: HttpResponse): Uint8Array {
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
