// The blocks of a lesson's story as rows of a given width.

import type { Block, Cell, Inline, RunBlock } from '../lessons/story.ts';
import type { Glyphs } from './glyphs.ts';
import {
  fill,
  NO_ROW,
  type Row,
  row,
  type Span,
  STYLES,
  type Style,
  span,
  spread,
  styled,
  textWidth,
  widthOf,
} from './text.ts';
import { wrap } from './wrap.ts';

export interface BlockOptions {
  readonly columns: number;
  readonly glyphs: Glyphs;
  /** Stands beside the first command that is offered. */
  readonly offer: string;
  /** The same, where there is little room. */
  readonly offerShort: string;
}

/** Blocks with an empty row between them; commands stand right below the words that announce them, for rows are dear. */
export function blockRows(blocks: readonly Block[], options: BlockOptions): Row[] {
  const first = blocks.find((block) => block.kind === 'run');
  return blocks.flatMap((block, i) => [
    ...(isApart(blocks[i - 1], block) ? [NO_ROW] : []),
    ...oneBlock(block, options, block === first),
  ]);
}

function isApart(above: Block | undefined, { kind }: Block): boolean {
  if (above === undefined) return false;
  return !(above.kind === 'paragraph' && (kind === 'run' || kind === 'code'));
}

const INDENT = 4;

function oneBlock(block: Block, options: BlockOptions, offered = false): Row[] {
  const { columns, glyphs } = options;
  switch (block.kind) {
    case 'heading':
      return wrap(styled(inlineRow(block.text), STYLES.title), columns);
    case 'paragraph':
      return lines(block.text).flatMap((line) => wrap(line, columns));
    case 'list':
      return block.items.flatMap((item, i) =>
        itemRows(item, block.ordered ? `${block.start + i}.` : glyphs.bullet, options),
      );
    case 'code':
      return block.text.split('\n').flatMap((line) => wrapCommand(line, columns, STYLES.code));
    case 'run':
      return runRows(block, options, offered);
    case 'quote':
      return blockRows(block.blocks, { ...options, columns: columns - 2 }).map((each) =>
        row(span(`${glyphs.bar} `, STYLES.dim), ...each),
      );
    case 'table':
      return tableRows([block.header, ...block.rows], columns);
    case 'rule':
      return [row(span(glyphs.rule.repeat(columns), STYLES.dim))];
  }
}

function runRows({ text }: RunBlock, { columns, offer, offerShort }: BlockOptions, offered: boolean): Row[] {
  const rows = text.split('\n').flatMap((line) => wrapCommand(line, columns));
  const [first, ...rest] = rows;
  if (first === undefined || !offered) return rows;
  const room = columns - widthOf(first) - 2;
  const hint = textWidth(offer) <= room ? offer : textWidth(offerShort) <= room ? offerShort : '';
  return [hint === '' ? first : spread(first, [span(hint, STYLES.dim)], columns), ...rest];
}

/** A command stays as it is; where it is too long it goes on behind a deeper indentation. */
function wrapCommand(line: string, columns: number, style: Style = STYLES.command): Row[] {
  const deeper = line.length - line.trimStart().length + 2;
  return wrap([span(line, style)], columns - INDENT, deeper).map((each) => row(' '.repeat(INDENT), ...each));
}

function itemRows(item: readonly Block[], mark: string, options: BlockOptions): Row[] {
  const head = `${mark} `;
  const indent = textWidth(head);
  const rows = item.flatMap((inner) => oneBlock(inner, { ...options, columns: options.columns - indent }));
  return rows.map((each, i) => row(i === 0 ? head : ' '.repeat(indent), ...each));
}

function tableRows(rows: readonly (readonly Cell[])[], columns: number): Row[] {
  const cells = rows.map((each) => each.map((cell) => inlineRow(cell)));
  const count = Math.max(0, ...cells.map((each) => each.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(0, ...cells.map((each) => widthOf(each[i] ?? NO_ROW))),
  );
  return cells.map((each, line) => {
    const joined: Span[] = each.flatMap((cell, i) => [
      ...fill(line === 0 ? styled(cell, STYLES.strong) : cell, (widths[i] ?? 0) + 2),
    ]);
    return wrap(joined, columns)[0] ?? NO_ROW;
  });
}

/** Lines of a paragraph, as its author broke them by force. */
function lines(text: readonly Inline[]): Row[] {
  const all: Span[][] = [[]];
  for (const part of spansOf(text, undefined)) {
    if (part === 'break') all.push([]);
    else all.at(-1)?.push(part);
  }
  return all;
}

function inlineRow(text: readonly Inline[]): Row {
  return spansOf(text, undefined).filter((part) => part !== 'break');
}

function spansOf(text: readonly Inline[], style: Style | undefined): (Span | 'break')[] {
  return text.flatMap((part): (Span | 'break')[] => {
    if (part.kind === 'break') return ['break'];
    if (part.kind === 'code') return [span(part.text, { ...style, ...STYLES.code })];
    if (part.kind === 'text') return [span(flowing(part.text), style)];
    if (part.kind === 'link') return spansOf(part.children, { ...style, underline: true });
    return spansOf(part.children, { ...style, ...STYLES[part.kind] });
  });
}

const WIDE = '[\\u3000-\\u30ff\\u3400-\\u9fff\\uff00-\\uff60]';
const JAPANESE_BREAK = new RegExp(`(?<=${WIDE})\\n(?=${WIDE})`, 'gu');

/** Line ends of the source are blanks, but between Japanese characters they are nothing. */
function flowing(text: string): string {
  return text.replace(JAPANESE_BREAK, '').replaceAll('\n', ' ');
}
