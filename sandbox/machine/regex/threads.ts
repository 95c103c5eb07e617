// The matcher: all threads of a program walk through the text side by side, so that the time is linear in the text,
// whatever the expression (Thompson's construction, with captures as Pike added them).

import type { Instruction } from './compile.ts';
import { type AssertionKind, inRanges, isWordCode } from './tree.ts';

export interface MatchOptions {
  readonly ignoreCase: boolean;
  /** POSIX: the longest of the leftmost matches. Otherwise Perl's preferred one. */
  readonly longest: boolean;
  /** `^` and `$` match at each line. */
  readonly lines: boolean;
  readonly slots: number;
}

/** Start and end of the match and of each group; -1 where a group took no part. */
export type Slots = readonly number[];

interface Thread {
  readonly at: number;
  readonly slots: Slots;
}

/** Searches from `from` on. */
export function searchThreads(
  program: readonly Instruction[],
  text: string,
  from: number,
  options: MatchOptions,
): Slots | undefined {
  const empty: Slots = new Array<number>(options.slots).fill(-1);
  const seen = new Int32Array(program.length).fill(-1);
  let threads: Thread[] = [];
  let best: Slots | undefined;
  for (let i = from; ; ) {
    const next: Thread[] = [];
    if (best === undefined) follow(program, threads, seen, i, 0, with_(empty, 0, i), text, i, options);
    if (threads.length === 0 && best !== undefined) return best;
    const code = i < text.length ? (text.codePointAt(i) ?? -1) : -1;
    const after = i + (code > 0xffff ? 2 : 1);
    for (const thread of threads) {
      const instruction = program[thread.at];
      if (instruction === undefined) continue;
      if (instruction.i === 'match') {
        best = better(best, with_(thread.slots, 1, i), options.longest);
        if (!options.longest) break;
      } else if (
        code >= 0 &&
        (best === undefined || (thread.slots[0] ?? 0) <= (best[0] ?? 0)) &&
        fits(instruction, code, options)
      ) {
        follow(program, next, seen, after, thread.at + 1, thread.slots, text, after, options);
      }
    }
    if (code < 0) return best;
    threads = next;
    i = after;
  }
}

function better(best: Slots | undefined, found: Slots, longest: boolean): Slots {
  if (best === undefined || !longest) return found;
  if ((found[0] ?? 0) !== (best[0] ?? 0)) return (found[0] ?? 0) < (best[0] ?? 0) ? found : best;
  return (found[1] ?? 0) > (best[1] ?? 0) ? found : best;
}

function with_(slots: Slots, slot: number, value: number): Slots {
  if (slot >= slots.length) return slots;
  const copy = slots.slice();
  copy[slot] = value;
  return copy;
}

/** Adds a thread, following everything that takes no character. `mark` tells this position from others. */
function follow(
  program: readonly Instruction[],
  threads: Thread[],
  seen: Int32Array,
  mark: number,
  start: number,
  startSlots: Slots,
  text: string,
  i: number,
  options: MatchOptions,
): void {
  const stack: Thread[] = [{ at: start, slots: startSlots }];
  for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
    const { at, slots } = thread;
    if (seen[at] === mark) continue;
    seen[at] = mark;
    const instruction = program[at];
    switch (instruction?.i) {
      case 'jump':
        stack.push({ at: instruction.to, slots });
        break;
      case 'split':
        stack.push({ at: instruction.second, slots }, { at: instruction.first, slots });
        break;
      case 'save':
        stack.push({ at: at + 1, slots: with_(slots, instruction.slot, i) });
        break;
      case 'assert':
        if (holds(instruction.kind, text, i, options.lines)) stack.push({ at: at + 1, slots });
        break;
      default:
        threads.push(thread);
    }
  }
}

export function fits(
  instruction: Instruction,
  code: number,
  options: { ignoreCase: boolean; lines: boolean },
): boolean {
  if (instruction.i === 'any') return !(options.lines && code === 10);
  if (instruction.i === 'char')
    return instruction.code === code || (options.ignoreCase && fold(instruction.code) === fold(code));
  if (instruction.i !== 'set') return false;
  const inside =
    inRanges(instruction.ranges, code) ||
    (options.ignoreCase && (inRanges(instruction.ranges, fold(code)) || inRanges(instruction.ranges, upper(code))));
  return inside !== instruction.negated;
}

function fold(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  return String.fromCodePoint(code).toLowerCase().codePointAt(0) ?? code;
}

function upper(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? code - 32 : code;
  return String.fromCodePoint(code).toUpperCase().codePointAt(0) ?? code;
}

export function sameLetter(a: number, b: number): boolean {
  return fold(a) === fold(b);
}

/** Whether an assertion holds between the characters before and after `i`. */
export function holds(kind: AssertionKind, text: string, i: number, lines: boolean): boolean {
  switch (kind) {
    case 'text-start':
      return i === 0;
    case 'text-end':
      return i === text.length;
    case 'line-start':
      return i === 0 || (lines && text.charCodeAt(i - 1) === 10);
    case 'line-end':
      return i === text.length || (lines && text.charCodeAt(i) === 10);
    default: {
      const before = i > 0 && isWordCode(text.charCodeAt(i - 1));
      const after = i < text.length && isWordCode(text.charCodeAt(i));
      if (kind === 'word') return before !== after;
      if (kind === 'not-word') return before === after;
      return kind === 'word-start' ? !before && after : before && !after;
    }
  }
}
