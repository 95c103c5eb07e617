// How much room the terminal and the story have on a desk.

import { type Layout, layoutOf, type Size, storyColumns } from '../layout.ts';
import type { LessonView } from '../model.ts';
import { isUnread, storyRoom } from '../pictures/work.ts';
import type { Desk } from './desk.ts';

/** While the screen is too small for a picture, programs go on at the usual size. */
const UNSEEN: Size = { columns: 80, rows: 10 };

function deskLayout(desk: Desk): Layout {
  const full = desk.seats.get(desk.current)?.pane.fullScreen() ?? false;
  return layoutOf(desk.options.surface().size, desk.zoomed || full, desk.teacher !== undefined);
}

/** The layout when no program takes the whole screen: what the story is broken for. */
function restingLayout({ options, teacher }: Desk): Layout {
  return layoutOf(options.surface().size, false, teacher !== undefined);
}

export function terminalSize(desk: Desk): Size {
  const { kind, columns, terminal } = deskLayout(desk);
  return kind === 'plain' ? UNSEEN : { columns, rows: terminal };
}

/** Columns that the story has. */
export function storyWidth(desk: Desk): number {
  return storyColumns(restingLayout(desk));
}

/** Whether there is more of the story to be read. */
export function hasUnread(desk: Desk, lesson: LessonView): boolean {
  return !desk.zoomed && isUnread(lesson, restingLayout(desk), desk.options.surface());
}

/** The room of the story of a lesson as it is shown now. */
export function roomOf(desk: Desk, lesson: LessonView): { readonly height: number; readonly columns: number } {
  return storyRoom(lesson, restingLayout(desk), desk.options.surface());
}
