import { describe, expect, it } from 'vitest';
import { USUAL_BINDINGS } from '../../../src/tui/bindings.ts';
import { ROUND } from '../../../src/tui/glyphs.ts';
import type { CardOverlay } from '../../../src/tui/model.ts';
import { overlayPicture } from '../../../src/tui/pictures/overlay.ts';
import { plain } from '../../../src/tui/text.ts';
import { typedWith } from '../../../src/tui/work/answers.ts';
import { feedKeys, NO_KEYS } from '../../../src/workstation/keys.ts';

const SEVERAL: CardOverlay = {
  kind: 'card',
  asks: 'prediction',
  ask: [[{ text: 'In which order?' }]],
  options: ['a', 'b', 'c'].map((text) => [[{ text }]]),
  takes: 'several',
  typed: '',
};
const WORDS: CardOverlay = { ...SEVERAL, options: [], takes: 'words' };

function typed(card: CardOverlay, keys: string): string {
  const { keys: read } = feedKeys(NO_KEYS, new TextEncoder().encode(keys));
  return read.reduce((text, key) => {
    const name = key.kind === 'key' ? key.name : key.kind === 'text' ? key.text.normalize('NFKC') : '';
    return typedWith({ ...card, typed: text }, key, name);
  }, '');
}

describe('a card', () => {
  it('several options are chosen in an order, and chosen again to go away', () => {
    expect(typed(SEVERAL, '3\t1\t9\t2\t1')).toBe('3 2');
    expect(typed(SEVERAL, '3\t１\x7f')).toBe('3');
  });

  it('words are typed, pasted, and taken back', () => {
    expect(typed(WORDS, 'kubectl get\x7f\x7fo\x1b[200~ od\ne\x1b[201~')).toBe('kubectl go od e');
    expect(typed(WORDS, 'abc\x1b[A\x15')).toBe('');
  });

  it('shows what is typed, and how to answer', () => {
    const surface = { size: { columns: 80, rows: 24 }, lang: 'en', glyphs: ROUND, bindings: USUAL_BINDINGS } as const;
    const rows = overlayPicture(
      { rows: Array.from({ length: 23 }, () => []) },
      { ...SEVERAL, typed: '3 2' },
      surface,
    ).rows;
    const text = rows.map(plain).join('\n');
    expect(text).toContain('> 3 2_');
    expect(text).toContain('1-3 choose   Enter answers   Esc skips');
  });
});
