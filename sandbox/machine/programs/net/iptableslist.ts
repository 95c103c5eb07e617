// What `iptables -L` makes of rules that are written as `iptables-save` has them: a table a chain, with what each rule
// matches and does in words. Pure.

export interface ListOptions {
  /** Addresses and ports aren't turned into names. */
  readonly numeric: boolean;
  /** Counters and interfaces, too; nobody counts here. */
  readonly verbose: boolean;
  readonly lineNumbers: boolean;
}

/** A rule, taken apart. */
interface Rule {
  readonly chain: string;
  readonly target: string;
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  /** What else it matches, and then what its target does. */
  readonly details: readonly string[];
}

/** The lines of all chains, or of one; undefined when there is none of that name. */
export function listChains(
  saved: readonly string[],
  only: string | undefined,
  options: ListOptions,
): readonly string[] | undefined {
  const rules = saved.filter((line) => line.startsWith('-A ')).map((line) => ruleOf(line, options));
  const chains = saved.flatMap((line) => {
    const [, name, policy] = /^:(\S+) (\S+) /.exec(line) ?? [];
    return name === undefined || (only !== undefined && name !== only) ? [] : [{ name, policy: policy ?? '-' }];
  });
  if (only !== undefined && chains.length === 0) return undefined;
  return chains.flatMap(({ name, policy }, i) => [
    ...(i === 0 ? [] : ['']),
    headOf(name, policy, rules, options),
    columns(options),
    ...rules.filter(({ chain }) => chain === name).map((rule, at) => rowOf(rule, at + 1, options)),
  ]);
}

function headOf(name: string, policy: string, rules: readonly Rule[], { verbose }: ListOptions): string {
  const references = rules.filter(({ target }) => target === name).length;
  const counters = verbose ? ' 0 packets, 0 bytes' : '';
  return `Chain ${name} (${policy === '-' ? `${references} references` : `policy ${policy}${counters}`})`;
}

function columns({ verbose, lineNumbers }: ListOptions): string {
  const number = lineNumbers ? 'num  ' : '';
  if (verbose)
    return `${number} pkts bytes target     prot opt in     out     source               destination         `;
  return `${number}target     prot opt source               destination         `;
}

function rowOf(rule: Rule, at: number, { verbose, lineNumbers }: ListOptions): string {
  const { target, protocol, source, destination, details } = rule;
  const number = lineNumbers ? String(at).padEnd(5) : '';
  const counters = verbose ? '    0     0 ' : '';
  const interfaces = verbose ? '*      *       ' : '';
  const head = `${number}${counters}${target.padEnd(9)}  ${protocol.padEnd(4)} --  ${interfaces}`;
  return `${head}${source.padEnd(20)} ${destination.padEnd(20)} ${details.join(' ')}`;
}

const ANYWHERE = { numeric: '0.0.0.0/0', named: 'anywhere' };
const PORTS: Readonly<Record<string, string>> = { '53': 'domain', '80': 'http', '443': 'https', '8080': 'http-alt' };

/** What has been read of a rule when one of its options comes. */
interface Read {
  readonly protocol: string;
  /** `!` before what is not to be so. */
  readonly not: string;
}

/** The words of one option, from the rule that is being read. */
type Reader = (take: () => string, read: Read, options: ListOptions) => string;

/** What an option of `iptables-save` says, as the listing has it. */
const DETAILS: Readonly<Record<string, Reader>> = {
  '--comment': (take) => `/* ${take()} */`,
  '--dport': (take, { protocol }, { numeric }) => {
    const port = take();
    return `${protocol} dpt:${numeric ? port : (PORTS[port] ?? port)}`;
  },
  '--mode': (take) => `statistic mode ${take()}`,
  '--probability': (take) => `probability ${take()}`,
  '--dst-type': (take) => `ADDRTYPE match dst-type ${take()}`,
  '--mark': (take, { not }) => `mark match ${not}${take()}`,
  '--set-xmark': (take) => {
    const [value = '', mask = ''] = take().split('/');
    return value === mask ? `MARK or ${value}` : `MARK xor ${mask}`;
  },
  '--to-destination': (take) => `to:${take()}`,
  '--random-fully': () => 'random-fully',
  '--set': () => 'recent: SET',
  '--name': (take) => `name: ${take()}`,
  '--rsource': () => 'side: source',
  '--mask': (take) => `mask: ${take()}`,
};

function ruleOf(line: string, options: ListOptions): Rule {
  const words = wordsOf(line).slice(1);
  const take = (): string => words.shift() ?? '';
  const any = options.numeric ? ANYWHERE.numeric : ANYWHERE.named;
  const seen = { chain: take(), target: '', protocol: 'all', source: any, destination: any };
  const details: string[] = [];
  let not = '';
  for (let word = take(); word !== ''; word = take()) {
    if (word === '!') {
      not = '!';
      continue;
    }
    if (word === '-j') seen.target = take();
    else if (word === '-p') seen.protocol = take();
    else if (word === '-s') seen.source = addressOf(take());
    else if (word === '-d') seen.destination = addressOf(take());
    else if (word === '-m') take();
    else if (Object.hasOwn(DETAILS, word)) {
      details.push(DETAILS[word]?.(take, { protocol: seen.protocol, not }, options) ?? '');
    }
    not = '';
  }
  return { ...seen, details };
}

/** What stands in quotes is one word. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** One host needs no mask. */
function addressOf(address: string): string {
  return address.replace(/\/32$/, '');
}
