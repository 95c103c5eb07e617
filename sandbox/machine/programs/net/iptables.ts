// `iptables-save` and `iptables -S`: the rules that the kernel of a node holds, as whoever manages services wrote them.
// They are shown here, and not to be changed.

import { type Program, SysError } from '../../sys.ts';
import type { Context, Flavour } from '../kit/command.ts';
import { command } from '../kit/command.ts';

const VERSION = 'v1.8.11 (nf_tables)';
const DENIED = 4;
const NEEDS_ROOT = `can't initialize iptables table \`nat': Permission denied (you must be root)`;

export const iptablesSave: (flavour: Flavour) => Program = command(
  { usage: '[-t TABLE]', flags: 't|table= c|counters', arguments: [0, 0] },
  function* (context) {
    const { flags } = context;
    const rules = rulesOf(context);
    if (rules === undefined) return DENIED;
    if (['nat', undefined].includes(flags.value('t'))) for (const line of rules) context.print(`${line}\n`);
    return 0;
  },
);

export const iptables: (flavour: Flavour) => Program = command(
  {
    usage: '-t TABLE -S [CHAIN]',
    flags: 't|table= S|list-rules n|numeric w|wait V|version',
    refused: 'A|append C|check D|delete F|flush I|insert L|list N|new-chain P|policy R|replace X|delete-chain Z|zero',
    arguments: [0, 1],
  },
  function* (context) {
    const { flags, args } = context;
    if (flags.has('V')) {
      context.print(`iptables ${VERSION}\n`);
      return 0;
    }
    if (!flags.has('S')) {
      context.complain('no command specified');
      return 2;
    }
    const rules = rulesOf(context);
    if (rules === undefined) return DENIED;
    const lines = flags.value('t') === 'nat' ? rules.map(asRule).filter((line) => line !== '') : [];
    const [chain] = args;
    const shown = chain === undefined ? lines : lines.filter((line) => line.split(' ')[1] === chain);
    if (chain !== undefined && shown.length === 0) {
      context.complain('No chain/target/match by that name.');
      return 1;
    }
    for (const line of shown) context.print(`${line}\n`);
    return 0;
  },
);

/** Undefined for who may not look; it is said. */
function rulesOf({ sys, complain }: Context): readonly string[] | undefined {
  try {
    return sys.natRules();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    complain(NEEDS_ROOT);
    return undefined;
  }
}

/** A line of `iptables-save` as `-S` has it: policies and new chains in words. */
function asRule(line: string): string {
  if (line.startsWith('-A ')) return line;
  const [, chain, policy] = /^:(\S+) (\S+) /.exec(line) ?? [];
  if (chain === undefined) return '';
  return policy === '-' ? `-N ${chain}` : `-P ${chain} ${policy ?? ''}`;
}
