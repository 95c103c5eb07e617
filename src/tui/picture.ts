// A picture of the screen from the model of it.

import type { Frame } from './frame.ts';
import { LEAST } from './layout.ts';
import type { ScreenModel } from './model.ts';
import { listPicture } from './pictures/list.ts';
import { overlayPicture } from './pictures/overlay.ts';
import { welcomePicture } from './pictures/welcome.ts';
import { terminalRow, workPicture } from './pictures/work.ts';
import { cut, row } from './text.ts';
import { say } from './words.ts';
import { wrap } from './wrap.ts';

export function picture(model: ScreenModel): Frame {
  const { columns, rows } = model.size;
  if (columns < LEAST.columns || rows < LEAST.rows) return tooSmall(model);
  const base = basePicture(model);
  const whole = model.overlay === undefined ? base : overlayPicture(base, model.overlay, model, belowStory(model));
  return { ...whole, rows: whole.rows.map((each) => cut(each, columns)) };
}

function belowStory(model: ScreenModel): number | undefined {
  return model.view === 'work' ? Math.max(1, terminalRow(model) - 1) : undefined;
}

function basePicture(model: ScreenModel): Frame {
  switch (model.view) {
    case 'work':
      return workPicture(model);
    case 'welcome':
      return welcomePicture(model);
    case 'list':
      return listPicture(model);
  }
}

/** Of the lesson that is open, else of the first: with it the lesson goes on in plain lines. */
function lessonNumber(model: ScreenModel): string {
  const lesson = model.view === 'work' ? model.lesson : undefined;
  return (lesson?.par === undefined ? lesson?.title.split(' ')[0] : undefined) ?? '1.1';
}

function tooSmall(model: ScreenModel): Frame {
  const { lang, size } = model;
  const text = say(lang, 'tooSmall', { columns: size.columns, rows: size.rows, lesson: lessonNumber(model) });
  return { rows: wrap(row(text), Math.max(1, size.columns)).slice(0, Math.max(1, size.rows - 1)) };
}
