// /proc/PID/net: a network's figures in the form in which netstat and ss read them.

import type { Kernel } from '../context.ts';
import type { Address } from '../sys.ts';
import type { NetworkNamespace } from './namespace.ts';

type NetworkText = (kernel: Kernel, network: NetworkNamespace) => string;

export const networkFiles: Readonly<Record<string, NetworkText>> = {
  dev: devText,
  tcp: tcpText,
  tcp6: () => `${TCP_HEAD}\n`,
  udp: udpText,
  route: (kernel, network) => routeText(kernel, network),
  if_inet6: () => '',
};

const TCP_HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     ';
const LISTEN = '0A';
const ESTABLISHED = '01';
const CLOSE_WAIT = '08';

function devText(kernel: Kernel, network: NetworkNamespace): string {
  const names = ['lo', ...kernel.fabric.interfaces(network).map(({ name }) => name)];
  const zeros = '       0       0    0    0    0     0          0         0';
  const head =
    'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
  return head + names.map((name) => `${name.padStart(6)}:${zeros} ${zeros}\n`).join('');
}

function routeText(kernel: Kernel, network: NetworkNamespace): string {
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
  const routes = kernel.fabric
    .interfaces(network)
    .filter(({ gateway }) => gateway !== undefined)
    .map(({ name, gateway }) => `${name}\t00000000\t${hexAddress(gateway ?? '')}\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`);
  return head + routes.join('');
}

function tcpText(kernel: Kernel, network: NetworkNamespace): string {
  const lines: string[] = [];
  const any: Address = { host: '0.0.0.0', port: 0 };
  const add = (local: Address, remote: Address, state: string, inode: number, uid: number): void => {
    const place = `${hexEnd(local)} ${hexEnd(remote)} ${state}`;
    lines.push(
      `${String(lines.length).padStart(4)}: ${place} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 100 0 0 10 0`,
    );
  };
  for (const { host, port, number, uid, transport } of network.listeners) {
    if (transport === 'TCP') add({ host: host === '' ? any.host : host, port }, any, LISTEN, number, uid);
  }
  for (const { from, to, ends } of kernel.state.connections.values()) {
    ends.forEach(({ local, remote, closed, incoming, number }, side) => {
      if (closed || (side === 0 ? from : to) !== network.number) return;
      add(local, remote, incoming.ended ? CLOSE_WAIT : ESTABLISHED, number, 0);
    });
  }
  return [TCP_HEAD, ...lines, ''].join('\n');
}

function udpText(_kernel: Kernel, network: NetworkNamespace): string {
  const lines = network.listeners
    .filter(({ transport }) => transport === 'UDP')
    .map(({ host, port, number, uid }, index) => {
      const place = `${hexEnd({ host: host === '' ? '0.0.0.0' : host, port })} 00000000:0000 07`;
      return `${String(index).padStart(4)}: ${place} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${number} 2 0000000000000000 0`;
    });
  return [TCP_HEAD, ...lines, ''].join('\n');
}

function hexEnd({ host, port }: Address): string {
  return `${hexAddress(host)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Four bytes in the machine's order: 127.0.0.1 is 0100007F. */
function hexAddress(host: string): string {
  const bytes = host.split('.').map(Number);
  if (bytes.length !== 4) return '00000000';
  return bytes
    .reverse()
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('');
}
