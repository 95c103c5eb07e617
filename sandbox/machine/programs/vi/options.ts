// `:set`: what can be set, by long and short names.

import type { Options, ViState } from './state.ts';

type Flag = 'number' | 'list' | 'expandtab' | 'autoindent' | 'ignorecase' | 'hlsearch' | 'wrapscan';
type Size = 'tabstop' | 'shiftwidth';

const FLAGS: Readonly<Record<string, Flag>> = {
  nu: 'number',
  number: 'number',
  list: 'list',
  et: 'expandtab',
  expandtab: 'expandtab',
  ai: 'autoindent',
  autoindent: 'autoindent',
  ic: 'ignorecase',
  ignorecase: 'ignorecase',
  hls: 'hlsearch',
  hlsearch: 'hlsearch',
  ws: 'wrapscan',
  wrapscan: 'wrapscan',
};
const SIZES: Readonly<Record<string, Size>> = {
  ts: 'tabstop',
  tabstop: 'tabstop',
  sw: 'shiftwidth',
  shiftwidth: 'shiftwidth',
};
/** Taken as they are: nothing here depends on them. */
const IGNORED = new Set([
  'paste',
  'nopaste',
  'compatible',
  'nocompatible',
  'sts',
  'softtabstop',
  'wrap',
  'nowrap',
  'showmode',
  'ruler',
]);

/** Takes the words behind `:set`; without any it tells how things are. */
export function setOptions(v: ViState, text: string): void {
  if (text === '' || text === 'all') {
    v.message = describeOptions(v.options);
    return;
  }
  for (const word of text.split(/\s+/)) setOption(v, word);
}

function setOption(v: ViState, word: string): void {
  const [name = '', value] = word.split('=');
  const off = name.startsWith('no') ? name.slice(2) : '';
  const size = Object.hasOwn(SIZES, name) ? SIZES[name] : undefined;
  const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
  const noFlag = Object.hasOwn(FLAGS, off) ? FLAGS[off] : undefined;
  const asked = name.endsWith('?') ? name.slice(0, -1) : '';
  if (size !== undefined && value !== undefined && /^[1-9]\d?$/.test(value)) v.options[size] = Number(value);
  else if (flag !== undefined && value === undefined) v.options[flag] = true;
  else if (noFlag !== undefined) v.options[noFlag] = false;
  else if (asked !== '' || size !== undefined) v.message = describeOptions(v.options);
  else if (!IGNORED.has(name)) v.message = `E518: Unknown option: ${name}`;
}

function describeOptions(options: Options): string {
  return Object.entries(options)
    .map(([name, value]) => (typeof value === 'boolean' ? `${value ? '' : 'no'}${name}` : `${name}=${value}`))
    .join(' ');
}
