// Keys out of the bytes that a terminal sends: text, control keys, escape sequences, pastes. A pure state machine; whoever
// reads the terminal calls `flushKeys` when nothing has followed an escape for `ESCAPE_WAIT_MS`, since Esc alone and the
// first byte of a sequence look the same.

import { wholeText } from '../../sandbox/machine/bytes.ts';

/** How long an escape may wait for what belongs to it, in real milliseconds. */
export const ESCAPE_WAIT_MS = 50;

/** `raw` is what the terminal sent, for programs that want it as it was. */
export type Key =
  /** What can be seen: one character or several that came at once. */
  | { readonly kind: 'text'; readonly text: string; readonly raw: string }
  /** `Enter`, `C-a`, `M-b`, `C-Left`, `Escape`: modifiers in the order C, M, S. */
  | { readonly kind: 'key'; readonly name: string; readonly raw: string }
  /** Line ends are newlines; control characters but tabs are left out. */
  | { readonly kind: 'paste'; readonly text: string; readonly raw: string }
  | { readonly kind: 'wheel'; readonly lines: number; readonly raw: string }
  /** Where the terminal says that the cursor is, from 1. */
  | { readonly kind: 'position'; readonly row: number; readonly column: number; readonly raw: string };

export interface KeysState {
  /** Bytes of a character that has not come whole. */
  readonly bytes: Uint8Array;
  /** The beginning of a sequence. */
  readonly pending: string;
  /** What has come of a paste that has not ended. */
  readonly paste: string | undefined;
}

export const NO_KEYS: KeysState = { bytes: new Uint8Array(), pending: '', paste: undefined };

export interface Keys {
  readonly state: KeysState;
  readonly keys: readonly Key[];
}

const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/** Takes what the terminal sent; characters and sequences may be cut anywhere. */
export function feedKeys(state: KeysState, chunk: Uint8Array): Keys {
  const { text, rest } = wholeText(state.bytes, chunk);
  return readKeys({ ...state, bytes: rest }, state.pending + text, false);
}

/** Nothing followed in time: what is pending stands for itself. */
export function flushKeys(state: KeysState): Keys {
  return readKeys(state, state.pending, true);
}

/** Whether `flushKeys` has to be called if nothing more comes. */
export function isWaiting(state: KeysState): boolean {
  return state.pending !== '' && state.paste === undefined;
}

function readKeys(state: KeysState, input: string, final: boolean): Keys {
  const keys: Key[] = [];
  let { paste } = state;
  let rest = input;
  while (rest !== '') {
    if (paste !== undefined) {
      const end = rest.indexOf(PASTE_ENDS);
      if (end < 0) {
        const kept = overlap(rest, PASTE_ENDS);
        paste += rest.slice(0, rest.length - kept);
        return { state: { ...state, pending: rest.slice(rest.length - kept), paste }, keys };
      }
      const text = paste + rest.slice(0, end);
      keys.push({ kind: 'paste', text: cleanPaste(text), raw: PASTE_BEGINS + text + PASTE_ENDS });
      paste = undefined;
      rest = rest.slice(end + PASTE_ENDS.length);
    } else if (rest.startsWith(PASTE_BEGINS)) {
      paste = '';
      rest = rest.slice(PASTE_BEGINS.length);
    } else {
      const length = keyLength(rest, final);
      if (length === 0) break;
      const key = keyOf(rest.slice(0, length));
      if (key !== undefined) keys.push(key);
      rest = rest.slice(length);
    }
  }
  return { state: { ...state, pending: rest, paste }, keys };
}

/** How many characters at the end of `text` may be the beginning of `mark`. */
function overlap(text: string, mark: string): number {
  for (let n = Math.min(text.length, mark.length - 1); n > 0; n--) if (text.endsWith(mark.slice(0, n))) return n;
  return 0;
}

/** How much of the input is one key; 0 when it isn't all there. */
function keyLength(input: string, final: boolean): number {
  if (input.charCodeAt(0) !== 0x1b) return isControl(input.charCodeAt(0)) ? 1 : textLength(input);
  const from = input.startsWith('\x1b\x1b') && /^\x1b\x1b[[O]/.test(input) ? 1 : 0;
  const sequence = input.slice(from);
  const whole = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O])/u.exec(sequence);
  if (whole !== null) return from + (whole[0] === '\x1b\x1b' ? 1 : whole[0].length);
  if (!final && /^\x1b(?:\[[0-?]*[ -/]*|O)?$/.test(sequence)) return 0;
  return sequence.length === 2 ? from + 2 : from + 1;
}

function textLength(input: string): number {
  let end = 0;
  while (end < input.length && !isControl(input.charCodeAt(end))) end++;
  return end;
}

function isControl(code: number): boolean {
  return code < 0x20 || code === 0x7f;
}

function keyOf(raw: string): Key | undefined {
  const code = raw.charCodeAt(0);
  if (code !== 0x1b) return isControl(code) ? named(controlName(code), raw) : { kind: 'text', text: raw, raw };
  if (raw === '\x1b') return named('Escape', raw);
  const alt = raw.startsWith('\x1b\x1b') ? 'M-' : '';
  const sequence = alt === '' ? raw : raw.slice(1);
  if (sequence === '\x1b') return named('M-Escape', raw);
  if (sequence.startsWith('\x1b[') && sequence.length > 2) return controlSequence(sequence, alt, raw);
  if (sequence.startsWith('\x1bO') && sequence.length > 2) return finalKey(sequence.charAt(2), '', alt, raw);
  return named(altName(sequence.slice(1)), raw);
}

function altName(text: string): string {
  const code = text.charCodeAt(0);
  return `M-${isControl(code) ? controlName(code) : text}`;
}

const CONTROL: Readonly<Record<number, string>> = {
  0: 'C-Space',
  9: 'Tab',
  13: 'Enter',
  27: 'Escape',
  28: 'C-\\',
  29: 'C-]',
  30: 'C-^',
  31: 'C-_',
  127: 'Backspace',
};

function controlName(code: number): string {
  return CONTROL[code] ?? `C-${String.fromCharCode(code + 0x60)}`;
}

const FINAL: Readonly<Record<string, string>> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  H: 'Home',
  F: 'End',
  P: 'F1',
  Q: 'F2',
  R: 'F3',
  S: 'F4',
  Z: 'S-Tab',
  M: 'Enter',
};

const TILDE: Readonly<Record<string, string>> = {
  '1': 'Home',
  '2': 'Insert',
  '3': 'Delete',
  '4': 'End',
  '5': 'PageUp',
  '6': 'PageDown',
  '7': 'Home',
  '8': 'End',
  '11': 'F1',
  '12': 'F2',
  '13': 'F3',
  '14': 'F4',
  '15': 'F5',
  '17': 'F6',
  '18': 'F7',
  '19': 'F8',
  '20': 'F9',
  '21': 'F10',
  '23': 'F11',
  '24': 'F12',
};

function controlSequence(sequence: string, alt: string, raw: string): Key | undefined {
  const last = sequence.charAt(sequence.length - 1);
  const parameters = sequence.slice(2, -1);
  const mouse = /^<(\d+);\d+;\d+$/.exec(parameters);
  if (mouse !== null) return wheel(Number(mouse[1]), raw);
  const [first = '', second = ''] = parameters.split(';');
  if (last === 'R' && second !== '') return { kind: 'position', row: Number(first), column: Number(second), raw };
  if (last !== '~') return finalKey(last, second, alt, raw);
  const name = Object.hasOwn(TILDE, first) ? TILDE[first] : undefined;
  return name === undefined ? undefined : named(alt + modifiers(second) + name, raw);
}

function finalKey(last: string, modifier: string, alt: string, raw: string): Key | undefined {
  const name = Object.hasOwn(FINAL, last) ? FINAL[last] : undefined;
  return name === undefined ? undefined : named(alt + modifiers(modifier) + name, raw);
}

/** As xterm codes them: 1 and a bit each for shift, alt, control. */
function modifiers(parameter: string): string {
  const bits = Math.max(0, (Number(parameter) || 1) - 1);
  return `${bits & 4 ? 'C-' : ''}${bits & 2 ? 'M-' : ''}${bits & 1 ? 'S-' : ''}`;
}

function wheel(button: number, raw: string): Key | undefined {
  return button === 64 || button === 65 ? { kind: 'wheel', lines: button === 64 ? -3 : 3, raw } : undefined;
}

function named(name: string, raw: string): Key {
  return { kind: 'key', name, raw };
}

function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
}
