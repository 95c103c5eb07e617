import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedKeys, flushKeys, type Key, NO_KEYS } from '../../../src/workstation/keys.ts';
import { press } from '../../../src/workstation/line/editor.ts';
import { remembered } from '../../../src/workstation/line/history.ts';
import { layOut, NOTHING_PAINTED, paint } from '../../../src/workstation/line/layout.ts';
import { type Effect, type LineState, newLine, type Surroundings } from '../../../src/workstation/line/state.ts';

const HISTORY = ['kubectl get pods', 'ls -l', 'kubectl describe pod web'];
const around: Surroundings = {
  history: HISTORY,
  unfinished: (text) => /\\$|'[^']*$/.test(text) && !/'.*'/s.test(text),
};

/** Types what a terminal would send; answers the line with `|` at the cursor, and what the keys caused. */
function type(
  input: string,
  start: LineState = newLine(HISTORY),
): { line: string; state: LineState; effects: Effect[] } {
  let state = start;
  const effects: Effect[] = [];
  let keys = NO_KEYS;
  const take = (more: readonly Key[]): void => {
    for (const key of more) {
      const step = press(state, key, around);
      state = step.state;
      if (step.effect !== undefined) effects.push(step.effect);
    }
  };
  for (const byte of new TextEncoder().encode(input)) {
    const fed = feedKeys(keys, Uint8Array.of(byte));
    keys = fed.state;
    take(fed.keys);
  }
  take(flushKeys(keys).keys);
  return { line: `${state.text.slice(0, state.cursor)}|${state.text.slice(state.cursor)}`, state, effects };
}

describe('the line editor', () => {
  it.each([
    ['letters go in at the cursor', 'ac\x1b[Db', 'ab|c'],
    ['Ctrl-A and Ctrl-E go to the ends', 'bc\x01a\x05d', 'abcd|'],
    ['words are jumped over', 'get pods -n web\x1bb\x1bb', 'get pods -|n web'],
    ['Ctrl-arrows jump too', 'get pods\x1b[1;5D\x1b[1;5D', '|get pods'],
    ['Ctrl-W cuts to the blank, Ctrl-Y puts it in', 'get pod/web\x17\x19\x19', 'get pod/webpod/web|'],
    ['Alt-Backspace cuts a word', 'get pod/web\x1b\x7f', 'get pod/|'],
    ['cuts in a row join', 'a b c\x17\x17x\x19', 'a xb c|'],
    ['Alt-Y goes on to the cut before', 'one\x15two\x15\x19\x1by', 'one|'],
    ['Ctrl-K cuts to the end', 'abc\x01\x06\x0b', 'a|'],
    ['Ctrl-U cuts to the beginning', 'abc\x02\x15', '|c'],
    ['Ctrl-T swaps characters', 'teh\x14', 'the|'],
    ['Alt-T swaps words', 'a b\x1bt', 'b a|'],
    ['Alt-C writes a word large', 'pod\x01\x1bc', 'Pod|'],
    ['undo takes back a run of letters', 'abc def\x1f', 'abc |'],
    ['undo takes back a paste as one', 'a\x1b[200~b\nc\x1b[201~\x1f', 'a|'],
    ['characters are those that people see', '日本👩‍🚀\x7f\x1b[D', '日|本'],
    ['Delete deletes forward', 'ab\x01\x1b[3~', '|b'],
    ['a paste is put in and not run', '\x1b[200~ls\nps\x1b[201~', 'ls\nps|'],
    ['up shows what was run before', '\x1b[A', 'kubectl describe pod web|'],
    ['down comes back to what was being written', 'new\x1b[A\x1b[A\x1b[B\x1b[B', 'new|'],
    ['a changed entry keeps its change', '\x1b[Ax\x1b[A\x1b[B', 'kubectl describe pod webx|'],
    ['up moves within a text of several lines', '\x1b[200~ab\ncd\x1b[201~\x1b[A', 'ab|\ncd'],
    ['Alt-. puts in the last word', 'x \x1b.', 'x web|'],
    ['Alt-. again goes further back', 'x \x1b.\x1b.', 'x -l|'],
  ])('%s', (_, input, expected) => {
    expect(type(input).line).toBe(expected);
  });

  it('Ctrl-R finds the last line that has it, and the one before', () => {
    expect(type('\x12kubectl').state.text).toBe('kubectl describe pod web');
    expect(type('\x12kubectl\x12').state.text).toBe('kubectl get pods');
    expect(type('\x12pods kube').state.text).toBe('kubectl get pods');
    expect(type('abc\x12ls\x07').line).toBe('abc|');
    expect(type('\x12zzz').state.search?.failed).toBe(true);
    expect(type('\x12ls\r').effects).toEqual([{ kind: 'run', text: 'ls -l' }]);
  });

  it('Enter runs a line, and asks for more when it is unfinished', () => {
    expect(type('ls\r').effects).toEqual([{ kind: 'run', text: 'ls' }]);
    const open = type("echo 'a\rb'\r");
    expect(open.effects).toEqual([{ kind: 'run', text: "echo 'a\nb'" }]);
  });

  it('Ctrl-D ends on an empty line only; Ctrl-C, Ctrl-L and Tab are for the world', () => {
    expect(type('\x04').effects).toEqual([{ kind: 'end' }]);
    expect(type('a\x01\x04').effects).toEqual([]);
    expect(type('a\x03\x0c\t').effects.map(({ kind }) => kind)).toEqual(['interrupt', 'clear', 'complete']);
  });

  it('no keys bring it out of its line', () => {
    const keys = fc.constantFrom(
      ...['a', ' ', '日', '\x01', '\x05', '\x0b', '\x15', '\x17', '\x19', '\x14', '\x1f', '\x7f', '\x1bb', '\x1bf'],
      ...['\x1bd', '\x1by', '\x1bt', '\x1bu', '\x1b.', '\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x12', '\x07', '\t'],
    );
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 40 }), (input) => {
        const { state } = type(input.join(''));
        expect(state.cursor).toBeGreaterThanOrEqual(0);
        expect(state.cursor).toBeLessThanOrEqual(state.text.length);
      }),
    );
  });

  it('history keeps neither blanks nor the same line twice', () => {
    expect(remembered(['a'], 'a')).toEqual(['a']);
    expect(remembered(['a'], ' b')).toEqual(['a']);
    expect(remembered(['a'], 'b')).toEqual(['a', 'b']);
  });
});

describe('the layout of a line', () => {
  it('breaks at the right edge, and never inside a wide character', () => {
    expect(layOut('$ ', 'abcdef', 6, 5)).toEqual({ rows: ['$ abc', 'def'], cursor: { row: 1, column: 3 } });
    expect(layOut('$ ', '日本', 2, 5)).toEqual({ rows: ['$ 日', '本'], cursor: { row: 1, column: 2 } });
    expect(layOut('$ ', '日本', 1, 5).cursor).toEqual({ row: 1, column: 0 });
  });

  it('puts the cursor on a row of its own behind a full one', () => {
    expect(layOut('$ ', 'abc', 3, 5)).toEqual({ rows: ['$ abc', ''], cursor: { row: 1, column: 0 } });
  });

  it('begins further lines with a sign, and doesn’t count colours', () => {
    const { rows, cursor } = layOut('\x1b[32m$\x1b[0m ', 'a\nb', 3, 10);
    expect(rows).toEqual(['\x1b[32m$\x1b[0m a', '> b']);
    expect(cursor).toEqual({ row: 1, column: 3 });
  });

  it('never paints more rows than the terminal has', () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    const { painted } = paint(layOut('$ ', text, text.length, 80), NOTHING_PAINTED, 10);
    expect(painted).toEqual({ rows: 10, cursorRow: 9 });
  });
});
