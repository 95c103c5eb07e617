// What each command of `sed` does.

import type { Blocking } from '../../sys.ts';
import { UsageProblem } from '../kit/flags.ts';
import { flushQueue, nextLine, type Run, type Went } from './run.ts';
import type { SedCommand } from './script.ts';
import { substitute, writeTo } from './substitute.ts';

export function* execute(run: Run, c: SedCommand, out: (text: string) => void, separator: string): Blocking<Went> {
  switch (c.name) {
    case 's':
      return yield* substitute(run, c, out, separator);
    case 'y':
      run.pattern = translate(run.pattern, c);
      return undefined;
    case 'p':
      out(run.pattern + separator);
      return undefined;
    case 'P':
      out(`${run.pattern.split('\n')[0]}\n`);
      return undefined;
    case 'd':
      return 'deleted';
    case 'D': {
      const at = run.pattern.indexOf('\n');
      if (at < 0) return 'deleted';
      run.pattern = run.pattern.slice(at + 1);
      return 'again';
    }
    case 'n':
      if (run.ahead === undefined) return run.context.flavour === 'gnu' ? 'end' : 'end';
      if (!run.context.flags.has('n')) out(run.pattern + separator);
      yield* flushQueue(run, out);
      yield* nextLine(run);
      return undefined;
    case 'N': {
      if (run.ahead === undefined) return 'end';
      const before = run.pattern;
      yield* nextLine(run);
      run.pattern = `${before}\n${run.pattern}`;
      return undefined;
    }
    default:
      return yield* executeOther(run, c, out);
  }
}

function* executeOther(run: Run, c: SedCommand, out: (text: string) => void): Blocking<Went> {
  switch (c.name) {
    case 'a':
      run.queue.push({ kind: 'text', text: c.text });
      return undefined;
    case 'i':
      out(c.text);
      return undefined;
    case 'c':
      if (c.to === undefined || c.negated || !run.ranges.has(run.commands.indexOf(c))) out(c.text);
      return 'deleted';
    case 'r':
      run.queue.push({ kind: 'file', text: c.text });
      return undefined;
    case 'w':
      yield* writeTo(run, c.text, `${run.pattern}\n`);
      return undefined;
    case '=':
      out(`${run.line}\n`);
      return undefined;
    case 'l':
      out(`${visible(run.pattern)}$\n`);
      return undefined;
    case 'q':
      run.quit = c.number ?? 0;
      return 'end';
    case 'Q':
      run.quit = c.number ?? 0;
      return 'deleted';
    default:
      return executeSimple(run, c);
  }
}

function executeSimple(run: Run, c: SedCommand): Went {
  switch (c.name) {
    case 'h':
      run.hold = run.pattern;
      return undefined;
    case 'H':
      run.hold += `\n${run.pattern}`;
      return undefined;
    case 'g':
      run.pattern = run.hold;
      return undefined;
    case 'G':
      run.pattern += `\n${run.hold}`;
      return undefined;
    case 'x':
      [run.pattern, run.hold] = [run.hold, run.pattern];
      return undefined;
    case 'z':
      run.pattern = '';
      return undefined;
    case 'b':
      return jump(run, c);
    case 't':
    case 'T': {
      const jumps = run.substituted === (c.name === 't');
      if (c.name === 't' || !jumps) run.substituted = false;
      return jumps ? jump(run, c) : undefined;
    }
    case '{':
    case '}':
    case ':':
      return undefined;
    default:
      throw new UsageProblem(`command ${c.name} isn't modelled on this machine`, false);
  }
}

function jump(run: Run, { text }: SedCommand): Went {
  return text === '' ? 'end' : (run.labels.get(text) ?? 'end');
}

function visible(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
  };
  return text.replace(/[\\\0-\x1f\x7f]/g, (c) => named[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function translate(text: string, { text: from, replacement }: SedCommand): string {
  const to = [...String(replacement[0] ?? '')];
  const map = new Map([...from].map((char, i) => [char, to[i] ?? '']));
  return [...text].map((char) => map.get(char) ?? char).join('');
}
