import { describe, expect, it } from 'vitest';
import { newBox, runScript } from './box.ts';

describe('the text of sed that is put in', () => {
  it.each([
    ['a   after', 'x\nafter\n'],
    [String.raw`a\   after`, 'x\n   after\n'],
    [String.raw`a\text`, 'x\ntext\n'],
    ['a\\\n  a\\\n  b', 'x\n  a\n  b\n'],
    [String.raw`1i a\nb\tc`, 'a\nb\tc\nx\n'],
    [String.raw`c one\\n`, 'one\\n\n'],
  ])('keeps its indentation after a backslash: %s', (script, printed) => {
    const { stdout } = runScript(newBox('debian'), `echo x | sed '${script}'`);
    expect(stdout).toBe(printed);
  });
});
