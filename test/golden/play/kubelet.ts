// The kubelet as controllers/ plays it: status patches and deletions sent to the API, and nothing that runs.

import { type JsonObject, type JsonValue, listAt, textAt } from '../json.ts';
import type { ApiStream, World } from '../world.ts';
import { decodeText, read, requestOf, send } from './calls.ts';

/** What a step says the kubelet did: `{kubelet: "ready", pods, exitCode?, conditions?}`. */
export type Deed = 'ready' | 'unready' | 'Succeeded' | 'Failed';

export const deeds: readonly string[] = ['ready', 'unready', 'Succeeded', 'Failed'] satisfies readonly Deed[];

/** One report follows the other at once: what looks at several pods that became ready together sees some of them. */
export const REPORT_MS = 8;

/** Reports a pod's containers as running or ended. `number` makes its address. */
export async function report(world: World, path: string, step: JsonObject, number: number): Promise<void> {
  const pod = await read(world, path);
  if (pod === undefined) return;
  const now = `${new Date(world.now()).toISOString().slice(0, 19)}Z`;
  const deed = textAt(step, 'kubelet') ?? '';
  const status =
    deed === 'ready' || deed === 'unready' ? running(pod, deed === 'ready', now, number) : ended(pod, step, now);
  const headers = { 'Content-Type': 'application/strategic-merge-patch+json' };
  await send(world, { method: 'PATCH', path: `${path}/status`, headers, body: { status } }, REPORT_MS);
}

function running(pod: JsonValue, ready: boolean, now: string, number: number): JsonObject {
  const known = textAt(pod, 'status', 'podIP');
  const address = known ?? `10.244.${Math.floor(number / 250)}.${(number % 250) + 2}`;
  const status = ready ? 'True' : 'False';
  return {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status, lastTransitionTime: now },
      { type: 'ContainersReady', status, lastTransitionTime: now },
      { type: 'Initialized', status: 'True', lastTransitionTime: now },
    ],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: textAt(pod, 'status', 'startTime') ?? now,
    containerStatuses: containersOf(pod).map((container) => ({
      ...statusOf(container),
      state: { running: { startedAt: now } },
      ready,
      started: true,
    })),
  };
}

function ended(pod: JsonValue, step: JsonObject, now: string): JsonObject {
  const phase = textAt(step, 'kubelet') ?? 'Succeeded';
  const succeeded = phase === 'Succeeded';
  const exitCode = step['exitCode'] ?? (succeeded ? 0 : 1);
  return {
    phase,
    conditions: [
      { type: 'Ready', status: 'False', reason: succeeded ? 'PodCompleted' : 'PodFailed', lastTransitionTime: now },
      ...listAt(step, 'conditions'),
    ],
    startTime: textAt(pod, 'status', 'startTime') ?? now,
    containerStatuses: containersOf(pod).map((container) => ({
      ...statusOf(container),
      state: {
        terminated: { exitCode, reason: succeeded ? 'Completed' : 'Error', startedAt: now, finishedAt: now },
      },
      ready: false,
    })),
  };
}

function containersOf(pod: JsonValue): readonly JsonValue[] {
  return listAt(pod, 'spec', 'containers');
}

function statusOf(container: JsonValue): JsonObject {
  return {
    name: textAt(container, 'name') ?? '',
    image: textAt(container, 'image') ?? '',
    imageID: 'x',
    lastState: {},
    restartCount: 0,
  };
}

export interface Finaliser {
  /** The world, in which terminating pods of the namespace vanish while the clock moves. */
  readonly world: World;
  pause(paused: boolean): void;
  close(): Promise<void>;
}

const LOOK_MS = 50;

/** Deletes the terminating pods of a namespace for good, as a kubelet does when their containers have ended. */
export async function finalisePods(bare: World, namespace: string): Promise<Finaliser> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const waiting = new Set<string>();
  let paused = false;
  let rest = '';
  let stream: ApiStream = await openWatch();

  function openWatch(): Promise<ApiStream> {
    return bare.open(requestOf({ method: 'GET', path: `${path}?watch=1` }));
  }

  async function look(): Promise<void> {
    const text =
      rest +
      stream
        .take()
        .map((chunk) => Buffer.from(chunk.bytes).toString())
        .join('');
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    for (const event of lines.filter((line) => line !== '').map(decodeText)) note(event);
    if (stream.closedByServer()) stream = await openWatch();
    if (!paused) for (const name of [...waiting]) await finalise(name);
  }

  function note(event: JsonValue): void {
    const name = textAt(event, 'object', 'metadata', 'name') ?? '';
    const terminating = textAt(event, 'object', 'metadata', 'deletionTimestamp') !== undefined;
    if (terminating && textAt(event, 'type') !== 'DELETED') waiting.add(name);
    else waiting.delete(name);
  }

  async function finalise(name: string): Promise<void> {
    waiting.delete(name);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
    await bare.request(requestOf({ method: 'DELETE', path: `${path}/${name}`, body }));
  }

  async function advance(ms: number): Promise<void> {
    const end = bare.now() + ms;
    do {
      await bare.advance(Math.min(LOOK_MS, Math.max(0, end - bare.now())));
      await look();
    } while (bare.now() < end);
  }

  return {
    world: { ...bare, advance },
    pause: (value) => {
      paused = value;
    },
    close: () => stream.close(),
  };
}
