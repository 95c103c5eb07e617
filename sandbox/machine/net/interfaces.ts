// The network interfaces of a namespace: loopback, and what the fabric says.

import type { Kernel } from '../context.ts';
import type { NetworkInterface } from '../sys.ts';
import type { NetworkNamespace } from './namespace.ts';

const LOOPBACK: NetworkInterface = Object.freeze({
  name: 'lo',
  mac: '00:00:00:00:00:00',
  mtu: 65_536,
  up: true,
  addresses: Object.freeze([
    Object.freeze({ address: '127.0.0.1', prefix: 8 }),
    Object.freeze({ address: '::1', prefix: 128 }),
  ]),
});

export function interfacesOf(kernel: Kernel, network: NetworkNamespace): readonly NetworkInterface[] {
  return Object.freeze([LOOPBACK, ...kernel.fabric.interfaces(network)]);
}
