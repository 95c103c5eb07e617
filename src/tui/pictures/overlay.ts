// What lies over a picture and has the keys: the menu, a card, a page to read.

import { type Frame, high, over, rule } from '../frame.ts';
import type { CardOverlay, Overlay, PageOverlay, Surface } from '../model.ts';
import { cut, fill, NO_ROW, type Row, row, STYLES, span } from '../text.ts';
import { say } from '../words.ts';

/** `below`: the first row that a prediction may cover, for the story is to be read before it is answered. */
export function overlayPicture(frame: Frame, overlay: Overlay, surface: Surface, below = 1): Frame {
  const height = surface.size.rows - 1;
  const box = boxOf(overlay, surface, height);
  const from = overlay.kind !== 'card' ? 2 : overlay.asks === 'prediction' ? below : 1;
  return over(frame, box, Math.max(0, Math.min(from, height - box.length)));
}

function boxOf(overlay: Overlay, surface: Surface, height: number): Row[] {
  if (overlay.kind === 'menu') return menuBox(overlay, surface);
  if (overlay.kind === 'card') return cardBox(overlay, surface);
  return pageBox(overlay, surface, height);
}

function framed(title: string, rows: readonly Row[], keys: string, { size, glyphs }: Surface): Row[] {
  return [
    rule([span(title, STYLES.title)], NO_ROW, size.columns, glyphs),
    ...rows,
    rule([span(keys, STYLES.dim)], NO_ROW, size.columns, glyphs),
  ];
}

function menuBox({ items }: Overlay & { kind: 'menu' }, surface: Surface): Row[] {
  const { lang, size, glyphs } = surface;
  const wide = (size.columns >= 76 && items.length > 8) || items.length > size.rows - 5;
  const width = Math.floor(size.columns / 2);
  const half = wide ? Math.ceil(items.length / 2) : items.length;
  const cell = (at: number): Row => {
    const item = items[at];
    return item === undefined ? NO_ROW : row('  ', span(item.key.padEnd(2), STYLES.key), ` ${item.text}`);
  };
  const rows = Array.from({ length: half }, (_, i) => {
    if (!wide) return cell(i);
    return [...fill(cut(cell(i), width - 1, glyphs.more), width), ...cut(cell(i + half), width - 1, glyphs.more)];
  });
  return framed(say(lang, 'menu'), rows, say(lang, 'anyKey'), surface);
}

const CARD_KEYS = { one: 'cardOne', several: 'cardSeveral', words: 'cardWords' } as const;

function cardBox({ asks, ask, options, takes, typed }: CardOverlay, surface: Surface): Row[] {
  const { lang } = surface;
  const choices = options.flatMap((rows, i) =>
    rows.map((each, line) => row('  ', span(line === 0 ? `${i + 1}` : ' ', STYLES.key), '  ', ...each)),
  );
  const line = takes === 'one' ? [] : [row('  ', span('> ', STYLES.key), typed, span('_', STYLES.dim)), NO_ROW];
  const between = options.length === 0 ? [] : [NO_ROW];
  const rows = [NO_ROW, ...ask.map((each) => row(' ', ...each)), NO_ROW, ...choices, ...between, ...line];
  const story = asks === 'prediction' ? say(lang, 'cardStory') : '';
  return framed(say(lang, asks), rows, say(lang, CARD_KEYS[takes], { n: options.length }) + story, surface);
}

/** How many rows of a page are seen at once. */
export function pageHeight(rows: number): number {
  return Math.max(1, rows - 1 - 2 - 2);
}

function pageBox({ title, rows, top, onward, copies }: PageOverlay, surface: Surface, height: number): Row[] {
  const room = Math.min(height - 4, Math.max(rows.length, 3));
  const more = rows.length > room;
  const place = more ? ` ${top + 1}-${Math.min(rows.length, top + room)}/${rows.length}` : '';
  const seen = high(rows.slice(top, top + room), room).map((each) => row(' ', ...each));
  return framed(
    `${title}${place}`,
    seen,
    (copies === undefined ? '' : say(surface.lang, 'copiesResult')) +
      say(surface.lang, onward ? 'enterGoesOn' : more ? 'scrollKeys' : 'anyKey'),
    surface,
  );
}
