// Waiting for what a case waits for.

import { contains, type JsonObject, type JsonValue, numberAt, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { decodeBody, requestOf } from './calls.ts';

const LOOK_EVERY_MS = 250;

/** Asks `look` each 250 ms until it says yes; false when it never does within the limit. */
export async function waitFor(world: World, limitMs: number, look: () => Promise<boolean>): Promise<boolean> {
  const end = world.now() + limitMs;
  for (;;) {
    if (await look()) return true;
    if (world.now() >= end) return false;
    await world.advance(LOOK_EVERY_MS);
  }
}

/** `{path, status?, match?, timeout_ms}`: a GET gives that status, and its body contains the match. */
export function untilMatches(world: World, until: JsonObject, rename: (path: string) => string): Promise<boolean> {
  const path = rename(textAt(until, 'path') ?? '/');
  const status = numberAt(until, 'status') ?? 200;
  const match: JsonValue = until['match'] ?? {};
  return waitFor(world, numberAt(until, 'timeout_ms') ?? 15_000, async () => {
    const response = await world.request(requestOf({ method: 'GET', path }));
    return response.status === status && contains(decodeBody(response), match);
  });
}
