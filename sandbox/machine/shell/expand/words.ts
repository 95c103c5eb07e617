// Words become fields: tilde, parameters, commands, arithmetic, then splitting, then pathnames, then quotes are gone.

import { calculationMessage } from '../messages.ts';
import { ArithmeticProblem, parseArithmetic } from '../parser/arithmetic.ts';
import type { Arithmetic, Part, Word } from '../syntax.ts';
import { getVariable, setElement, setVariable } from '../variables.ts';
import { failure, hasOption, type Vm } from '../vm.ts';
import { CalculationProblem, type Cells, calculate, type Int } from './calculate.ts';
import { addLiteral, addQuoted, addSplit, endField, type Field, type FieldBuilder, newFields } from './fields.ts';
import { glob } from './glob.ts';
import { once, outputOf } from './journal.ts';
import { type Expanded, elementKey, expandParameter, unbound, type WordExpander } from './parameter.ts';
import { escapePattern, hasGlob } from './pattern.ts';
import { processPath } from './process.ts';
import { arrayElements, parameterValue } from './values.ts';

const DEFAULT_IFS = ' \t\n';

/** The fields that a word of a command becomes: none, one or many. */
export function expandFields(vm: Vm, word: Word): readonly string[] {
  if (word.text !== undefined && !hasGlob(word.text, hasOption(vm, 'extglob'))) return [word.text];
  const b = newFields(getVariable(vm, 'IFS') ?? DEFAULT_IFS, hasOption(vm, 'extglob'));
  for (const part of word.parts) addPart(vm, b, part);
  endField(b);
  const only = b.done[0];
  if (b.done.length === 1 && only !== undefined && only.pattern === undefined) return [only.text];
  return b.done.flatMap((field) => expandPathname(vm, field));
}

/** The text that a word becomes where it is neither split nor globbed. */
export function expandText(vm: Vm, word: Word): string {
  if (word.text !== undefined) return word.text;
  let text = '';
  for (const part of word.parts) text += partText(vm, part);
  return text;
}

/** The pattern that a word becomes: what was quoted in it stands for itself. */
export function expandPattern(vm: Vm, word: Word): string {
  if (word.text !== undefined) return word.text;
  let pattern = '';
  for (const part of word.parts) pattern += partPattern(vm, part);
  return pattern;
}

/** A list of fields without splitting and globbing: elements of `"$@"` in `[[ ]]` and the like are joined. */
const expander: WordExpander = {
  text: expandText,
  pattern: expandPattern,
  number: (vm, expression) => Number(evaluate(vm, expression)),
};

export function keyOf(vm: Vm, name: string, index: Word): number | string {
  return elementKey(vm, name, index, expander);
}

function expandPathname(vm: Vm, field: Field): readonly string[] {
  if (field.pattern === undefined || hasOption(vm, 'noglob')) return [field.text];
  const found = glob(vm, field.pattern);
  if (found.length > 0) return found;
  return hasOption(vm, 'nullglob') ? [] : [field.text];
}

function addPart(vm: Vm, b: FieldBuilder, part: Part): void {
  switch (part.k) {
    case 'text':
      if (part.quoted) addQuoted(b, part.text);
      else addLiteral(b, part.text);
      return;
    case 'tilde':
      addQuoted(b, home(vm, part.user));
      return;
    case 'process':
      addQuoted(b, processPath(vm, part));
      return;
    case 'parameter':
      addExpanded(vm, b, expandParameter(vm, part, expander), part.quoted);
      return;
    case 'command':
    case 'arithmetic': {
      const text = partText(vm, part);
      if (part.quoted) addQuoted(b, text);
      else addSplit(b, text);
    }
  }
}

function addExpanded(vm: Vm, b: FieldBuilder, expanded: Expanded, quoted: boolean): void {
  if (expanded.kind === 'word') {
    for (const part of expanded.word.parts) {
      if (part.k === 'text' && !part.quoted) addSplit(b, part.text);
      else addPart(vm, b, part);
    }
    if (quoted && expanded.word.parts.length === 0) addQuoted(b, '');
  } else if (expanded.kind === 'one') {
    if (quoted) addQuoted(b, expanded.value ?? '');
    else addSplit(b, expanded.value ?? '');
  } else if (quoted && expanded.joined) addQuoted(b, expanded.values.join(joiner(vm)));
  else addList(b, expanded.values, quoted);
}

function addList(b: FieldBuilder, values: readonly string[], quoted: boolean): void {
  values.forEach((value, i) => {
    if (i > 0) endField(b);
    if (quoted) addQuoted(b, value);
    else addSplit(b, value);
  });
}

/** What `"$*"` puts between its parameters. */
function joiner(vm: Vm): string {
  return (getVariable(vm, 'IFS') ?? DEFAULT_IFS).charAt(0);
}

function partText(vm: Vm, part: Part): string {
  switch (part.k) {
    case 'text':
      return part.text;
    case 'tilde':
      return home(vm, part.user);
    case 'process':
      return processPath(vm, part);
    case 'command':
      return trimLines(outputOf(vm, part.body));
    case 'arithmetic':
      return String(evaluate(vm, part.expression));
    case 'parameter':
      return expandedText(vm, expandParameter(vm, part, expander));
  }
}

function expandedText(vm: Vm, expanded: Expanded): string {
  if (expanded.kind === 'word') return expandText(vm, expanded.word);
  if (expanded.kind === 'one') return expanded.value ?? '';
  return expanded.values.join(expanded.joined ? joiner(vm) : ' ');
}

function partPattern(vm: Vm, part: Part): string {
  if (part.k === 'parameter') {
    const expanded = expandParameter(vm, part, expander);
    if (expanded.kind === 'word') return expandPattern(vm, expanded.word);
    const text = expandedText(vm, expanded);
    return part.quoted ? escapePattern(text) : text;
  }
  const text = partText(vm, part);
  const quoted = part.k === 'tilde' || part.k === 'process' || part.quoted;
  return quoted ? escapePattern(text) : text;
}

/** Output loses the newlines at its end, and bytes that no text can hold. */
function trimLines(output: string): string {
  let end = output.length;
  while (end > 0 && output.charCodeAt(end - 1) === 10) end--;
  const text = output.slice(0, end);
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

function home(vm: Vm, user: string): string {
  if (user === '') return getVariable(vm, 'HOME') ?? '~';
  if (user === '+') return getVariable(vm, 'PWD') ?? '~+';
  if (user === '-') return getVariable(vm, 'OLDPWD') ?? '~-';
  return user === 'root' ? '/root' : `~${user}`;
}

/** The value of an arithmetic expression; throws `ShellFailure` with the shell's own message. */
export function evaluate(vm: Vm, expression: Arithmetic): Int {
  if (expression.tree !== undefined && readsAsWritten(vm, expression)) {
    return calculated(
      vm,
      () => expandText(vm, expression.word),
      () => expression.tree ?? ZERO,
    );
  }
  const text = expandText(vm, expression.word);
  return calculated(
    vm,
    () => text,
    () => parseArithmetic(text),
  );
}

const ZERO = { a: 'number', value: 0 } as const;

function readsAsWritten(vm: Vm, expression: Arithmetic): boolean {
  return (expression.plain ?? []).every((name) => {
    const value = parameterValue(vm, name);
    return value.kind === 'one' && value.value !== undefined && /^[0-9]{1,15}$/.test(value.value);
  });
}

function calculated(vm: Vm, text: () => string, tree: () => Parameters<typeof calculate>[0]): Int {
  return once(vm, () => {
    try {
      return calculate(tree(), cells(vm));
    } catch (error) {
      if (!(error instanceof ArithmeticProblem) && !(error instanceof CalculationProblem)) throw error;
      throw failure(vm, calculationMessage(vm.flavour.name, text(), error));
    }
  });
}

function cells(vm: Vm): Cells {
  const key = (name: string, index: string): number | string =>
    keyOf(vm, name, { parts: [{ k: 'text', text: index, quoted: true }], runs: false });
  return {
    get: (name, index) => {
      if (index !== undefined) {
        const at = key(name, index);
        return arrayElements(vm, name).find(([each]) => each === at)?.[1];
      }
      const value = parameterValue(vm, name);
      const text = value.kind === 'one' ? value.value : undefined;
      if (text === undefined && hasOption(vm, 'nounset')) {
        throw unbound(vm, name);
      }
      return text;
    },
    set: (name, index, value) => {
      if (index === undefined) setVariable(vm, name, value);
      else setElement(vm, name, key(name, index), value);
    },
    plain: vm.flavour.name === 'dash',
  };
}
