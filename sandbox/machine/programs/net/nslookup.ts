// `nslookup`: busybox's, which asks for A and AAAA at once, and the one of BIND.

import type { Blocking, DnsAnswer, DnsRecord, DnsType, Program } from '../../sys.ts';
import { type CommandSpec, type Context, command, type Flavour } from '../kit/command.ts';
import { type Asked, askServers, candidates, dnsType, isIPv4, readResolverConfig, reverseName } from './names.ts';

const SPEC: CommandSpec = {
  usage: '[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]',
  flags: 'type= debug port= timeout= query= retry= p= w=',
  arguments: [1, 2],
  // Its flags are words behind one dash.
  rewrite: (args) =>
    args.map((arg) => {
      const word = /^-(ty?p?e?|q[a-z]{0,4}|debug|port|timeout|retry)(=.*)?$/.exec(arg);
      if (word === null) return arg;
      const [, name = '', value = ''] = word;
      return `--${name.startsWith('q') || (name.startsWith('t') && !name.startsWith('ti')) ? 'type' : name}${value}`;
    }),
};

export function nslookup(flavour: Flavour): Program {
  return command(SPEC, flavour === 'busybox' ? busybox : bind)(flavour);
}

const TIMED_OUT = ';; connection timed out; no servers could be reached\n';

/** Null: refused, and said so. */
function typeOf(context: Context): DnsType | undefined | null {
  const text = context.flags.value('type');
  if (text === undefined) return undefined;
  const type = dnsType(text);
  if (type !== undefined) return type;
  context.complain(context.flavour === 'busybox' ? `invalid query type "${text}"` : `unknown query type: ${text}`);
  return null;
}

function* busybox(context: Context): Blocking<number> {
  const { sys, args } = context;
  const [host = '', given] = args;
  const type = typeOf(context);
  if (type === null) return 1;
  const config = yield* readResolverConfig(sys);
  const server = given === undefined ? config.servers[0] : yield* serverAddress(context, given);
  if (server === undefined) return 1;
  const names =
    isIPv4(host) || host.includes('.') || config.search.length === 0
      ? [host]
      : config.search.map((domain) => `${host}.${domain}`);
  const questions: { name: string; type: DnsType }[] = isIPv4(host)
    ? [{ name: reverseName(host), type: 'PTR' }]
    : names.flatMap((name) =>
        type === undefined
          ? [
              { name, type: 'AAAA' as const },
              { name, type: 'A' as const },
            ]
          : [{ name, type }],
      );
  let status = 0;
  let heard = false;
  for (const question of questions) {
    const answer = yield* askServers(sys, [server], question, { timeoutMs: 5000, attempts: heard ? 1 : 2 });
    if (typeof answer === 'string') {
      context.print(`${TIMED_OUT}\n`);
      return 1;
    }
    if (!heard) context.print(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
    heard = true;
    if (answer.status !== 'NOERROR') status = 1;
    context.print(busyboxReply(question.name, question.type, answer));
    yield* context.flush();
  }
  return status;
}

function busyboxReply(name: string, type: DnsType, answer: DnsAnswer): string {
  if (answer.status !== 'NOERROR') return `** server can't find ${name}: ${answer.status}\n\n`;
  const head = answer.authoritative ? '' : 'Non-authoritative answer:\n';
  const none =
    answer.answers.length === 0 && type !== 'A' && type !== 'AAAA' ? `*** Can't find ${name}: No answer\n` : '';
  return `${head}${answer.answers.map(recordText).join('')}${none}\n`;
}

const WORDS: Readonly<Partial<Record<DnsType, string>>> = {
  CNAME: 'canonical name',
  PTR: 'name',
  NS: 'nameserver',
  MX: 'mail exchanger',
  TXT: 'text',
  SRV: 'service',
};

function recordText({ name, type, data }: DnsRecord): string {
  const bare = name.replace(/\.$/, '');
  if (type === 'A' || type === 'AAAA') return `Name:\t${bare}\nAddress: ${data}\n`;
  if (type === 'SOA') return soaText(bare, data);
  return `${bare}\t${WORDS[type] ?? type} = ${data.replace(/\.$/, '')}\n`;
}

function soaText(name: string, data: string): string {
  const [origin = '', mail = '', serial, refresh, retry, expire, minimum] = data.split(' ');
  const bare = (text: string): string => text.replace(/\.$/, '');
  return `${name}\n\torigin = ${bare(origin)}\n\tmail addr = ${bare(mail)}\n\tserial = ${serial}\n\trefresh = ${refresh}\n\tretry = ${retry}\n\texpire = ${expire}\n\tminimum = ${minimum}\n`;
}

function* serverAddress(context: Context, given: string): Blocking<string | undefined> {
  if (isIPv4(given)) return given;
  const config = yield* readResolverConfig(context.sys);
  const found = yield* search(context, config.servers, candidates(given, config), 'A');
  const address = typeof found.answer === 'string' ? undefined : found.answer.answers.find(({ type }) => type === 'A');
  if (address === undefined)
    context.complain(
      context.flavour === 'busybox' ? `can't resolve '${given}'` : `couldn't get address for '${given}': not found`,
    );
  return address?.data;
}

interface Searched {
  readonly name: string;
  readonly answer: Asked;
}

/** Asks for one name after the other until one is known. */
function* search(
  context: Context,
  servers: readonly string[],
  names: readonly string[],
  type: DnsType,
): Blocking<Searched> {
  let first: Searched | undefined;
  for (const name of names) {
    const answer = yield* askServers(context.sys, servers, { name, type });
    if (typeof answer === 'string') return { name, answer };
    if (answer.status === 'NOERROR') return { name, answer };
    first ??= { name: names.at(-1) ?? name, answer };
  }
  return first ?? { name: names[0] ?? '', answer: 'timeout' };
}

function* bind(context: Context): Blocking<number> {
  const { sys, args } = context;
  const [host = '', given] = args;
  const type = typeOf(context);
  if (type === null) return 1;
  const config = yield* readResolverConfig(sys);
  const server = given === undefined ? config.servers[0] : yield* serverAddress(context, given);
  if (server === undefined) return 1;
  const reverse = isIPv4(host);
  const names = reverse ? [reverseName(host)] : candidates(host, config);
  const found = yield* search(context, [server], names, reverse ? 'PTR' : (type ?? 'A'));
  const { answer } = found;
  if (typeof answer === 'string') {
    context.print(
      answer === 'refused'
        ? `;; communications error to ${server}#53: connection refused\n;; communications error to ${server}#53: connection refused\n;; no servers could be reached\n\n`
        : `;; communications error to ${server}#53: timed out\n;; communications error to ${server}#53: timed out\n;; no servers could be reached\n\n`,
    );
    return 1;
  }
  if (!reverse) context.print(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
  if (answer.status !== 'NOERROR') {
    context.print(`** server can't find ${reverse ? reverseName(host) : host}: ${answer.status}\n\n`);
    return 1;
  }
  const { answers } = answer;
  if (answers.length === 0) {
    context.print(`*** Can't find ${host}: No answer\n\n`);
    return 1;
  }
  if (!answer.authoritative) context.print('Non-authoritative answer:\n');
  context.print(answers.map(bindRecord).join(''));
  context.print('\n');
  return 0;
}

function bindRecord(record: DnsRecord): string {
  const dotted = record.type === 'PTR' || record.type === 'CNAME' || record.type === 'SRV' || record.type === 'NS';
  if (!dotted) return recordText(record);
  return `${record.name.replace(/\.$/, '')}\t${WORDS[record.type] ?? record.type} = ${record.data}\n`;
}
