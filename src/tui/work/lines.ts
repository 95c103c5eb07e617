// What becomes of a line: words for the teacher and for the session itself are taken here, everything else goes to the shell.

import { speakIn } from '../../session/language.ts';
import { skipLength } from '../../session/skiplength.ts';
import type { Place } from '../menu.ts';
import { pageOf } from '../story.ts';
import type { Teacher } from '../teacher.ts';
import { plain, row, STYLES, span } from '../text.ts';
import { type Looked, type View, type ViewName, viewAsked, viewOf } from '../views.ts';
import { say } from '../words.ts';
import { announce, answer, type Desk, front, languageOf, layPage, placeOf } from './desk.ts';
import { jumpAhead } from './jump.ts';
import { happened, lessonView, runningIn } from './model.ts';
import { roomOf } from './room.ts';
import { turned } from './turn.ts';

/** The line in front is run. */
export function runLine(desk: Desk, text: string): void {
  const { options, teacher, live } = desk;
  const copies = text.trim() === 'copy';
  front(desk).finish('', !copies);
  options.ran?.(text);
  const offered = teacher?.offered().indexOf(text) ?? -1;
  if (offered >= 0) readOn(desk, offered);
  if (!takeWord(desk, text)) {
    speakIn(live.session, languageOf(desk));
    live.enter({ kind: 'line', shell: desk.current, line: text });
  }
  turned(desk);
}

/** A command that the story offers was run: the story is shown from there on. */
function readOn(desk: Desk, offered: number): void {
  const { teacher } = desk;
  desk.told = offered + 1;
  const command = teacher?.offered()[offered]?.split('\n')[0] ?? '';
  if (teacher === undefined) return;
  const lesson = lessonView(desk, teacher);
  const { height, columns } = roomOf(desk, lesson);
  const at = lesson.story.findIndex((each) => isRowOf(command, plain(each).trim()));
  const next = lesson.story.findIndex((each, i) => i > at && plain(each).trim() !== '');
  if (at >= 0 && next >= 0) desk.page = Math.max(desk.page, pageOf(lesson.story, next, height, columns));
}

/** Words may name a command, too; its own row begins with it, or is the beginning of what has no room in one. */
function isRowOf(command: string, text: string): boolean {
  return text.startsWith(command) || (text.includes(' ') && command.startsWith(text));
}

/** A word chosen from the menu: as if it had been typed. */
export function typeWord(desk: Desk, word: string): void {
  const seat = front(desk);
  if (seat.writing()) {
    seat.write(word);
    seat.finish();
  }
  takeWord(desk, word);
  turned(desk);
}

type Take = (desk: Desk, argument: string | undefined) => void;

/** Words of the session, with the most arguments that they take. */
const WORDS: ReadonlyMap<string, { readonly most: number; readonly take: Take; readonly only?: readonly Place[] }> =
  new Map([
    ['undo', { most: 0, take: undo, only: ['lesson', 'play'] }],
    ['skip', { most: 1, take: skip }],
    ['copy', { most: 0, take: copyOutput }],
    ['next', { most: 0, take: goOn, only: ['lesson'] }],
  ]);

/** False when the line is for the shell. */
export function takeWord(desk: Desk, text: string): boolean {
  const [name = '', ...rest] = text.trim().split(/\s+/);
  const word = WORDS.get(name);
  if (word !== undefined && rest.length <= word.most && word.only?.includes(placeOf(desk)) !== false) {
    word.take(desk, rest[0]);
    return true;
  }
  const view = viewAsked(text, () => looked(desk));
  if (view !== undefined) {
    layView(desk, view);
    return true;
  }
  const over = desk.teacher?.incident?.over();
  const said = desk.teacher?.word(text);
  if (said === undefined) return false;
  answer(desk, name, said);
  if (over === false && desk.teacher?.incident?.over() === true) goOn(desk);
  return true;
}

export function undo(desk: Desk): void {
  const lang = languageOf(desk);
  if (desk.shells.system) {
    answer(desk, 'undo', [say(lang, desk.teacher === undefined ? 'noUndoInPlay' : 'noUndo')]);
    return;
  }
  const line = desk.live.undo();
  const text = line === undefined ? say(lang, 'nothingToUndo') : say(lang, 'undone', { line });
  front(desk).say([`\x1b[2m── ${text}\x1b[0m`]);
  turned(desk);
}

/** Terminals don't take more, in characters. */
const CLIPBOARD_MAX = 70_000;

/** What the last command said, for the clipboard. */
export function copyOutput(desk: Desk): void {
  copyText(desk, front(desk).lastOutput());
}

export function copyText(desk: Desk, text: string): void {
  const lang = languageOf(desk);
  const n = text.split('\n').length - 1;
  if (text === '') announce(desk, row(span(say(lang, 'nothingToCopy'), STYLES.busy)));
  else if (text.length > CLIPBOARD_MAX) announce(desk, row(span(say(lang, 'tooLongToCopy', { n }), STYLES.busy)));
  else {
    desk.options.copy(text);
    announce(desk, row(span(say(lang, 'copied', { n }), STYLES.good)));
  }
}

export function skip(desk: Desk, text: string | undefined): void {
  const lang = languageOf(desk);
  const duration = text === undefined ? undefined : skipLength(text);
  if (text !== undefined && duration === undefined) {
    answer(desk, 'skip', [say(lang, 'skipUsage')]);
    return;
  }
  jumpAhead(desk, duration);
}

export function showView(desk: Desk, name: ViewName): void {
  layView(desk, viewOf(name, looked(desk)));
}

function layView(desk: Desk, { title, rows, atEnd }: View): void {
  layPage(desk, title, rows, { atEnd });
}

function looked(desk: Desk): Looked {
  const { options, live, namespace } = desk;
  const surface = options.surface();
  return {
    session: options.session,
    reading: live.reading(),
    happened: () => happened(desk),
    namespace,
    surface,
    columns: surface.size.columns - 2,
  };
}

/** What runs in other shells isn't touched by another step. */
function tellRunning(desk: Desk): void {
  const lang = languageOf(desk);
  for (const n of desk.seats.keys()) {
    const line = n === desk.current ? undefined : runningIn(desk, n);
    if (line !== undefined) announce(desk, row(span(say(lang, 'stillRuns', { n, line }), STYLES.dim)));
  }
}

function resultOf({ incident }: Teacher): { readonly copies?: string } {
  return incident === undefined ? {} : { copies: `${incident.result().join('\n')}\n` };
}

/** The next step; behind the last one what is to be taken along. */
export function goOn(desk: Desk): void {
  const { teacher, options } = desk;
  if (teacher === undefined) return;
  desk.told = 0;
  desk.page = 0;
  const { size, lang } = options.surface();
  if (!teacher.next()) {
    if (!teacher.done()) answer(desk, 'next', teacher.word('next') ?? []);
    else layPage(desk, say(lang, 'debrief'), teacher.debrief(size.columns - 3), { onward: true, ...resultOf(teacher) });
  } else tellRunning(desk);
  turned(desk);
}
