// Filling lines with words, as kubectl's older explanations do: lines of a paragraph run together, lists and code don't.

import { byteLength } from '../../../sandbox/kube/go/text.ts';

/** Before these a line begins: a number, a dash or a star of a list. */
const BULLET = /^(?:\d+\.?|-|\*)\s/;
/** So far to the right stands code, which is left alone. */
const CODE = '    ';

/** Lines of at most `width` bytes; a longer word has a line for itself. Empty lines part paragraphs, except at the top. */
export function filledText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const flush = (): void => {
    if (line !== '') lines.push(line);
    line = '';
  };
  for (const part of text.split('\n')) {
    const words = part.split(/\s+/).filter((word) => word !== '');
    const code = part.startsWith(CODE);
    const parts = words.length === 0 && lines.length > 0;
    if (code || parts || words.length === 0 || line.endsWith(':') || BULLET.test(part.trim())) flush();
    if (code || parts) lines.push(code ? part : '');
    else
      for (const word of words) {
        if (line !== '' && byteLength(`${line} ${word}`) > width) flush();
        line = line === '' ? word : `${line} ${word}`;
      }
  }
  flush();
  return lines;
}
