// Prompts: PS1 and its kin, with bash's backslash escapes.

import { SHORT_DAYS, SHORT_MONTHS } from '../calendar.ts';
import { getVariable } from './variables.ts';
import type { Vm } from './vm.ts';

/** The prompt as it is shown. */
export function prompt(vm: Vm, name: 'PS1' | 'PS2'): string {
  const value = getVariable(vm, name) ?? (name === 'PS2' ? '> ' : vm.sys.uid === 0 ? '# ' : '$ ');
  return vm.flavour.name === 'dash' ? value : decodePrompt(vm, value);
}

/** Replaces `\u@\h:\w\$` and the like, and plain variables. */
function decodePrompt(vm: Vm, text: string): string {
  return text.replace(/\\([0-7]{3}|.)|\$(\?|\w+|\{\w+\})/g, (whole, code: string | undefined, name: string) => {
    if (code === undefined) return variable(vm, name.replace(/[{}]/g, ''));
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return Object.hasOwn(ESCAPES, code) ? (ESCAPES[code]?.(vm) ?? whole) : whole;
  });
}

function variable(vm: Vm, name: string): string {
  return name === '?' ? String(vm.state.status) : (getVariable(vm, name) ?? '');
}

const ESCAPES: Readonly<Record<string, (vm: Vm) => string>> = {
  u: (vm) => getVariable(vm, 'USER') ?? (vm.sys.uid === 0 ? 'root' : String(vm.sys.uid)),
  h: (vm) => vm.sys.hostname().split('.')[0] ?? '',
  H: (vm) => vm.sys.hostname(),
  w: shortFolder,
  W: (vm) => {
    const folder = shortFolder(vm);
    return folder === '/' ? '/' : (folder.split('/').at(-1) ?? '');
  },
  $: (vm) => (vm.sys.uid === 0 ? '#' : '$'),
  s: (vm) => vm.state.calledAs,
  j: (vm) => String(vm.state.jobs.length),
  n: () => '\n',
  r: () => '\r',
  e: () => '\x1b',
  a: () => '\x07',
  '\\': () => '\\',
  '[': () => '',
  ']': () => '',
  '!': (vm) => String(vm.state.history.length + 1),
  '#': (vm) => String(vm.state.history.length + 1),
  t: (vm) => clock(vm).slice(0, 8),
  A: (vm) => clock(vm).slice(0, 5),
  d: (vm) => {
    const date = new Date(vm.sys.now());
    return `${SHORT_DAYS[date.getUTCDay()]} ${SHORT_MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, '0')}`;
  },
  v: () => '5.2',
  V: () => '5.2.15',
};

function clock(vm: Vm): string {
  return new Date(vm.sys.now()).toISOString().slice(11, 19);
}

function shortFolder(vm: Vm): string {
  const folder = getVariable(vm, 'PWD') ?? vm.sys.cwd();
  const home = getVariable(vm, 'HOME');
  if (home === undefined || home === '/') return folder;
  if (folder === home) return '~';
  return folder.startsWith(`${home}/`) ? `~${folder.slice(home.length)}` : folder;
}
