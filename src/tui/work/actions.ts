// What the letters of the menu do.

import { SHELLS_MAX } from '../../session/shells.ts';
import { helpRows } from '../help.ts';
import type { MenuAction } from '../menu.ts';
import { pageCount } from '../story.ts';
import { row } from '../text.ts';
import { say } from '../words.ts';
import { announce, type Desk, front, languageOf, layPage } from './desk.ts';
import { copyOutput, goOn, showView, skip, typeWord, undo } from './lines.ts';
import { lessonView } from './model.ts';
import { hasUnread, roomOf } from './room.ts';
import { fitTerminals, openShell } from './turn.ts';

export const ACTIONS: Readonly<Record<MenuAction, (desk: Desk) => void>> = {
  insert: insertOffered,
  hint: (desk) => typeWord(desk, 'hint'),
  check: (desk) => typeWord(desk, 'check'),
  story: showStory,
  next: goOn,
  map: (desk) => showView(desk, 'map'),
  timeline: (desk) => showView(desk, 'timeline'),
  traffic: (desk) => showView(desk, 'traffic'),
  diff: (desk) => showView(desk, 'diff'),
  undo,
  skip: (desk) => skip(desk, undefined),
  pause: (desk) => pause(desk, !desk.paused),
  speed(desk) {
    desk.live.setSpeed(desk.live.rate() === 1 ? FAST : 1);
    pause(desk, false);
  },
  shell: newShell,
  zoom(desk) {
    desk.zoomed = !desk.zoomed;
    fitTerminals(desk);
  },
  mouse: ({ options }) => options.mouse(),
  copy: copyOutput,
  language: ({ options }) => options.language(),
  help: (desk) => layPage(desk, say(languageOf(desk), 'helpTitle'), helpRows(desk.options.surface())),
  leave: ({ options }) => options.leave(false),
};

/** The other speed: virtual seconds in a real one. */
const FAST = 10;

function pause(desk: Desk, paused: boolean): void {
  desk.paused = paused;
  desk.live.hold('learner', paused);
}

/** Puts the command that the story offers into the line; with each further time the next one. */
function insertOffered(desk: Desk): void {
  const offers = desk.teacher?.offered() ?? [];
  const seat = front(desk);
  const before = offers.indexOf(seat.line().text);
  const command = before >= 0 ? offers[(before + 1) % offers.length] : (offers[desk.told] ?? offers[0]);
  if (command === undefined) return;
  if (seat.writing()) seat.write(command);
  else if (desk.shells.system) handOver(desk, command);
}

/** Into the line of a shell that edits its lines by itself; the next time the next one. */
function handOver(desk: Desk, command: string): void {
  const text = front(desk).pane.wantsPastes() ? `\x1b[200~${command}\x1b[201~` : command;
  desk.shells.keys(desk.current, Buffer.from(text));
  desk.told++;
}

function showStory(desk: Desk): void {
  const { teacher, options } = desk;
  if (teacher !== undefined) layPage(desk, teacher.title(), teacher.story(options.surface().size.columns - 3));
}

const SHELLS = Array.from({ length: SHELLS_MAX }, (_, i) => i + 1);

function newShell(desk: Desk): void {
  const there = desk.shells.ids();
  const free = SHELLS.find((id) => !there.includes(id));
  if (free === undefined) announce(desk, row(say(languageOf(desk), 'noMoreShells')));
  else openShell(desk, free);
}

/** Puts a shell in front that is there. */
export function showShell(desk: Desk, id: number): void {
  if (desk.seats.has(id)) desk.current = id;
  fitTerminals(desk);
}

/** Enter when all goals of a step hold: what is left of its story, then the next step. */
export function goFurther(desk: Desk): void {
  const { teacher } = desk;
  if (teacher !== undefined && hasUnread(desk, lessonView(desk, teacher))) turnPage(desk, 1);
  else goOn(desk);
}

export function turnPage(desk: Desk, by: number): void {
  if (desk.teacher === undefined) return;
  const lesson = lessonView(desk, desk.teacher);
  const { height, columns } = roomOf(desk, lesson);
  desk.page = Math.max(0, Math.min(pageCount(lesson.story, height, columns) - 1, desk.page + by));
}
