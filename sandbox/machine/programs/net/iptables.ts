// `iptables-save`, `iptables -S` and `iptables -L`: the rules that the kernel of a node holds, as whoever manages services wrote them.
// They are shown here, and not to be changed.

import { type Program, SysError } from '../../sys.ts';
import type { Context, Flavour } from '../kit/command.ts';
import { command } from '../kit/command.ts';
import { type ListOptions, listChains } from './iptableslist.ts';

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
    usage: '-t TABLE -S|-L [CHAIN]',
    flags: 't|table= S|list-rules L|list n|numeric v|verbose line-numbers w|wait V|version',
    refused: 'A|append C|check D|delete F|flush I|insert N|new-chain P|policy R|replace X|delete-chain Z|zero',
    arguments: [0, 1],
  },
  function* (context) {
    const { flags, args } = context;
    if (flags.has('V')) {
      context.print(`iptables ${VERSION}\n`);
      return 0;
    }
    if (!flags.has('S') && !flags.has('L')) {
      context.complain('no command specified');
      return 2;
    }
    const rules = rulesOf(context);
    if (rules === undefined) return DENIED;
    const table = flags.value('t') === 'nat' ? rules : FILTER;
    const [chain] = args;
    const shown = flags.has('L') ? listChains(table, chain, optionsOf(context)) : rulesAsWritten(table, chain);
    if (shown === undefined) {
      context.complain('No chain/target/match by that name.');
      return 1;
    }
    for (const line of shown) context.print(`${line}\n`);
    return 0;
  },
);

/** Nothing is held back on a node. */
const FILTER = [':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]'];

function optionsOf({ flags }: Context): ListOptions {
  return { numeric: flags.has('n'), verbose: flags.has('v'), lineNumbers: flags.has('line-numbers') };
}

/** As `-S` has them; undefined when there is no such chain. */
function rulesAsWritten(table: readonly string[], chain: string | undefined): readonly string[] | undefined {
  const lines = table.map(asRule).filter((line) => line !== '');
  if (chain === undefined) return lines;
  const found = lines.filter((line) => line.split(' ')[1] === chain);
  return found.length === 0 ? undefined : found;
}

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
