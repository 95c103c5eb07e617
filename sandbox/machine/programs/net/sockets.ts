// Who listens and who is connected: `netstat` and `ss`, as the kernel's tables say it.

import type { Blocking, Program, Sys } from '../../sys.ts';
import { SysError } from '../../sys.ts';
import { type Context, command, type Flavour } from '../kit/command.ts';
import { tryTextFile } from '../kit/input.ts';
import { readProcesses } from '../kit/processes.ts';
import { route } from './interfaces.ts';

interface Socket {
  readonly protocol: 'tcp' | 'udp';
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly inode: string;
}

const STATES: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '07': '',
  '08': 'CLOSE_WAIT',
  '0A': 'LISTEN',
};

function* socketsOf(sys: Sys): Blocking<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (const protocol of ['tcp', 'udp'] as const) {
    const text = (yield* tryTextFile(sys, `/proc/net/${protocol}`)) ?? '';
    for (const line of text.split('\n').slice(1)) {
      const [, local, remote, state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
      if (local === undefined || remote === undefined) continue;
      sockets.push({
        protocol,
        local: readable(local),
        remote: readable(remote),
        state: STATES[state] ?? state,
        inode,
      });
    }
  }
  return sockets;
}

/** `0100007F:1F90` is 127.0.0.1:8080; port 0 is `*`. */
function readable(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(address.slice(at, at + 2), 16));
  const number = Number.parseInt(port, 16);
  return `${bytes.join('.')}:${number === 0 ? '*' : number}`;
}

/** Inode of a socket → the process that has it open: `7/nginx`. */
function* ownersOf(
  sys: Sys,
): Blocking<ReadonlyMap<string, { readonly pid: number; readonly name: string; readonly fd: string }>> {
  const owners = new Map<string, { pid: number; name: string; fd: string }>();
  for (const { pid, comm } of yield* readProcesses(sys)) {
    for (const fd of entries(sys, `/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(sys, `/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined && !owners.has(inode)) owners.set(inode, { pid, name: comm, fd });
    }
  }
  return owners;
}

function entries(sys: Sys, path: string): readonly string[] {
  try {
    return sys.readdir(path);
  } catch (error) {
    if (error instanceof SysError) return [];
    throw error;
  }
}

function linkOf(sys: Sys, path: string): string {
  try {
    return sys.readlink(path);
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}

/** What `-l`, `-a`, `-t` and `-u` leave. */
function chosen({ flags }: Context, sockets: readonly Socket[]): readonly Socket[] {
  const both = flags.has('t') === flags.has('u');
  return sockets.filter(({ protocol, state }) => {
    if (!both && !flags.has(protocol.charAt(0))) return false;
    const listens = state === 'LISTEN' || (protocol === 'udp' && state === '');
    return flags.has('a') || (flags.has('l') ? listens : !listens);
  });
}

export function netstat(flavour: Flavour): Program {
  return command(
    {
      usage: '[-ral] [-tuwx] [-en]',
      flags: 'a|all l|listening t|tcp u|udp n|numeric e p|programs w W r|route c',
      refused: 'i x s g',
      arguments: [0, 0],
    },
    function* (context) {
      const { sys, flags } = context;
      if (flags.has('r')) return yield* route(flavour)(sys, undefined);
      const sockets = chosen(context, yield* socketsOf(sys));
      const owners = flags.has('p') ? yield* ownersOf(sys) : undefined;
      const which = flags.has('a') ? 'servers and established' : flags.has('l') ? 'only servers' : 'w/o servers';
      context.print(`Active Internet connections (${which})\n`);
      context.print(
        `Proto Recv-Q Send-Q Local Address           Foreign Address         State       ${owners ? 'PID/Program name    ' : ''}\n`,
      );
      for (const { protocol, local, remote, state, inode } of sockets) {
        const owner = owners?.get(inode);
        const who = owners === undefined ? '' : owner === undefined ? '-' : `${owner.pid}/${owner.name}`;
        context.print(
          `${protocol.padEnd(5)}      0      0 ${local.padEnd(23)} ${remote.padEnd(23)} ${state.padEnd(11)} ${who}\n`,
        );
      }
      return 0;
    },
  )(flavour);
}

export const ss: (flavour: Flavour) => Program = command(
  {
    usage: '[ OPTIONS ]',
    flags: 'a|all l|listening t|tcp u|udp n|numeric p|processes 4|ipv4 H|no-header e o i s|summary',
    refused: 'x w 6 K D= f=',
    arguments: [0, Number.POSITIVE_INFINITY],
  },
  function* (context) {
    const { sys, flags } = context;
    const all = yield* socketsOf(sys);
    if (flags.has('s')) {
      const open = all.filter(({ state }) => state === 'ESTABLISHED').length;
      context.print(`Total: ${all.length}\nTCP:   ${all.length} (estab ${open}, closed 0, orphaned 0, timewait 0)\n`);
      return 0;
    }
    const sockets = chosen(context, all);
    const owners = flags.has('p') ? yield* ownersOf(sys) : undefined;
    if (!flags.has('H'))
      context.print('Netid State      Recv-Q Send-Q      Local Address:Port        Peer Address:Port Process\n');
    for (const { protocol, local, remote, state, inode } of sockets) {
      const shown =
        protocol === 'udp'
          ? 'UNCONN'
          : state === 'ESTABLISHED'
            ? 'ESTAB'
            : state === 'CLOSE_WAIT'
              ? 'CLOSE-WAIT'
              : state;
      const owner = owners?.get(inode);
      const who = owner === undefined ? '' : `users:(("${owner.name}",pid=${owner.pid},fd=${owner.fd}))`;
      const backlog = state === 'LISTEN' ? '511' : '0';
      context.print(
        `${protocol.padEnd(5)} ${shown.padEnd(10)} 0      ${backlog.padEnd(6)} ${local.padStart(23)} ${remote.padStart(24)} ${who}\n`,
      );
    }
    return 0;
  },
);
