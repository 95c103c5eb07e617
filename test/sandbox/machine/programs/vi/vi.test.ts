import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw } from '../../../../../sandbox/machine/programs/vi/draw.ts';
import { newVi, optionsFor, type ViState } from '../../../../../sandbox/machine/programs/vi/state.ts';
import { pressKey } from '../../../../../sandbox/machine/programs/vi/vi.ts';
import recorded from './vim.json' with { type: 'json' };

const keysOf = (text: string): string[] => text.match(/<[A-Za-z][A-Za-z0-9-]*>|[\s\S]/gu) ?? [];

function viWith(text: string, path = ''): ViState {
  const v = newVi({ columns: 40, rows: 10 }, path === '' ? [] : [path]);
  v.options = optionsFor(path);
  v.lines = text.replace('|', '').split('\n');
  v.saved = v.lines;
  const before = text.slice(0, Math.max(0, text.indexOf('|'))).split('\n');
  v.row = before.length - 1;
  v.col = before.at(-1)?.length ?? 0;
  v.want = v.col;
  return v;
}

/** Types keys into a text whose cursor is at `|`; answers it with the cursor. */
function typed(text: string, keys: string, path?: string): string {
  const v = viWith(text, path);
  for (const key of keysOf(keys)) pressKey(v, key);
  return v.lines.map((line, row) => (row === v.row ? `${line.slice(0, v.col)}|${line.slice(v.col)}` : line)).join('\n');
}

describe('vi', () => {
  it.each([
    // motions
    ['|one two', 'w', 'one |two'],
    ['|one, two', 'ww', 'one, |two'],
    ['|one, two', 'W', 'one, |two'],
    ['one |two', 'b', '|one two'],
    ['|one two', 'e', 'on|e two'],
    ['|one two', 'ee', 'one tw|o'],
    ['|one\n\ntwo', 'w', 'one\n|\ntwo'],
    ['ab|cd', '0', '|abcd'],
    ['  a|b', '^', '  |ab'],
    ['|abc', '$', 'ab|c'],
    ['abc|d\nx\nabcd', 'jj', 'abcd\nx\nabc|d'],
    ['a\nb\n|c', 'gg', '|a\nb\nc'],
    ['|a\nb\nc', 'G', 'a\nb\n|c'],
    ['|a\nb\nc', '2G', 'a\n|b\nc'],
    ['|a.b.c', 'f.', 'a|.b.c'],
    ['|a.b.c', '2f.', 'a.b|.c'],
    ['|a.b.c', 'f.;', 'a.b|.c'],
    ['|a.b.c', 't.', '|a.b.c'],
    ['a.b.|c', 'F.', 'a.b|.c'],
    ['|{ a [b] }', '%', '{ a [b] |}'],
    ['|a\nfoo\nb foo', '/foo<CR>', 'a\n|foo\nb foo'],
    ['|a\nfoo\nb foo', '/foo<CR>n', 'a\nfoo\nb |foo'],
    ['|a\nfoo\nb foo', '/foo<CR>N', 'a\nfoo\nb |foo'],
    ['|web: web', '*', 'web: |web'],
    // deletion
    ['ab|c', 'x', 'a|b'],
    ['|abcd', '2x', '|cd'],
    ['one |two three', 'dw', 'one |three'],
    ['one |two', 'dw', 'one| '],
    ['|one\ntwo', 'dw', '|\ntwo'],
    ['one |two', 'D', 'one| '],
    ['a\n|b\nc', 'dd', 'a\n|c'],
    ['a\n|b', 'dd', '|a'],
    ['|a\nb\nc', '2dd', '|c'],
    ['|a\nb\nc', 'dj', '|c'],
    ['|a\nb\nc', 'dG', '|'],
    ['|a: b', 'dt:', '|: b'],
    ['|a: b', 'df:', '| b'],
    ['|one two three', 'd2w', '|three'],
    ['|x foo', 'd/foo<CR>', '|foo'],
    ['one t|wo', 'db', 'one |wo'],
    ['a\n|b', '<C-r>', 'a\n|b'],
    // change
    ['|one two', 'cwx<Esc>', '|x two'],
    ['|one two', 'cwhello<Esc>', 'hell|o two'],
    ['one |two', 'Cx<Esc>', 'one |x'],
    ['  o|ne', 'ccx<Esc>', '|x'],
    ['a|bc', 'rX', 'a|Xc'],
    ['a|bc', 'sXY<Esc>', 'aX|Yc'],
    ['|abc', '~~', 'AB|c'],
    ['|abc def', 'gUw', '|ABC def'],
    ['|a\nb', 'J', 'a| b'],
    ['|abc', 'Rxy<Esc>', 'x|yc'],
    // insert
    ['a|b', 'iX<Esc>', 'a|Xb'],
    ['a|b', 'aX<Esc>', 'ab|X'],
    ['  a|b', 'IX<Esc>', '  |Xab'],
    ['|ab', 'AX<Esc>', 'ab|X'],
    ['|a', 'ob<Esc>', 'a\n|b'],
    ['|a', 'Ob<Esc>', '|b\na'],
    ['|', '3ix<Esc>', 'xx|x'],
    ['|a', 'ix<CR>y<Esc>', 'x\n|ya'],
    ['|ab', 'A<BS>c<Esc>', 'a|c'],
    ['one two|', 'A<C-w>x<Esc>', 'one |x'],
    // registers
    ['|a\nb', 'yyp', 'a\n|a\nb'],
    ['|a\nb', 'ddp', 'b\n|a'],
    ['|ab', 'xp', 'b|a'],
    ['|a\nb', 'yyjP', 'a\n|a\nb'],
    ['|a b', 'ywP', 'a| a b'],
    ['|a\nb', '"ayyj"ap', 'a\nb\n|a'],
    ['|a', 'yy3p', 'a\n|a\na\na'],
    // indentation
    ['|a', '>>', '\t|a'],
    ['|a\nb', ':set sw=2 et<CR>>j', '  |a\n  b'],
    ['    |a', ':set sw=2 et<CR><<', '  |a'],
    // undo, redo, repeat
    ['|abc', 'xxu', '|bc'],
    ['|abc', 'xxuu', '|abc'],
    ['|abc', 'xu<C-r>', '|bc'],
    ['|a b c', 'dw.', '|c'],
    ['|a\nb', 'Ax<Esc>j.', 'ax\nb|x'],
    ['|a a a', 'cwb<Esc>w.', 'b |b a'],
    ['|abcdef', 'x3.', '|ef'],
    // text objects
    ['a "b|c" d', 'ci"x<Esc>', 'a "|x" d'],
    ['one t|wo three', 'diw', 'one | three'],
    ['one t|wo three', 'daw', 'one |three'],
    ['f(a, |b)', 'di(', 'f(|)'],
    ['f(a, |b)', 'da(', '|f'],
    // visual
    ['|abcd', 'vld', '|cd'],
    ['|a\nb\nc', 'Vjd', '|c'],
    ['|a\nb', 'Vj>', '\t|a\n\tb'],
    ['a|bc', 'vly$p', 'abcb|c'],
    ['|a\nb\nc', 'Vj:s/$/!/<CR>', 'a!\n|b!\nc'],
    ['|abc', 'vlU', '|ABc'],
    // ex
    ['|a a\na', ':s/a/b/<CR>', '|b a\na'],
    ['|a a\na', ':%s/a/b/g<CR>', 'b b\n|b'],
    ['|image: nginx:1.0', ':s/nginx:\\(.*\\)/redis:\\1/<CR>', '|image: redis:1.0'],
    ['|a/b', ':s#/#-#<CR>', '|a-b'],
    ['|a\nb\nc', ':2d<CR>', 'a\n|c'],
    ['|a\nb\nc', ':2,$d<CR>', '|a'],
    ['|a\nb\nc', ':3<CR>', 'a\nb\n|c'],
    ['|a\nb\nc', ':1m$<CR>', 'b\nc\n|a'],
    ['|a\nb', ':1t.<CR>', 'a\n|a\nb'],
    ['|a1\nb\na2', ':g/a/d<CR>', '|b'],
    ['|a1\nb\na2', ':v/a/d<CR>', 'a1\n|a2'],
    ['|a\nb', ':%j<CR>', '|a b'],
  ])('%j and %j make %j', (text, keys, expected) => {
    expect(typed(text, keys)).toBe(expected);
  });

  it('keeps the indentation of YAML, with blanks for tabs', () => {
    expect(typed('spec:|', 'A<CR><Tab>containers:<CR>- name: a<Esc>', 'pod.yaml')).toBe(
      'spec:\n  containers:\n  - name: |a',
    );
    expect(typed('  a:|', 'A<CR><Tab>b<CR><BS>c<Esc>', 'pod.yaml')).toBe('  a:\n    b\n  |c');
  });

  it('takes a paste as it is, whatever indents by itself', () => {
    const v = viWith('  a|', 'x.yaml');
    for (const key of ['o', '<Paste>b:\n  c: 1', '<Esc>']) pressKey(v, key);
    expect(v.lines).toEqual(['  a', '  b:', '  c: 1']);
  });

  it('says what it can’t do', () => {
    const said = (text: string, keys: string): string => {
      const v = viWith(text);
      for (const key of keysOf(keys)) pressKey(v, key);
      return v.message;
    };
    expect(said('|a', 'x:q<CR>')).toBe('E37: No write since last change (add ! to override)');
    expect(said('|a', ':foo<CR>')).toBe('E492: Not an editor command: foo');
    expect(said('|a', '/zzz<CR>')).toBe('E486: Pattern not found: zzz');
    expect(said('|a', ':w<CR>')).toBe('E32: No file name');
    expect(said('|a', 'u')).toBe('Already at oldest change');
  });

  it('quits and writes by effects', () => {
    const v = viWith('|a', 'f');
    for (const key of keysOf('x:wq<CR>')) pressKey(v, key);
    expect(v.effects).toEqual([
      { kind: 'write', path: 'f', lines: [''], whole: true },
      { kind: 'quit', status: 0 },
    ]);
  });

  it('draws rows as wide as the terminal, with the cursor where it is', () => {
    const v = viWith('日本|語\n\tx');
    expect(draw(v)).toContain('\x1b[1;5H');
    expect(v.shown).toHaveLength(10);
    expect(v.shown[1]).toBe('        x');
    expect(v.shown[2]).toContain('~');
  });

  it('draws long lines over several rows, and follows the cursor', () => {
    const v = viWith(`|${'x'.repeat(100)}\n${Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n')}`);
    draw(v);
    expect(v.shown[2]).toBe('x'.repeat(20));
    pressKey(v, 'G');
    draw(v);
    expect(v.shown[8]).toBe('line 19');
  });

  it('no keys bring the cursor out of the text, and undo brings all of it back', () => {
    const keys = fc.constantFrom(
      ...'hjklwbeWBE0^$xXdDcCyYpPiIaAoOrRJ~u.vVGgfFtT;,%{}nN*#>< 123"m\'`/?:sS'.split(''),
      ...[
        '<Esc>',
        '<CR>',
        '<BS>',
        '<C-r>',
        '<C-d>',
        '<C-u>',
        '<Up>',
        '<Down>',
        'iw',
        'gg',
        'dd',
        ':%s/a/b/g<CR>',
        'é',
        '日',
      ],
    );
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 60 }), (pressed) => {
        const text = 'a b|c\n\n  foo(bar, "baz")\n日本語 a\n- x: y';
        const v = viWith(text);
        const original = v.lines;
        for (const key of pressed.flatMap(keysOf)) {
          pressKey(v, key);
          expect(v.row).toBeLessThan(v.lines.length);
          expect(v.col).toBeLessThanOrEqual(v.lines[v.row]?.length ?? 0);
          draw(v);
        }
        pressKey(v, '<Esc>');
        pressKey(v, '<Esc>');
        for (let i = 0; i < 100; i++) pressKey(v, 'u');
        expect(v.lines).toEqual(original);
      }),
      { numRuns: 300 },
    );
  });
});

describe('vi, where Vim 9 has been asked', () => {
  it.each(recorded.cases)('makes of a manifest what Vim does: %s', (keys = '', expected = '') => {
    expect(typed(`|${recorded.text}`, keys, 'pod.yaml')).toBe(expected);
  });

  it('shows a block that is selected, and that keys are recorded', () => {
    const v = viWith('|abc\nabc');
    for (const key of keysOf('<C-v>jl')) pressKey(v, key);
    expect(draw(v)).toMatch(/\x1b\[7ma.*VISUAL BLOCK/s);
    for (const key of keysOf('<Esc>qa')) pressKey(v, key);
    expect(draw(v)).toContain('recording @a');
  });

  it('ends a macro that calls itself', () => {
    const v = viWith('|a');
    for (const key of keysOf('qaA!<Esc>@aq@a')) pressKey(v, key);
    for (const key of keysOf('oi@b<Esc>"bdd@b')) pressKey(v, key);
    expect(v.macroKeys).toEqual([]);
  });
});
