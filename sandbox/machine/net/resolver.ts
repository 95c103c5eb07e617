// Names to addresses, as a C library does it: /etc/hosts, then the servers and the search path of /etc/resolv.conf.

import type { Task } from '../../time/loop.ts';
import { after, type DurationMs, durationMs, type TimeMs } from '../../time/units.ts';
import { textOf } from '../bytes.ts';
import { PENDING, type Pending } from '../calls.ts';
import type { Kernel } from '../context.ts';
import { contentSize, readContent } from '../files/content.ts';
import { findInode } from '../files/filesystem.ts';
import { findExisting } from '../files/paths.ts';
import { virtualTreeOf, type Walker } from '../files/tree.ts';
import type { DnsRoute } from '../network.ts';
import { type DnsAnswer, type DnsQuestion, SysError } from '../sys.ts';
import { askProcess, hear } from './datagrams.ts';
import type { Endpoint } from './namespace.ts';
import { isAddress, type NetworkNamespace } from './namespace.ts';
import { closeEndpoint } from './sockets.ts';

/** Whoever uses a network: a process, or the kernel on somebody's behalf. */
export interface Caller {
  /** The number by which it is woken. */
  readonly id: number;
  readonly network: NetworkNamespace;
  /** Whose /etc/resolv.conf counts. */
  readonly files: Walker;
}

/** Questions to be asked until one is answered; plain data. */
export interface LookupCall {
  /** Names to try in order, and for each the servers to ask. */
  readonly names: readonly string[];
  readonly servers: readonly { readonly address: string; readonly port: number }[];
  readonly type: DnsQuestion['type'];
  /** Rounds through the servers for each name, and how long each is waited for. */
  readonly attempts: number;
  readonly timeout: DurationMs;
  /** `addresses`: an answer without any makes it go on to the next name. */
  readonly wants: 'addresses' | 'answer';
  /** Known without asking. */
  readonly known: readonly string[] | undefined;
  name: number;
  tried: number;
  waiting: Waiting | undefined;
}

type Outcome = DnsAnswer | 'refused' | 'none';

/** What comes at a certain moment, or an answer that a process is to give until then. */
type Waiting =
  | { readonly until: TimeMs; readonly answer: Outcome }
  | { readonly until: TimeMs; readonly asked: Endpoint; readonly expiry: Task; heard: string };

const TIMEOUT = durationMs(5000);
const ATTEMPTS = 2;
const DNS_PORT = 53;
const FILE_MAX = 65_536;

/** Asks one server one question. */
export function questionCall({ server, port, name, type }: DnsQuestion, timeout: DurationMs | undefined): LookupCall {
  return {
    names: [name],
    servers: [{ address: server, port: port ?? DNS_PORT }],
    type,
    attempts: timeout === undefined ? ATTEMPTS : 1,
    timeout: timeout ?? TIMEOUT,
    wants: 'answer',
    known: undefined,
    name: 0,
    tried: 0,
    waiting: undefined,
  };
}

/** Looks a name up as the caller's files say. */
export function resolveCall(kernel: Kernel, caller: Caller, name: string): LookupCall {
  const known = isAddress(name) ? [name] : knownHosts(readText(kernel, caller.files, '/etc/hosts'), name);
  const config = known === undefined ? resolvConf(readText(kernel, caller.files, '/etc/resolv.conf')) : undefined;
  return {
    names: config === undefined ? [] : namesToTry(name, config),
    servers: (config?.servers ?? []).map((address) => ({ address, port: DNS_PORT })),
    type: 'A',
    attempts: config?.attempts ?? ATTEMPTS,
    timeout: config?.timeout ?? TIMEOUT,
    wants: 'addresses',
    known,
    name: 0,
    tried: 0,
    waiting: undefined,
  };
}

/** ENOTFOUND, ETIMEDOUT. */
export function advanceResolve(kernel: Kernel, caller: Caller, call: LookupCall): readonly string[] | Pending {
  if (call.known !== undefined) return call.known;
  const answer = advanceLookup(kernel, caller, call);
  return answer === PENDING ? PENDING : addressesOf(answer);
}

/** ENOTFOUND when no name is known, ETIMEDOUT and ECONNREFUSED when no server answers. */
export function advanceLookup(kernel: Kernel, caller: Caller, call: LookupCall): DnsAnswer | Pending {
  for (;;) {
    const { waiting } = call;
    if (waiting === undefined) {
      ask(kernel, caller, call);
      continue;
    }
    const answer = outcomeSoFar(kernel, caller, waiting);
    if (answer === PENDING) {
      kernel.wakeAt(caller.id, waiting.until);
      return PENDING;
    }
    call.waiting = undefined;
    if (answer === 'none' || answer === 'refused' || (call.wants === 'addresses' && isFailure(answer))) {
      call.tried++;
      if (call.tried < call.servers.length * call.attempts) continue;
      throw answer === 'refused' && call.wants === 'answer' ? new SysError('ECONNREFUSED') : new SysError('ETIMEDOUT');
    }
    if (call.wants === 'answer' || addressesOf(answer).length > 0) return answer;
    call.tried = 0;
    call.name++;
  }
}

function isFailure({ status }: DnsAnswer): boolean {
  return status === 'SERVFAIL' || status === 'REFUSED';
}

function addressesOf({ answers }: DnsAnswer): readonly string[] {
  return answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ data }) => data);
}

function ask(kernel: Kernel, caller: Caller, call: LookupCall): void {
  const name = call.names[call.name];
  const server = call.servers[call.tried % Math.max(1, call.servers.length)];
  if (name === undefined) throw new SysError('ENOTFOUND');
  if (server === undefined) throw new SysError('ETIMEDOUT');
  const route = kernel.fabric.dns(caller.network, {
    server: server.address,
    port: server.port,
    name,
    type: call.type,
  });
  kernel.fabric.noticed?.(caller.network, { host: server.address, port: server.port }, 'UDP');
  if (route.kind === 'network') {
    call.waiting = askProcess(kernel, caller, { name, type: call.type, server: server.address }, route, call.timeout);
    return;
  }
  const delay = route.kind === 'dropped' ? call.timeout : durationMs(route.latency * 2);
  call.waiting = { until: after(kernel.now(), delay), answer: outcomeOf(route) };
}

function outcomeOf(route: Exclude<DnsRoute, { kind: 'network' }>): Outcome {
  return route.kind === 'answer' ? route.answer : route.kind === 'refused' ? 'refused' : 'none';
}

function outcomeSoFar(kernel: Kernel, caller: Caller, waiting: Waiting): Outcome | Pending {
  if ('answer' in waiting) return kernel.now() < waiting.until ? PENDING : waiting.answer;
  const heard = hear(kernel, caller, waiting);
  if (heard === PENDING && kernel.now() < waiting.until) return PENDING;
  kernel.loop.cancel(waiting.expiry);
  closeEndpoint(kernel, waiting.asked);
  return heard === PENDING ? 'none' : heard;
}

interface ResolvConf {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly attempts: number;
  readonly timeout: DurationMs;
}

function resolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  let search: readonly string[] = [];
  const options = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver' && rest[0] !== undefined) servers.push(rest[0]);
    if (word === 'search' || word === 'domain') search = rest;
    if (word === 'options') {
      for (const option of rest) {
        const [key, value] = option.split(':');
        if (key !== undefined && value !== undefined) options.set(key, Number(value));
      }
    }
  }
  return {
    servers: servers.slice(0, 3),
    search,
    ndots: options.get('ndots') ?? 1,
    attempts: options.get('attempts') ?? ATTEMPTS,
    timeout: durationMs((options.get('timeout') ?? TIMEOUT / 1000) * 1000),
  };
}

function namesToTry(name: string, { search, ndots }: ResolvConf): readonly string[] {
  if (name.endsWith('.')) return [name];
  const within = search.filter((domain) => domain !== '.').map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...within] : [...within, name];
}

function knownHosts(hosts: string, name: string): readonly string[] | undefined {
  const addresses: string[] = [];
  const wanted = name.toLowerCase();
  for (const line of hosts.split('\n')) {
    const [address, ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    if (address === undefined || !names.some((known) => known.toLowerCase() === wanted)) continue;
    if (isAddress(address)) addresses.push(address);
  }
  const four = addresses.filter((address) => !address.includes(':'));
  if (four.length > 0) return four;
  if (addresses.length > 0) return addresses;
  return wanted === 'localhost' ? ['127.0.0.1'] : undefined;
}

/** A small file's text; empty when it can't be read. */
export function readText(kernel: Kernel, walker: Walker, path: string): string {
  try {
    const { mount, inode } = findExisting(kernel, walker, path);
    const file = virtualTreeOf(mount.fs) === undefined ? findInode(kernel, mount.fs, inode) : undefined;
    if (file?.type !== 'file') return '';
    return textOf(readContent(file.content, 0, Math.min(FILE_MAX, contentSize(file.content))));
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}
