// `dig` and `host`: questions for names, with all that comes back.

import { type Blocking, type DnsAnswer, type DnsRecord, type DnsType, type Program, SysError } from '../../sys.ts';
import { type CommandSpec, type Context, command, type Flavour } from '../kit/command.ts';
import { strftime } from '../kit/strftime.ts';
import { askServers, candidates, dnsType, isIPv4, readResolverConfig, reverseName } from './names.ts';

const DIG: CommandSpec = {
  usage: '[@server] [-x addr] [-p port] [-t type] [+option ...] name [type]',
  flags: 't= x= p= 4 c= q= u r',
  refused: 'f= k= y= b= 6',
  badUsage: 1,
};

interface Options {
  readonly short: boolean;
  readonly search: boolean;
  readonly timeoutMs: number;
  readonly tries: number;
  readonly shows: ReadonlySet<string>;
}

const SECTIONS = ['cmd', 'comments', 'question', 'answer', 'authority', 'stats'];

/** Undefined (and says so) when one isn't known. */
function optionsOf(context: Context, words: readonly string[]): Options | undefined {
  let options: Options = { short: false, search: false, timeoutMs: 5000, tries: 3, shows: new Set(SECTIONS) };
  for (const word of words) {
    const [, no, name = '', value = ''] = /^\+(no)?([a-z]+)(?:=(.*))?$/.exec(word) ?? [];
    const on = no === undefined;
    if (name === 'short') options = { ...options, short: on };
    else if (name === 'search') options = { ...options, search: on };
    else if (name === 'time' || name === 'timeout') options = { ...options, timeoutMs: Number(value) * 1000 };
    else if (name === 'tries') options = { ...options, tries: Number(value) };
    else if (name === 'retry') options = { ...options, tries: Number(value) + 1 };
    else if (name === 'all') options = { ...options, shows: new Set(on ? SECTIONS : []) };
    else if (SECTIONS.includes(name)) {
      const shows = new Set(options.shows);
      if (on) shows.add(name);
      else shows.delete(name);
      options = { ...options, shows };
    } else if (!['tcp', 'recurse', 'edns', 'dnssec', 'cookie', 'multiline', 'ttlid', 'class'].includes(name)) {
      context.print(`Invalid option: ${word}\n`);
      return undefined;
    }
  }
  return options;
}

export const dig = command(DIG, function* (context) {
  const { sys, flags, args } = context;
  const options = optionsOf(
    context,
    args.filter((arg) => arg.startsWith('+')),
  );
  if (options === undefined) return 1;
  const config = yield* readResolverConfig(sys);
  const at = args.findLast((arg) => arg.startsWith('@'))?.slice(1);
  const words = args.filter((arg) => !/^[+@]/.test(arg) && arg.toUpperCase() !== 'IN');
  const typeWord =
    flags.value('t') ?? (words.length > 1 ? words.find((word) => dnsType(word) !== undefined) : undefined);
  const address = flags.value('x');
  const name =
    address === undefined ? (flags.value('q') ?? words.find((word) => word !== typeWord) ?? '.') : reverseName(address);
  const type = address === undefined ? dnsType(typeWord ?? 'A') : 'PTR';
  if (type === undefined) {
    context.warn(`;; Warning, ignoring invalid type ${typeWord}\n`);
    return 1;
  }
  const server = at === undefined || isIPv4(at) ? (at ?? config.servers[0] ?? '') : yield* resolved(context, at);
  if (server === undefined) return 10;
  const port = Number(flags.value('p') ?? 53);
  const names = options.search ? candidates(name, config) : [name.replace(/\.$/, '')];
  for (const [index, each] of names.entries()) {
    const began = sys.now();
    const answer = yield* askServers(
      sys,
      [server],
      { name: each, type, port },
      { timeoutMs: options.timeoutMs, attempts: options.tries },
    );
    if (typeof answer === 'string') return unreachable(context, options, answer, server, port);
    if (answer.status !== 'NOERROR' && index < names.length - 1) continue;
    if (options.short) context.print(answer.answers.map(({ data }) => `${data}\n`).join(''));
    else
      show(context, options, { name: each, type, answer, server, port, took: sys.now() - began, line: args.join(' ') });
    return 0;
  }
  return 0;
});

function* resolved({ sys, complain }: Context, name: string): Blocking<string | undefined> {
  try {
    return (yield* sys.resolve(name))[0];
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    complain(`couldn't get address for '${name}': not found`);
    return undefined;
  }
}

function unreachable(
  context: Context,
  { tries, shows }: Options,
  why: 'refused' | 'timeout',
  server: string,
  port: number,
): number {
  const words = why === 'refused' ? 'connection refused' : 'timed out';
  if (shows.has('cmd')) context.print(banner(context.args.join(' ')));
  context.print(`;; communications error to ${server}#${port}: ${words}\n`.repeat(tries));
  context.print('\n;; no servers could be reached\n');
  return 9;
}

function banner(line: string): string {
  return `\n; <<>> DiG 9.18.28-1~deb12u2-Debian <<>> ${line}\n;; global options: +cmd\n`;
}

interface Shown {
  readonly name: string;
  readonly type: DnsType;
  readonly answer: DnsAnswer;
  readonly server: string;
  readonly port: number;
  readonly took: number;
  readonly line: string;
}

function show(context: Context, { shows }: Options, shown: Shown): void {
  const { name, type, answer, server, port, took, line } = shown;
  const { status, authoritative, answers, authority } = answer;
  const parts: string[] = [];
  if (shows.has('cmd')) parts.push(banner(line));
  if (shows.has('comments')) {
    const flags = authoritative ? 'qr aa rd' : 'qr rd ra';
    const counts = `QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authority.length}, ADDITIONAL: 1`;
    parts.push(
      `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${context.sys.random(65_536)}\n;; flags: ${flags}; ${counts}\n`,
      authoritative ? ';; WARNING: recursion requested but not available\n' : '',
      '\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n',
    );
  }
  if (shows.has('question')) parts.push(`;; QUESTION SECTION:\n;${name}.\t\tIN\t${type}\n`);
  if (shows.has('answer')) parts.push(section('ANSWER', answers, shows));
  if (shows.has('authority')) parts.push(section('AUTHORITY', authority, shows));
  if (shows.has('stats')) {
    const when = strftime('%a %b %d %H:%M:%S %Z %Y', context.sys.now() / 1000);
    const size = 40 + JSON.stringify(answers).length;
    parts.push(
      `\n;; Query time: ${took} msec\n;; SERVER: ${server}#${port}(${server}) (UDP)\n;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${size}\n`,
    );
  }
  context.print(`${parts.join('')}${shows.size > 1 ? '\n' : ''}`);
}

function section(title: string, records: readonly DnsRecord[], shows: ReadonlySet<string>): string {
  if (records.length === 0) return '';
  const lines = records.map(({ name, ttl, type, data }) => `${name}\t${ttl}\tIN\t${type}\t${data}\n`);
  return `${shows.has('comments') ? `\n;; ${title} SECTION:\n` : ''}${lines.join('')}`;
}

const HOST: CommandSpec = {
  usage: '[-aCdilrTvVw] [-c class] [-t type] [-W time] {hostname} [server]',
  flags: 't= a v W= w 4 T',
  refused: 'C d i l r V c= N= R= m= p=',
  arguments: [1, 2],
};

export const host = command(HOST, function* (context) {
  const { sys, flags, args } = context;
  const [name = '', given] = args;
  const config = yield* readResolverConfig(sys);
  const servers = given === undefined ? config.servers : [given];
  const reverse = isIPv4(name);
  const type = reverse ? 'PTR' : dnsType(flags.value('t') ?? 'A');
  if (type === undefined) {
    context.complain(`invalid type: ${flags.value('t')}`);
    return 2;
  }
  for (const each of reverse ? [reverseName(name)] : candidates(name, config)) {
    const answer = yield* askServers(sys, servers, { name: each, type });
    if (typeof answer === 'string') {
      context.print(';; connection timed out; no servers could be reached\n');
      return 1;
    }
    if (answer.status !== 'NOERROR') continue;
    context.print(answer.answers.map(hostLine).join('') || `${each} has no ${type} record\n`);
    return answer.answers.length > 0 ? 0 : 1;
  }
  context.print(`Host ${reverse ? reverseName(name) : name} not found: 3(NXDOMAIN)\n`);
  return 1;
});

const SAYS: Readonly<Partial<Record<DnsType, string>>> = {
  A: 'has address',
  AAAA: 'has IPv6 address',
  CNAME: 'is an alias for',
  PTR: 'domain name pointer',
  SRV: 'has SRV record',
  NS: 'name server',
  MX: 'mail is handled by',
  TXT: 'descriptive text',
  SOA: 'has SOA record',
};

function hostLine({ name, type, data }: DnsRecord): string {
  return `${name.replace(/\.$/, '')} ${SAYS[type] ?? type} ${data}\n`;
}

/** `getent hosts NAME`: what a program would be told. */
export const getent: (flavour: Flavour) => Program = command(
  { usage: 'database [key ...]', arguments: [1, Number.POSITIVE_INFINITY], flags: 's=' },
  function* ({ sys, args, complain, print }) {
    const [database, ...keys] = args;
    if (database !== 'hosts' && database !== 'ahosts' && database !== 'ahostsv4') {
      complain(`${database}: this machine models hosts only`);
      return 1;
    }
    for (const key of keys) {
      try {
        const addresses = yield* sys.resolve(key);
        for (const address of addresses) print(`${address.padEnd(15)} ${key}\n`);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        return 2;
      }
    }
    return 0;
  },
);
