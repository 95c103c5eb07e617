// Endpoints in one line, as services and ingresses show them.

import type { V1EndpointSlice } from '../../../sandbox/schema/generated/types.ts';

const SHOWN = 3;

/** `10.244.0.5:80,10.244.0.6:80 + 2 more...`: ready endpoints of the ports with that name. */
export function endpointsText(slices: readonly V1EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const all = slices.flatMap((slice) => sliceTexts(slice, portName));
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

function sliceTexts({ ports, endpoints }: V1EndpointSlice, portName: string): readonly string[] {
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  const addresses = ready.map((endpoint) => endpoint.addresses[0] ?? '');
  if (!ports || ports.length === 0) return addresses;
  const wanted = ports.filter(({ name = '' }) => name === portName);
  return wanted.flatMap(({ port }) => addresses.map((address) => hostPort(address, port ?? 0)));
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
