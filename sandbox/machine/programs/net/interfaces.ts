// What a machine's network looks like from inside: `ip`, `ifconfig`, `route`.

import type { NetworkInterface, Program } from '../../sys.ts';
import { type Context, command, type Flavour } from '../kit/command.ts';

type Shower = (context: Context, interfaces: readonly NetworkInterface[]) => number;

/** The first address is `A.B.0.0` for a /16. */
function network(address: string, prefix: number): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  return dotted(Math.floor(value / size) * size);
}

function broadcast(address: string, prefix: number): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  return dotted(Math.floor(value / size) * size + size - 1);
}

function mask(prefix: number): string {
  return dotted(2 ** 32 - 2 ** (32 - prefix));
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

const OBJECTS: Readonly<Record<string, Shower>> = {
  address: showAddresses,
  link: showLinks,
  route: showRoutes,
  neighbour: () => 0,
};

export const ip: (flavour: Flavour) => Program = command(
  {
    usage: '[OPTIONS] OBJECT { COMMAND }',
    flags: '4 o brief color? s',
    refused: '6 n= j d batch=',
    rewrite: (args) =>
      args.map((arg) => (/^-br?i?e?f?$/.test(arg) ? '--brief' : /^-c(olor)?$/.test(arg) ? '--color' : arg)),
    arguments: [0, Number.POSITIVE_INFINITY],
  },
  function* (context) {
    const { args, sys, flavour } = context;
    const [word = '', verb = 'show', ...rest] = args;
    const name = Object.keys(OBJECTS).find(
      (each) => word !== '' && each.startsWith(word === 'addr' ? 'address' : word),
    );
    const show = name === undefined ? undefined : OBJECTS[name];
    if (show === undefined) {
      context.warn(
        word === ''
          ? 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route | neigh }\n'
          : flavour === 'gnu'
            ? `Object "${word}" is unknown, try "ip help".\n`
            : `ip: invalid argument '${word}' to 'ip'\n`,
      );
      return 1;
    }
    if (!['show', 'list', 'ls', 'sh', 's', 'l', 'get'].includes(verb) && verb !== 'dev') {
      context.warn(
        `ip: this machine's network is made by the cluster and can't be changed from here (${word} ${verb})\n`,
      );
      return 2;
    }
    const device = (verb === 'dev' ? rest[0] : rest.find((each) => each !== 'dev')) ?? undefined;
    const all = sys.interfaces();
    if (name === 'route' && verb === 'get') return routeGet(context, all, rest[0] ?? '');
    const chosen = device === undefined || name === 'route' ? all : all.filter((each) => each.name === device);
    if (chosen.length === 0) {
      context.warn(flavour === 'gnu' ? `Device "${device}" does not exist.\n` : `ip: can't find device '${device}'\n`);
      return 1;
    }
    return show(context, chosen);
  },
);

function flagsOf({ name }: NetworkInterface): string {
  return name === 'lo' ? '<LOOPBACK,UP,LOWER_UP>' : '<BROADCAST,MULTICAST,UP,LOWER_UP>';
}

/** Pods see one end of a pair: `eth0@if7`. */
function title(each: NetworkInterface): string {
  return each.name === 'lo' || each.name.startsWith('cni') ? each.name : `${each.name}@if${ifIndex(each)}`;
}

function ifIndex({ mac }: NetworkInterface): number {
  return 5 + (Number.parseInt(mac.slice(-2), 16) % 60);
}

function linkLines(each: NetworkInterface, index: number): string {
  const queue = each.name === 'lo' ? 'qdisc noqueue state UNKNOWN' : 'qdisc noqueue state UP';
  const kind = each.name === 'lo' ? 'link/loopback' : 'link/ether';
  const far = each.name === 'lo' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  return `${index + 1}: ${title(each)}: ${flagsOf(each)} mtu ${each.mtu} ${queue} group default qlen 1000\n    ${kind} ${each.mac} brd ${far}\n`;
}

function showLinks(context: Context, interfaces: readonly NetworkInterface[]): number {
  for (const [index, each] of interfaces.entries())
    context.print(
      context.flags.has('brief')
        ? `${title(each).padEnd(16)} ${(each.name === 'lo' ? 'UNKNOWN' : 'UP').padEnd(14)} ${each.mac} ${flagsOf(each)} \n`
        : linkLines(each, index),
    );
  return 0;
}

function showAddresses(context: Context, interfaces: readonly NetworkInterface[]): number {
  const { flags } = context;
  for (const [index, each] of interfaces.entries()) {
    const four = each.addresses.filter(({ address }) => !address.includes(':'));
    const shown = flags.has('4') ? four : each.addresses;
    if (flags.has('brief')) {
      const list = shown.map(({ address, prefix }) => `${address}/${prefix} `).join('');
      context.print(`${title(each).padEnd(16)} ${(each.name === 'lo' ? 'UNKNOWN' : 'UP').padEnd(14)} ${list}\n`);
      continue;
    }
    context.print(flags.has('4') ? `${linkLines(each, index).split('\n')[0] ?? ''}\n` : linkLines(each, index));
    for (const { address, prefix } of shown) context.print(addressLines(each, address, prefix));
  }
  return 0;
}

function addressLines({ name }: NetworkInterface, address: string, prefix: number): string {
  const scope = name === 'lo' ? 'host' : 'global';
  const family = address.includes(':') ? 'inet6' : 'inet';
  const wide = name === 'lo' || family === 'inet6' ? '' : ` brd ${broadcast(address, prefix)}`;
  return `    ${family} ${address}/${prefix}${wide} scope ${scope} ${family === 'inet6' ? '' : name}\n       valid_lft forever preferred_lft forever\n`.replace(
    / \n {7}/,
    '\n       ',
  );
}

function showRoutes(context: Context, interfaces: readonly NetworkInterface[]): number {
  for (const { name, gateway } of interfaces)
    if (gateway !== undefined) context.print(`default via ${gateway} dev ${name} \n`);
  for (const { name, addresses } of interfaces)
    for (const { address, prefix } of addresses)
      if (name !== 'lo' && !address.includes(':'))
        context.print(`${network(address, prefix)}/${prefix} dev ${name} scope link  src ${address} \n`);
  return 0;
}

function routeGet(context: Context, interfaces: readonly NetworkInterface[], to: string): number {
  const own = (each: NetworkInterface): string => each.addresses[0]?.address ?? '';
  const near = interfaces.find(
    ({ name, addresses }) =>
      name !== 'lo' && addresses.some(({ address, prefix }) => network(address, prefix) === network(to, prefix)),
  );
  const far = interfaces.find(({ gateway }) => gateway !== undefined);
  if (near !== undefined) context.print(`${to} dev ${near.name} src ${own(near)} uid 0 \n    cache \n`);
  else if (far !== undefined)
    context.print(`${to} via ${far.gateway} dev ${far.name} src ${own(far)} uid 0 \n    cache \n`);
  else {
    context.warn('RTNETLINK answers: Network is unreachable\n');
    return 2;
  }
  return 0;
}

export const ifconfig: (flavour: Flavour) => Program = command(
  { usage: '[-a] [INTERFACE]', flags: 'a', arguments: [0, 1] },
  function* ({ sys, args, print, warn, flavour }) {
    const all = sys.interfaces();
    const [wanted] = args;
    const chosen =
      wanted === undefined
        ? all.toSorted((a, b) => (a.name < b.name ? -1 : 1))
        : all.filter(({ name }) => name === wanted);
    if (chosen.length === 0) {
      warn(
        flavour === 'gnu'
          ? `${wanted}: error fetching interface information: Device not found\n`
          : `ifconfig: ${wanted}: error fetching interface information: Device not found\n`,
      );
      return 1;
    }
    for (const each of chosen) print(flavour === 'gnu' ? gnuIfconfig(each) : busyboxIfconfig(each));
    return 0;
  },
);

function busyboxIfconfig({ name, mac, mtu, addresses }: NetworkInterface): string {
  const lo = name === 'lo';
  const head = lo ? 'Link encap:Local Loopback  ' : `Link encap:Ethernet  HWaddr ${mac.toUpperCase()}  `;
  const inet = addresses
    .filter(({ address }) => !address.includes(':'))
    .map(
      ({ address, prefix }) =>
        `          inet addr:${address}  ${lo ? '' : `Bcast:${broadcast(address, prefix)}  `}Mask:${mask(prefix)}\n`,
    );
  const state = lo ? 'UP LOOPBACK RUNNING  ' : 'UP BROADCAST RUNNING MULTICAST  ';
  return `${name.padEnd(10)}${head}\n${inet.join('')}          ${state}MTU:${mtu}  Metric:1\n          RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:1000 \n          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n\n`;
}

function gnuIfconfig({ name, mac, mtu, addresses }: NetworkInterface): string {
  const lo = name === 'lo';
  const flags = lo ? '73<UP,LOOPBACK,RUNNING>' : '4163<UP,BROADCAST,RUNNING,MULTICAST>';
  const inet = addresses
    .filter(({ address }) => !address.includes(':'))
    .map(
      ({ address, prefix }) =>
        `        inet ${address}  netmask ${mask(prefix)}${lo ? '' : `  broadcast ${broadcast(address, prefix)}`}\n`,
    );
  const link = lo ? 'loop  txqueuelen 1000  (Local Loopback)' : `ether ${mac}  txqueuelen 1000  (Ethernet)`;
  return `${name}: flags=${flags}  mtu ${mtu}\n${inet.join('')}        ${link}\n        RX packets 0  bytes 0 (0.0 B)\n        RX errors 0  dropped 0  overruns 0  frame 0\n        TX packets 0  bytes 0 (0.0 B)\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n`;
}

export const route: (flavour: Flavour) => Program = command(
  { usage: '[-n]', flags: 'n e', refused: 'A=', arguments: [0, 0] },
  function* ({ sys, print }) {
    print('Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n');
    const row = (to: string, via: string, genmask: string, flags: string, name: string): void =>
      print(`${to.padEnd(16)}${via.padEnd(16)}${genmask.padEnd(16)}${flags.padEnd(6)}0      0        0 ${name}\n`);
    for (const { name, gateway, addresses } of sys.interfaces()) {
      if (gateway !== undefined) row('0.0.0.0', gateway, '0.0.0.0', 'UG', name);
      for (const { address, prefix } of addresses)
        if (name !== 'lo' && !address.includes(':')) row(network(address, prefix), '0.0.0.0', mask(prefix), 'U', name);
    }
    return 0;
  },
);
