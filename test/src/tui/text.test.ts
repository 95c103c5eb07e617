import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ansi } from '../../../src/tui/ansi.ts';
import { blockRows } from '../../../src/tui/blocks.ts';
import { ASCII, glyphsFor, ROUND } from '../../../src/tui/glyphs.ts';
import { newPane } from '../../../src/tui/pane.ts';
import { pageCount, pageRows } from '../../../src/tui/story.ts';
import { cut, fill, plain, row, STYLES, span, spread, widthOf } from '../../../src/tui/text.ts';
import { wrap } from '../../../src/tui/wrap.ts';

describe('rows of text', () => {
  it('are as wide as a terminal draws them', () => {
    expect(widthOf(row('a日', span('本', STYLES.good)))).toBe(5);
  });

  it('are cut without halving a wide character', () => {
    expect(plain(cut(row('日本語'), 5))).toBe('日本');
    expect(plain(cut(row('日本語'), 5, '…'))).toBe('日本…');
    expect(plain(fill(row('日本語'), 5))).toBe('日本 ');
  });

  it('stand at both ends of a line', () => {
    expect(plain(spread(row('left'), row('right'), 12))).toBe('left   right');
    expect(plain(spread(row('a long left one'), row('right'), 12))).toBe('a long right');
  });

  it('lose colours, not weight, with NO_COLOR', () => {
    expect(ansi([span('x', STYLES.you)], true)).toBe('\x1b[1;34mx\x1b[0m');
    expect(ansi([span('x', STYLES.you)], false)).toBe('\x1b[1mx\x1b[0m');
    expect(ansi([span('x', { color: 9, background: { rgb: 0x102030 } })], true)).toBe('\x1b[91;48;2;16;32;48mx\x1b[0m');
  });
});

describe('pages of a story', () => {
  it('keep a command with the words above it', () => {
    const story = ['One.', '', 'Where is it?', 'Look:', '    kubectl get pods'].map((line) =>
      line === '' ? [] : row(line),
    );
    const page = (n: number) =>
      pageRows(story, n, 4, 60, { lang: 'en', glyphs: ROUND }).map((each) => plain(each).trim());
    expect(page(0)[0]).toBe('One.');
    expect(page(1).slice(0, 3)).toEqual(['Where is it?', 'Look:', 'kubectl get pods']);
    const silent = [row('One.'), [], row('Where'), row('is it?'), row('    kubectl get pods')];
    expect(plain(pageRows(silent, 1, 4, 60, { lang: 'en', glyphs: ROUND })[0] ?? [])).toBe('Where');
  });

  it('show all of a line that is too long, in words to be typed, too', () => {
    const blocks = [{ kind: 'code', language: '', text: 'spec:\n  command: [sleep, infinity]' }] as const;
    const options = { columns: 26, glyphs: ROUND, offer: '', offerShort: '' };
    expect(blockRows(blocks, options).map(plain)).toEqual(['    spec:', '      command: [sleep,', '        infinity]']);
  });

  it('do not break a command that takes two rows', () => {
    const story = ['One.', '', 'Both:', '    kubectl get pods -o', '      custom-columns=A:.b'].map((line) =>
      line === '' ? [] : row(line),
    );
    const second = pageRows(story, 1, 4, 60, { lang: 'en', glyphs: ROUND }).map((each) => plain(each).trim());
    expect(second.slice(0, 3)).toEqual(['Both:', 'kubectl get pods -o', 'custom-columns=A:.b']);
  });
});

describe('wrapping', () => {
  it('breaks between words', () => {
    expect(wrap(row('the cluster decides where'), 12).map(plain)).toEqual(['the cluster', 'decides', 'where']);
  });

  it('breaks Japanese anywhere but before a full stop', () => {
    expect(wrap(row('ポッドを作ります。次へ'), 16).map(plain)).toEqual(['ポッドを作りま', 'す。次へ']);
  });

  it('indents further rows, and cuts a word that is wider than a row', () => {
    expect(wrap(row('- abc def'), 6, 2).map(plain)).toEqual(['- abc', '  def']);
    expect(wrap(row('abcdefgh'), 3).map(plain)).toEqual(['abc', 'def', 'gh']);
    expect(wrap(row('abcde,fgh,ij'), 8).map(plain)).toEqual(['abcde,', 'fgh,ij']);
  });

  it('loses nothing but blanks, and never makes a row too wide', () => {
    const words = fc.array(
      fc.constantFrom('a', 'pod', 'kubectl', '日本語', '。', '、', ' ', '「', '」', 'x'.repeat(20)),
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 30 }), (parts, columns) => {
        const text = parts.join('');
        const rows = wrap(row(text), columns);
        for (const each of rows) expect(widthOf(each)).toBeLessThanOrEqual(columns);
        expect(rows.map(plain).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('pages of a story', () => {
  it('end, whatever room there is', () => {
    const story = Array.from({ length: 30 }, (_, i) => row(i % 3 === 0 ? '' : 'x'.repeat(40 + i)));
    for (let height = 1; height < 40; height++) {
      const pages = pageCount(story, height, 60);
      expect(pages).toBeGreaterThan(0);
      for (let page = 0; page < pages; page++) {
        expect(pageRows(story, page, height, 60, { lang: 'en', glyphs: ROUND }).length).toBeLessThanOrEqual(
          Math.max(height, 1),
        );
      }
    }
  });
});

describe('signs', () => {
  it('are ASCII where the round ones are drawn wide', () => {
    expect(glyphsFor(6)).toBe(ROUND);
    expect(glyphsFor(11)).toBe(ASCII);
  });
});

describe('the pane', () => {
  const paneAfter = (text: string, columns = 20, rows = 4) => {
    const pane = newPane(columns, rows);
    return new Promise<typeof pane>((resolve) => pane.write(text, () => resolve(pane)));
  };

  it('shows what programs write, with their colours', async () => {
    const pane = await paneAfter('a\x1b[31mb\x1b[0mc\r\n日本');
    expect(pane.view(0).slice(0, 2)).toEqual([
      [{ text: 'a' }, { text: 'b', style: { color: 1 } }, { text: 'c' }],
      [{ text: '日本' }],
    ]);
    expect(pane.cursor()).toEqual({ row: 1, column: 4, visible: true });
  });

  it('keeps what has scrolled away', async () => {
    const pane = await paneAfter(Array.from({ length: 10 }, (_, i) => `line ${i}`).join('\r\n'));
    expect(pane.view(0).map(plain)).toEqual(['line 6', 'line 7', 'line 8', 'line 9']);
    expect(pane.view(2).map(plain)[0]).toBe('line 4');
  });

  it('knows when a program takes the whole screen, and when it hides the cursor', async () => {
    const pane = await paneAfter('\x1b[?1049h\x1b[?25lx');
    expect(pane.fullScreen()).toBe(true);
    expect(pane.cursor().visible).toBe(false);
  });

  it('joins combining characters, and gives new emoji two columns', async () => {
    const pane = await paneAfter('e\u0301🫠x');
    expect(pane.cursor().column).toBe(4);
    expect(plain(pane.view(0)[0] ?? [])).toBe('e\u0301🫠x');
  });
});
