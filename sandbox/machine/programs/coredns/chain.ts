// What a server block answers: its plugins asked in CoreDNS' order. Pure, but for what must be asked elsewhere, which is
// said and left to the caller.

import type { DnsAnswer, DnsRecord, DnsType } from '../../sys.ts';
import { answerReverse, answerZone, inZone, plain, type Zone } from './answers.ts';
import { type Directive, directive, type ServerBlock } from './corefile.ts';
import type { Names } from './names.ts';

export interface Question {
  readonly name: string;
  readonly type: DnsType;
}

/** An answer, or a question to servers elsewhere with what stands before their answer. */
export type Step =
  | { readonly kind: 'answer'; readonly answer: DnsAnswer }
  | {
      readonly kind: 'forward';
      readonly question: Question;
      readonly servers: readonly string[];
      readonly before: readonly DnsRecord[];
    };

export interface Knowledge {
  readonly names: Names;
  readonly synced: boolean;
  readonly serial: number;
  /** What stands in /etc/resolv.conf. */
  readonly nameservers: readonly string[];
}

export const SERVFAIL: DnsAnswer = { status: 'SERVFAIL', authoritative: false, answers: [], authority: [] };
const REFUSED: DnsAnswer = { status: 'REFUSED', authoritative: false, answers: [], authority: [] };
const ALIASES_MAX = 8;

export function ask(block: ServerBlock | undefined, question: Question, knowledge: Knowledge): Step {
  if (block === undefined) return { kind: 'answer', answer: REFUSED };
  const asked = rewritten(block, question);
  const step = unaliased(block, asked, knowledge, []);
  return asked.name === question.name ? step : renamed(step, asked.name, question.name);
}

function unaliased(block: ServerBlock, question: Question, knowledge: Knowledge, before: readonly DnsRecord[]): Step {
  const hosts = directive(block, 'hosts');
  const known = hosts === undefined ? undefined : fromHosts(hosts, question);
  if (known !== undefined) return { kind: 'answer', answer: withBefore(known, before) };
  const kubernetes = directive(block, 'kubernetes');
  const zone = kubernetes && zoneOf(kubernetes, knowledge, question.name);
  if (kubernetes === undefined || zone === undefined) return forwarded(block, question, knowledge, before);
  if (!knowledge.synced) return { kind: 'answer', answer: SERVFAIL };
  if (zone.reverse) {
    const answer = answerReverse(knowledge.names, zone.zone, question.name);
    if (answer !== undefined) return { kind: 'answer', answer };
    return zone.fallsThrough
      ? forwarded(block, question, knowledge, before)
      : { kind: 'answer', answer: nothing(zone.zone) };
  }
  const { answer, alias } = answerZone(knowledge.names, zone.zone, question.name, question.type);
  if (answer.status === 'NXDOMAIN' && zone.fallsThrough) return forwarded(block, question, knowledge, before);
  if (alias === undefined || before.length >= ALIASES_MAX)
    return { kind: 'answer', answer: withBefore(answer, before) };
  return unaliased(block, { ...question, name: alias }, knowledge, [...before, ...answer.answers]);
}

function withBefore(answer: DnsAnswer, before: readonly DnsRecord[]): DnsAnswer {
  return before.length === 0 ? answer : { ...answer, status: 'NOERROR', answers: [...before, ...answer.answers] };
}

function nothing(zone: Zone): DnsAnswer {
  return {
    ...answerZone({ namespaces: new Set(), services: new Map(), endpoints: new Map() }, zone, `x.${zone.domain}`, 'A')
      .answer,
  };
}

interface ServedZone {
  readonly zone: Zone;
  readonly reverse: boolean;
  readonly fallsThrough: boolean;
}

/** The zone of the kubernetes plugin that a name lies in. */
function zoneOf({ args, block }: Directive, { serial }: Knowledge, name: string): ServedZone | undefined {
  const zones = args.length === 0 ? ['cluster.local'] : args.map(plain);
  const inside = zones.find((each) => inZone(name, each));
  if (inside === undefined) return undefined;
  const option = (word: string): readonly string[] | undefined => block.find(([first]) => first === word)?.slice(1);
  const pods = option('pods')?.[0];
  const through = option('fallthrough');
  const reverse = inside.endsWith('.arpa');
  return {
    zone: {
      domain: reverse ? (zones.find((each) => !each.endsWith('.arpa')) ?? 'cluster.local') : inside,
      ttl: Number(option('ttl')?.[0] ?? 5),
      pods: pods === 'insecure' || pods === 'verified' ? pods : 'disabled',
      serial,
    },
    reverse,
    fallsThrough: through !== undefined && (through.length === 0 || through.some((each) => inZone(name, plain(each)))),
  };
}

function forwarded(block: ServerBlock, question: Question, knowledge: Knowledge, before: readonly DnsRecord[]): Step {
  const forwards = block.directives.filter(({ name }) => name === 'forward');
  const forward = forwards.find(({ args: [from = '.'] }) => from === '.' || inZone(question.name, plain(from)));
  if (forward === undefined)
    return { kind: 'answer', answer: before.length > 0 ? withBefore(SERVFAIL, before) : REFUSED };
  const servers = forward.args
    .slice(1)
    .flatMap((to) => (to.startsWith('/') ? knowledge.nameservers : [to.replace(/^dns:\/\//, '').replace(/:53$/, '')]));
  return { kind: 'forward', question, servers, before };
}

/** `hosts { 10.0.0.1 name...; fallthrough }` */
function fromHosts({ block }: Directive, { name, type }: Question): DnsAnswer | undefined {
  const wanted = plain(name);
  const lines = block.filter(
    ([address, ...names]) => /^\d/.test(address ?? '') && names.some((each) => plain(each) === wanted),
  );
  if (lines.length === 0) {
    const through = block.some(([word]) => word === 'fallthrough');
    return through ? undefined : { status: 'NXDOMAIN', authoritative: true, answers: [], authority: [] };
  }
  const answers = type === 'A' ? lines.map(([data = '']) => ({ name: `${wanted}.`, type, ttl: 3600, data })) : [];
  return { status: 'NOERROR', authoritative: true, answers, authority: [] };
}

/** `rewrite name [exact|prefix|suffix|substring] FROM TO`. */
function rewritten({ directives }: ServerBlock, question: Question): Question {
  const name = plain(question.name);
  for (const { name: plugin, args } of directives) {
    if (plugin !== 'rewrite') continue;
    const words = ['stop', 'continue'].includes(args[0] ?? '') ? args.slice(1) : args;
    if (words[0] !== 'name') continue;
    const kinds = ['exact', 'prefix', 'suffix', 'substring'];
    const [kind = 'exact', from = '', to = ''] = kinds.includes(words[1] ?? '')
      ? words.slice(1)
      : ['exact', ...words.slice(1)];
    const next = replaced(kind, name, from.replace(/\.$/, '').toLowerCase(), to.replace(/\.$/, '').toLowerCase());
    if (next !== undefined) return { ...question, name: next };
  }
  return question;
}

function replaced(kind: string, name: string, from: string, to: string): string | undefined {
  switch (kind) {
    case 'prefix':
      return name.startsWith(from) ? to + name.slice(from.length) : undefined;
    case 'suffix':
      return name.endsWith(from) ? name.slice(0, name.length - from.length) + to : undefined;
    case 'substring':
      return name.includes(from) ? name.replace(from, to) : undefined;
    default:
      return name === from ? to : undefined;
  }
}

/** Clients see the name that they asked for. */
function renamed(step: Step, from: string, to: string): Step {
  if (step.kind !== 'answer') return step;
  const answers = step.answer.answers.map((record) =>
    plain(record.name) === plain(from) ? { ...record, name: `${plain(to)}.` } : record,
  );
  return { kind: 'answer', answer: { ...step.answer, answers } };
}
