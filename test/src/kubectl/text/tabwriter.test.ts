import { describe, expect, test } from 'vitest';
import { align, createTabWriter, TABLE } from '../../../../src/kubectl/text/tabwriter.ts';

describe('columns of text', () => {
  test('a column is as wide as its widest cell and three blanks; what follows the last tab is not padded', () => {
    expect(align('NAME\tAGE\nweb-0\t5d\nlonger-name\t1s\n', TABLE)).toBe(
      'NAME          AGE\nweb-0         5d\nlonger-name   1s\n',
    );
  });

  test('a line without tabs ends the column, and the next lines begin it anew', () => {
    const text = align('a\tb\nlooong\tb\n\nc\td\n', { minWidth: 0, padding: 2, rememberWidths: false });
    expect(text).toBe('a       b\nlooong  b\n\nc  d\n');
  });

  test('a column ends where a line has no cell for it', () => {
    const text = align('a\tbbbbbb\tc\nx\ty\nd\te\tf\n', { minWidth: 0, padding: 1, rememberWidths: false });
    expect(text).toBe('a bbbbbb c\nx y\nd e f\n');
  });

  test('widths are remembered from one flush to the next', () => {
    const writer = createTabWriter(TABLE);
    writer.write('a-long-name\tx\n');
    const first = writer.flush();
    writer.write('b\ty\n');
    expect([first, writer.flush()]).toEqual(['a-long-name   x\n', 'b             y\n']);
    writer.forgetWidths();
    writer.write('b\ty\n');
    expect(writer.flush()).toBe('b     y\n');
  });
});
