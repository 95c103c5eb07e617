// What follows from the passing of time on a desk: prompts that come back, goals that tick, questions that open, shells that are
// given another size.

import { HOST_CLOCK } from '../../../sandbox/time/pace.ts';
import { row, STYLES, span, textWidth } from '../text.ts';
import { say } from '../words.ts';
import { TEACHER_WORDS } from '../world.ts';
import { wrap } from '../wrap.ts';
import { suggestCommand } from './assist.ts';
import { askPrediction } from './cards.ts';
import { announce, type Desk, front, languageOf, layPage, seatOf, tellLines } from './desk.ts';
import { terminalSize } from './room.ts';
import { isSystem, type SystemShells } from './shells.ts';

/** The least real time between two looks, in milliseconds. */
const LOOK_MS = 500;
/** Real milliseconds after which a command is no longer waited for. */
const UNTOLD_MS = 1500;
/** Failed lines after which `hint` is shown once. */
const FAILURES = 3;
/** A command that isn't there. */
const NOT_FOUND = 127;
/** 128 and SIGINT: stopped by who typed it, so no failure. */
const INTERRUPTED = 130;

/** Sits down at the shells that there are; the first one is opened where there is none. */
export function takeSeats(desk: Desk): void {
  const there = desk.shells.ids();
  for (const id of there) seatOf(desk, id);
  const [first] = there;
  if (first === undefined) openShell(desk, 1);
  else {
    desk.current = first;
    const size = terminalSize(desk);
    for (const id of there) desk.shells.resize(id, size);
    turned(desk);
  }
}

/** Opens a shell and puts it in front. */
export function openShell(desk: Desk, id: number): void {
  desk.current = id;
  const size = terminalSize(desk);
  seatOf(desk, id).resize(size.columns, size.rows);
  desk.shells.open(id, size);
  turned(desk);
}

/** Time has passed. Most of what a cluster does can't be seen, and drawing costs more than all of it. */
export function passed(desk: Desk): void {
  const before = desk.sight;
  desk.sight = sightOf(desk);
  if (follow(desk) || desk.sight !== before) desk.options.changed();
}

/** What on the screen goes on by itself: the clock, and what the map shows. Shells tell of their output themselves. */
function sightOf({ live }: Desk): string {
  const second = Math.floor(live.elapsed() / 1000);
  return [second, live.speed(), live.slowed(), live.changes()].join();
}

/** Anything may have changed: prompts, goals, the room that the terminal has. */
export function turned(desk: Desk): void {
  follow(desk);
  desk.options.changed();
}

/** Does what follows; whether there is something new to be seen. */
function follow(desk: Desk): boolean {
  const { seats, options } = desk;
  if (seats.size === 0) return false;
  if (isSystem(desk.shells)) lookAround(desk, desk.shells);
  clearEndedShells(desk);
  if (seats.size === 0) {
    options.leave(false);
    return false;
  }
  let ended = false;
  for (const [id, seat] of seats) {
    const before = seat.writing();
    seat.refresh();
    if (before || !seat.writing()) continue;
    ended = true;
    takeTypedAhead(desk, id);
    if (id === desk.current) noteStatus(desk, id);
  }
  const news = hearNews(desk, ended);
  const notices = ended ? tellNotices(desk) : [];
  if (desk.overlay === undefined) askPrediction(desk);
  keepInSight(desk, notices);
  fitTerminals(desk);
  return ended || news;
}

/** What a shell of the learner's own system changed is found by looking: the namespace, and the files that checks may ask for. */
function lookAround(desk: Desk, shells: SystemShells): void {
  const now = (desk.options.clock ?? HOST_CLOCK).now();
  if (now - desk.lookedAt < LOOK_MS) return;
  desk.lookedAt = now;
  desk.namespace = shells.namespace();
  const { files, removed } = shells.changedFiles();
  if (Object.keys(files).length + removed.length > 0) desk.live.enter({ kind: 'files', files, removed });
}

/** Shells that were left with `exit` go away. */
function clearEndedShells(desk: Desk): void {
  for (const id of desk.shells.ids()) {
    if (desk.shells.now(id)?.ended !== true || !desk.seats.has(id)) continue;
    desk.shells.close(id);
    desk.seats.get(id)?.pane.dispose();
    desk.seats.delete(id);
  }
  if (!desk.seats.has(desk.current)) desk.current = [...desk.seats.keys()][0] ?? 1;
}

const KILL_LINE = '\x15';

/** What was typed while a command ran and isn't a whole line goes on as the line that is being written. */
function takeTypedAhead(desk: Desk, id: number): void {
  const { session } = desk.options;
  const shell = session.shells().get(id);
  const { execs } = session.cluster().simulator.kernel.state;
  const text = shell && execs.get(shell.exec)?.tty?.line;
  if (text === undefined || text === '') return;
  desk.shells.keys(id, Buffer.from(KILL_LINE));
  seatOf(desk, id).write(text);
}

function hearNews(desk: Desk, atOnce: boolean): boolean {
  const news = desk.teacher?.update(atOnce);
  if (news === undefined) return false;
  if (news.notices.length > 0) announce(desk, row(span(fitting(desk, news.notices), STYLES.good)));
  return tellInTime(desk, news.told) || news.notices.length > 0;
}

/** As many as the last row has room for; the others are counted. */
function fitting(desk: Desk, [first = '', ...others]: readonly string[]): string {
  const columns = desk.options.surface().size.columns - 8;
  let text = first;
  for (const [i, other] of others.entries()) {
    const longer = `${text}   ${other}`;
    if (textWidth(longer) > columns) return `${text}   +${others.length - i}`;
    text = longer;
  }
  return text;
}

/** What is told of a command doesn't come between it and its output, unless it goes on for long. */
function tellInTime(desk: Desk, told: readonly string[]): boolean {
  const { untold } = desk;
  const now = (desk.options.clock ?? HOST_CLOCK).now();
  if (told.length > 0 && untold.lines.length === 0) untold.since = now;
  const lines = [...untold.lines, ...told];
  const isDue = lines.length > 0 && (desk.shells.rests(desk.current) || now - untold.since >= UNTOLD_MS);
  untold.lines = isDue ? [] : lines;
  if (isDue) tellLines(desk, lines, '\x1b[32m');
  return isDue;
}

/** Yellow. */
const NOTICE = '\x1b[33m';

/** What the learner has to know of the session and its data. */
function tellNotices(desk: Desk): readonly string[] {
  const notices = desk.options.notices?.() ?? [];
  tellLines(desk, notices, NOTICE);
  return notices;
}

/** The same to somebody who sits down. */
export function tellFirst(desk: Desk): void {
  keepInSight(desk, tellNotices(desk));
}

/** What a card hides has been read before it. */
function keepInSight(desk: Desk, notices: readonly string[]): void {
  if (notices.length === 0 || desk.overlay?.kind !== 'card') return;
  const { size, lang } = desk.options.surface();
  const rows = notices.flatMap((line) => wrap(row(line), size.columns - 3));
  layPage(desk, say(lang, 'toKnow'), rows);
}

/** How a line ended is noted once: words of the teacher put nothing in, and have no end of their own. */
function noteStatus(desk: Desk, id: number): void {
  const last = desk.options.session.inputs().at(-1);
  if (desk.noted === last) return;
  desk.noted = last;
  const status = desk.shells.now(id)?.lastStatus ?? 0;
  desk.failures = status === 0 || status === INTERRUPTED ? 0 : desk.failures + 1;
  desk.pulse = desk.failures === FAILURES;
  desk.namespace = desk.shells.namespace();
  if (status !== NOT_FOUND) return;
  if (last?.kind === 'keys') tellTypedAhead(desk, last.shell);
  else suggestCommand(desk, lastLine(desk, id));
}

/** Words for the teacher that were typed while a command ran went to the shell, which doesn't know them. */
function tellTypedAhead(desk: Desk, id: number): void {
  const inputs = desk.options.session.inputs();
  const from = inputs.findLastIndex((input) => input.kind === 'line' && input.shell === id);
  const keys = inputs
    .slice(from + 1)
    .flatMap((input) => (input.kind === 'keys' && input.shell === id ? [input.keys] : []));
  const first = (line: string): string => line.trim().split(/\s+/)[0] ?? '';
  const word = keys
    .join('')
    .split('\r')
    .map(first)
    .find((one) => TEACHER_WORDS.includes(one));
  if (word !== undefined) front(desk).say([`\x1b[2m${say(languageOf(desk), 'typedAhead', { word })}\x1b[0m`]);
}

function lastLine({ options }: Desk, id: number): string {
  const last = options.session.inputs().findLast((input) => input.kind === 'line' && input.shell === id);
  return last?.kind === 'line' ? last.line : '';
}

/** An undo has put another cluster in place. */
export function rewound(desk: Desk): void {
  const there = desk.shells.ids();
  for (const id of desk.seats.keys()) if (!there.includes(id)) desk.seats.delete(id);
  if (!desk.seats.has(desk.current)) desk.current = 1;
  for (const seat of desk.seats.values()) seat.refresh();
  turned(desk);
}

/** Gives all terminals the room that there is; programs hear of it. */
export function fitTerminals(desk: Desk): void {
  const size = terminalSize(desk);
  for (const [id, seat] of desk.seats) {
    if (seat.size().columns === size.columns && seat.size().rows === size.rows) continue;
    seat.resize(size.columns, size.rows);
    if (desk.shells.now(id)?.ended === false) desk.shells.resize(id, size);
  }
}
