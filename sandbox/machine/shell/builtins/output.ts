// `echo` and `printf`.

import { printf } from '../../programs/kit/printf.ts';
import { strftime } from '../../programs/kit/strftime.ts';
import type { Builtin } from '../builtin.ts';
import { complain, complainAsApplet } from '../complain.ts';
import { quoteWithBackslashes } from '../expand/quoting.ts';
import { readEscape } from '../parser/quotes.ts';
import { setVariable } from '../variables.ts';
import { print, type Vm } from '../vm.ts';

export const echo: Builtin = (vm, { args }) => {
  print(vm, 1, echoText(vm.flavour.name === 'dash' ? 'always' : 'asked', args));
  return 0;
};

/** What echo prints. `always`: backslashes work without `-e`, and `-n` alone is an option. */
export function echoText(escapes: 'always' | 'asked', args: readonly string[]): string {
  let newline = true;
  let escaping = escapes === 'always';
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (escapes === 'always' ? arg !== '-n' || i > 0 : !/^-[neE]+$/.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (letter === 'n') newline = false;
      else escaping = letter === 'e';
    }
  }
  const text = args.slice(i).join(' ');
  if (!escaping) return newline ? `${text}\n` : text;
  const shown = unescapeEcho(text, escapes === 'always');
  return shown.stopped || !newline ? shown.text : `${shown.text}\n`;
}

/** `plain`: only what POSIX has. */
function unescapeEcho(text: string, plain: boolean): { text: string; stopped: boolean } {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c !== '\\') {
      result += c;
      continue;
    }
    if (text.charAt(i + 1) === 'c') return { text: result, stopped: true };
    const escaped = plain && 'xuUeE'.includes(text.charAt(i + 1)) ? undefined : readEscape(text, i + 1, true);
    result += escaped?.text ?? c;
    i += escaped?.length ?? 0;
  }
  return { text: result, stopped: false };
}

export const printfBuiltin: Builtin = (vm, { args }) => {
  const bash = vm.flavour.name === 'bash';
  const rest = [...args];
  let variable: string | undefined;
  if (bash && rest[0] === '-v') {
    rest.shift();
    variable = rest.shift();
  }
  if (rest[0] === '--') rest.shift();
  const [format, ...values] = rest;
  if (format === undefined) return usage(vm);
  const result = printf(format, values, {
    partial: vm.flavour.name !== 'ash',
    emptyIsZero: vm.flavour.name !== 'ash',
    hex: vm.flavour.name !== 'dash',
    ...(bash ? { quote: quoteWithBackslashes, date: (text, at) => strftime(text, at ?? vm.sys.now() / 1000) } : {}),
  });
  if (variable === undefined) print(vm, 1, result.text);
  else setVariable(vm, variable, result.text);
  for (const problem of result.problems) reportNumber(vm, problem.argument, problem.partial);
  if (result.invalid !== undefined) reportFormat(vm, result.invalid, format);
  if (result.invalid !== undefined) return vm.flavour.name === 'dash' ? 2 : 1;
  return result.problems.length > 0 ? 1 : 0;
};

function usage(vm: Vm): number {
  if (vm.flavour.name === 'bash') print(vm, 2, 'printf: usage: printf [-v var] format [arguments]\n');
  else if (vm.flavour.name === 'ash') complainAsApplet(vm, 'usage: printf FORMAT [ARGUMENT...]');
  else complain(vm, 'usage: printf format [arg ...]', 'printf');
  return 2;
}

function reportNumber(vm: Vm, argument: string, partial: boolean): void {
  if (vm.flavour.name === 'ash') complainAsApplet(vm, `invalid number '${argument}'`);
  else if (vm.flavour.name === 'bash') complain(vm, `${argument}: invalid number`, 'printf');
  else complain(vm, `${argument}: ${partial ? 'not completely converted' : 'expected numeric value'}`, 'printf');
}

function reportFormat(vm: Vm, directive: string, format: string): void {
  if (vm.flavour.name === 'ash') {
    const shown = format.slice(format.indexOf(directive)).replace(/^(%[-+ #0-9.*]*)[hlLjzt]+/, '$1');
    complainAsApplet(vm, `${shown}: invalid format`);
  } else if (vm.flavour.name === 'dash') {
    complain(vm, `${directive.replace(/(?<=[hlLjzt]).*$/s, '')}: invalid directive`, 'printf');
  } else {
    const letter = /^%[-+ #0-9.*]*[hlLjzt]*$/.test(directive) ? undefined : directive.at(-1);
    const words =
      letter === undefined ? `\`${directive}': missing format character` : `\`${letter}': invalid format character`;
    complain(vm, words, 'printf');
  }
}
