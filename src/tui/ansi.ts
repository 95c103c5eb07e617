// Styled rows as a terminal wants them: text with escape sequences. With NO_COLOR colours are left out, and nothing else.

import type { Color, Row, Style } from './text.ts';

const OFF = '\x1b[0m';

/** A row as text; blanks at its end are left out, unless they can be seen. */
export function ansi(row: Row, colors: boolean): string {
  let out = '';
  for (const { text, style } of row) {
    const codes = style === undefined ? '' : sgr(style, colors);
    out += codes === '' ? text : `\x1b[${codes}m${text}${OFF}`;
  }
  return out.trimEnd();
}

function sgr(style: Style, colors: boolean): string {
  const codes: string[] = [];
  if (style.bold === true) codes.push('1');
  if (style.dim === true) codes.push('2');
  if (style.italic === true) codes.push('3');
  if (style.underline === true) codes.push('4');
  if (style.inverse === true) codes.push('7');
  if (style.strike === true) codes.push('9');
  if (colors && style.color !== undefined) codes.push(colorCode(style.color, 30));
  if (colors && style.background !== undefined) codes.push(colorCode(style.background, 40));
  return codes.join(';');
}

function colorCode(color: Color, base: 30 | 40): string {
  if (typeof color === 'object') {
    const { rgb } = color;
    return `${base + 8};2;${(rgb >> 16) & 255};${(rgb >> 8) & 255};${rgb & 255}`;
  }
  if (color < 8) return String(base + color);
  return color < 16 ? String(base + 52 + color) : `${base + 8};5;${color}`;
}
