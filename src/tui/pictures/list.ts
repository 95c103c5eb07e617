// All lessons by module, with what has been done. The chosen one is always in sight.

import { type Frame, high, rule } from '../frame.ts';
import type { ListedLesson, ListModel } from '../model.ts';
import { fill, NO_ROW, type Row, row, STYLES, type Style, span, spread, styled } from '../text.ts';
import { say } from '../words.ts';

export function listPicture(model: ListModel): Frame {
  const { lang, size, glyphs, modules } = model;
  const { columns } = size;
  const height = size.rows - 1;
  const rows: Row[] = [];
  /** Where the lessons stand among the rows. */
  const places: number[] = [];
  let at = 0;
  let chosenRow = 0;
  for (const { title, lessons } of modules) {
    if (rows.length > 0) rows.push(NO_ROW);
    rows.push(row(' ', span(title, STYLES.title)));
    for (const lesson of lessons) {
      if (at === model.chosen) chosenRow = rows.length;
      places.push(rows.length);
      rows.push(lessonRow(lesson, at === model.chosen, model));
      at++;
    }
  }
  const room = height - 4;
  const top = Math.max(0, Math.min(chosenRow - Math.floor(room / 2), rows.length - room));
  const done = modules.flatMap(({ lessons }) => lessons).filter(({ state }) => state === 'done').length;
  const hidden = (way: string, n: number): Row => (n === 0 ? NO_ROW : row(span(`${way} ${n}`, STYLES.dim)));
  const above = hidden('↑', places.filter((place) => place < top).length);
  const below = hidden('↓', places.filter((place) => place >= top + room).length);
  return {
    rows: [
      spread(row(' ', span(say(lang, 'lessons'), STYLES.title)), row(`${done}/${at} `), columns),
      rule(NO_ROW, above, columns, glyphs),
      ...high(rows.slice(top), room),
      rule(NO_ROW, below, columns, glyphs),
      row(' ', model.opening ? span(say(lang, 'opening'), STYLES.busy) : span(say(lang, 'listKeys'), STYLES.dim)),
    ],
  };
}

function lessonRow(lesson: ListedLesson, chosen: boolean, { lang, glyphs, size }: ListModel): Row {
  const signs: Readonly<Record<ListedLesson['state'], readonly [string, Style]>> = {
    done: [glyphs.done, STYLES.good],
    begun: [glyphs.busy, STYLES.busy],
    open: [glyphs.open, {}],
    coming: [' ', STYLES.dim],
  };
  const [sign, style] = signs[lesson.state];
  const minutes = lesson.state === 'coming' ? say(lang, 'coming') : say(lang, 'minutes', { n: lesson.minutes });
  const text = row(`  `, span(sign, style), ` ${lesson.number} ${lesson.title}`);
  const whole = spread(
    lesson.state === 'coming' ? styled(text, STYLES.dim) : text,
    row(minutes, '  '),
    size.columns - 1,
  );
  return chosen ? styled(fill(whole, size.columns - 1), STYLES.selected) : whole;
}
