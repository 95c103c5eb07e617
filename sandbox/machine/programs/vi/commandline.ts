// The last row while a command or a pattern is typed there.

import { runEx } from './ex.ts';
import { move, operate, spanOf } from './operators.ts';
import { searchFrom } from './pattern.ts';
import type { Place, ViState } from './state.ts';

export function commandKey(v: ViState, key: string): void {
  if (key === '<Esc>' || key === '<C-c>') leave(v);
  else if (key === '<CR>' || key === '<C-j>') finish(v);
  else if (key === '<BS>') {
    if (v.command.length === 1) leave(v);
    else v.command = v.command.slice(0, -1);
  } else if (key === '<C-u>') v.command = v.command.charAt(0);
  else if (key === '<C-w>') v.command = v.command.charAt(0) + v.command.slice(1).replace(/\S*\s*$/, '');
  else if (key === '<Up>' || key === '<Down>') recall(v, key === '<Up>' ? -1 : 1);
  else if (key === '<Tab>') v.command += '\t';
  else if (key.startsWith('<Paste>')) v.command += key.slice('<Paste>'.length).split('\n')[0] ?? '';
  else if (key.length === 1 || !key.startsWith('<')) v.command += key;
}

function leave(v: ViState): void {
  v.mode = 'normal';
  v.command = '';
  v.pendingOperator = undefined;
}

function recall(v: ViState, direction: 1 | -1): void {
  const own = v.history.filter((each) => each.charAt(0) === v.command.charAt(0));
  const at = Math.max(0, Math.min(own.length, Math.min(v.historyAt, own.length) + direction));
  v.historyAt = at;
  v.command = own[at] ?? v.command.charAt(0);
}

function finish(v: ViState): void {
  const { command, pendingOperator } = v;
  leave(v);
  v.message = '';
  if (command.length > 1) v.history.push(command);
  const first = command.charAt(0);
  const text = command.slice(1);
  if (first === ':') runEx(v, text);
  else search(v, first === '/', text, pendingOperator);
}

function search(v: ViState, forward: boolean, text: string, operator: readonly string[] | undefined): void {
  const [, typed = ''] = (forward ? /^((?:[^\\/]|\\.)*)/ : /^((?:[^\\?]|\\.)*)/).exec(text) ?? [];
  const pattern = typed === '' ? (v.search?.pattern ?? '') : typed;
  if (pattern === '') {
    v.message = 'E35: No previous regular expression';
    return;
  }
  v.search = { pattern, forward };
  const from: Place = { row: v.row, col: v.col };
  const place = searchFrom(v, pattern, forward, 1);
  if (place === undefined) return;
  const [name, register = ''] = operator ?? [];
  if (name !== undefined) operate(v, name, spanOf(v, from, { place }, '/'), register);
  else move(v, { place });
}
