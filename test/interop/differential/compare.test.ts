import { describe, expect, it } from 'vitest';
import { differences } from './compare.ts';

const ended = (stdout: string) => ({ stdout, stderr: '', exit: 0, requests: [] });
const compared = (stock: string, ours: string): readonly string[] =>
  differences({ line: 'x', stock: ended(stock), ours: ended(ours), interrupted: false, again: false });

const help = (words: string, flag: string): string =>
  `${words}\n\nOptions:\n    ${flag}:\n\t${words}\n\nUsage:\n  kubectl x NAME [options]\n`;

describe('two texts of help', () => {
  it('are the same in other words', () => {
    expect(compared(help('Rename it.', "-o, --output=''"), help('Give a name.', "-o, --output=''"))).toEqual([]);
  });

  it('differ where a flag, its default or the usage line differs', () => {
    expect(compared(help('Same.', "    --out=''"), help('Same.', "    --out='x'"))).not.toEqual([]);
    expect(compared(help('Same.', '    --a=1'), help('Same.', '    --a=1').replace('NAME', 'NAMES'))).not.toEqual([]);
  });

  it('are told from other texts, which are compared to the last blank', () => {
    expect(compared('Usage of it\n', 'Usage of  it\n')).not.toEqual([]);
  });
});
