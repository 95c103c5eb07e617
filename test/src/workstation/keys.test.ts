import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedKeys, flushKeys, isWaiting, type Key, NO_KEYS } from '../../../src/workstation/keys.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a terminal's bytes mean, cut into pieces of any size; then nothing follows. */
function keysOf(text: string, size = 1000): readonly Key[] {
  const all: Key[] = [];
  let state = NO_KEYS;
  const input = bytes(text);
  for (let at = 0; at < input.length; at += size) {
    const fed = feedKeys(state, input.subarray(at, at + size));
    all.push(...fed.keys);
    state = fed.state;
  }
  return [...all, ...flushKeys(state).keys];
}

const names = (text: string): string[] =>
  keysOf(text).map((key) => (key.kind === 'key' ? key.name : 'text' in key ? key.text : key.kind));

describe('keys', () => {
  it.each([
    ['abc', ['abc']],
    ['a\r', ['a', 'Enter']],
    ['\x01\x05', ['C-a', 'C-e']],
    ['\x1b[A\x1b[B', ['Up', 'Down']],
    ['\x1bOA\x1bOH', ['Up', 'Home']],
    ['\x1b[1;5D\x1b[1;3C', ['C-Left', 'M-Right']],
    ['\x1b[3~\x1b[5~\x1b[6~', ['Delete', 'PageUp', 'PageDown']],
    ['\x1b[3;5~', ['C-Delete']],
    ['\x1b[Z', ['S-Tab']],
    ['\x1bb\x1b\x7f', ['M-b', 'M-Backspace']],
    ['\x1b\x1b[D', ['M-Left']],
    ['\x1d', ['C-]']],
    ['ｋｕ\u3000', ['ｋｕ\u3000']],
    ['\x1b[24;80R', ['position']],
    ['\x1b[<64;1;1M', ['wheel']],
    ['\x1b[99z', []],
    ['\x1b', ['Escape']],
    ['\x1b[', ['M-[']],
  ])('%j are %j', (input, expected) => {
    expect(names(input)).toEqual(expected);
  });

  it('a paste is one key, without the control characters in it', () => {
    expect(keysOf('\x1b[200~a\r\nb\x1b\x03\tc\x1b[201~x')).toMatchObject([
      { kind: 'paste', text: 'a\nb\tc' },
      { kind: 'text', text: 'x' },
    ]);
  });

  it('an escape waits for what belongs to it', () => {
    expect(isWaiting(feedKeys(NO_KEYS, bytes('\x1b')).state)).toBe(true);
    expect(isWaiting(feedKeys(NO_KEYS, bytes('a')).state)).toBe(false);
  });

  it('where the bytes are cut makes no difference, and none is lost', () => {
    const piece = fc.constantFrom(
      'a',
      '日',
      '\x1b[A',
      '\x1bb',
      '\r',
      '\x1b[200~p\x1b[201~',
      '👩‍🚀',
      '\x1b[1;5C',
      '\x03',
    );
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 1, max: 7 }), (pieces, size) => {
        const input = pieces.join('');
        const raw = (keys: readonly Key[]): string => keys.map((key) => key.raw).join('');
        expect(raw(keysOf(input, size))).toBe(input);
        expect(
          keysOf(input, size)
            .map((key) => (key.kind === 'text' ? key.text : `<${key.kind === 'key' ? key.name : key.kind}>`))
            .join(''),
        ).toBe(
          keysOf(input)
            .map((key) => (key.kind === 'text' ? key.text : `<${key.kind === 'key' ? key.name : key.kind}>`))
            .join(''),
        );
      }),
    );
  });
});
