// `q` and `@`: keys that are recorded in a register, and typed again. What fails ends a repetition, as it ends one in vi.

import type { Command } from './operators.ts';
import type { ViState } from './state.ts';

/** How many keys one command may type: a macro may call itself. */
const KEYS_MAX = 20_000;

/** `qa` begins; `q` ends. */
export function record(v: ViState, { char }: Command): void {
  if (v.macro === undefined) {
    v.macro = {
      name: char.toLowerCase(),
      keys: /[A-Z]/.test(char) ? [...(v.macros.get(char.toLowerCase()) ?? [])] : [],
    };
    return;
  }
  v.macros.set(v.macro.name, v.macro.keys.slice(0, -1));
  v.macro = undefined;
}

/** `3@a`; `@@` is the last one again, `@:` the last line of commands. */
export function replayMacro(v: ViState, { char, count = 1 }: Command): void {
  const name = char === '@' ? v.lastMacro : char.toLowerCase();
  const keys = name === ':' ? lastLine(v) : (v.macros.get(name) ?? keysOf(v.registers.get(name)?.text ?? ''));
  if (keys.length === 0) return;
  v.lastMacro = name;
  const times = Math.min(count, Math.ceil(KEYS_MAX / keys.length));
  v.macroKeys = [...Array.from({ length: times }, () => keys).flat(), ...v.macroKeys].slice(0, KEYS_MAX);
}

function lastLine({ history }: ViState): readonly string[] {
  const line = history.findLast((each) => each.startsWith(':'));
  return line === undefined ? [] : [...line, '<CR>'];
}

/** Text that is typed as it stands. */
function keysOf(text: string): readonly string[] {
  return [...text].map((char) => (char === '\n' ? '<CR>' : char === '\x1b' ? '<Esc>' : char));
}

/** Types what a macro has left, key by key, until something fails. */
export function typeMacro(v: ViState, press: (key: string) => void): void {
  v.failed = false;
  for (let typed = 0; typed < KEYS_MAX; typed++) {
    const key = v.macroKeys.shift();
    if (key === undefined) break;
    press(key);
    if (v.failed || /^E\d+:/.test(v.message)) break;
  }
  v.macroKeys = [];
}
