// Functions as `type` and `declare -f` show them: their source, laid out line by line as bash does for plain bodies.

import type { Node } from './syntax.ts';

type FunctionNode = Extract<Node, { t: 'function' }>;

/** The function's text. What it is made of is shown as it was written. */
export function printFunction(node: FunctionNode): string {
  const open = node.source.indexOf('{');
  const close = node.source.lastIndexOf('}');
  if (open < 0 || close < open) return node.source;
  const inner = node.source
    .slice(open + 1, close)
    .trim()
    .replace(/;$/, '');
  const lines = inner.includes('\n') ? inner.split('\n').map((line) => line.trim()) : inner.split(/;\s+/);
  return `${node.name} () \n{ \n${lines.map((line, i) => `    ${line}${i < lines.length - 1 && !/[;&]$|\b(?:then|do|else)$/.test(line) ? ';' : ''}`).join('\n')}\n}`;
}
