// Clusters that stand beside another: where the hosts outside find their API servers, and how they get there.

import { apiHouse } from './apihouse.ts';
import type { Cause } from './kube/cause.ts';
import type { Kernel } from './machine/context.ts';
import type { HttpService } from './machine/network.ts';
import type { HousePort } from './network/fabric.ts';
import { ADMIN, type Simulator } from './simulator.ts';
import { draws } from './time/chance.ts';
import type { Loop } from './time/loop.ts';

/** As kind publishes the API servers of several clusters on one host: each behind a port of its own, the first behind 6443. */
const FIRST_PORT = 6443;

/** Under which port the API server of the nth cluster is published; the first is the 0th. */
export function publishedPort(n: number): number {
  return FIRST_PORT + n;
}

/** Chance of its own for each: no two make the same names and keys. */
export function seedBeside(seed: number, name: string): number {
  return draws(seed, 'cluster beside', name).bits(0);
}

function serviceOf(name: string): string {
  return `kube-apiserver of ${name}`;
}

/** `address`: of the node on which the ports are. */
export function housesBeside(names: Iterable<string>, address: string): readonly HousePort[] {
  return [...names].map((name, n) => ({
    service: serviceOf(name),
    address,
    port: publishedPort(n + 1),
    published: true,
  }));
}

/** `kernel`: of the hosts that ask. Both are asked for when a request comes. */
export function servicesBeside(
  names: Iterable<string>,
  beside: (name: string) => Simulator | undefined,
  loop: Loop,
  kernel: () => Kernel,
): readonly (readonly [string, HttpService])[] {
  const causesOf = (): readonly Cause[] => loop.causes() as readonly Cause[];
  return [...names].map((name) => [
    serviceOf(name),
    {
      handle(request) {
        const door = beside(name)?.door;
        if (door === undefined) return;
        apiHouse({ loop, door, kernel, administrator: ADMIN, causesOf }).handle(request);
      },
    },
  ]);
}
