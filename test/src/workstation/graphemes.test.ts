import { expect, test } from 'vitest';
import { graphemes } from '../../../src/workstation/line/text.ts';

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const segments = (text: string): string[] => [...SEGMENTER.segment(text)].map(({ segment }) => segment);

test('characters are told apart as people see them, whichever of the basic plane stands between two letters', () => {
  for (let unit = 0x20; unit < 0x10000; unit++) {
    const text = `a${String.fromCharCode(unit)}か`;
    if (graphemes(text).length !== segments(text).length) expect(graphemes(text)).toEqual(segments(text));
  }
});

test('what joins what stands before it stays with it', () => {
  expect(graphemes('か\u3099と✔\ufe0f')).toEqual(['か\u3099', 'と', '✔\ufe0f']);
  expect(graphemes('👩‍💻 ok')).toEqual(['👩‍💻', ' ', 'o', 'k']);
});
