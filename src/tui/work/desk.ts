// The learner's desk: the shells side by side with what lies over them. A record that the other files of this folder act on; what
// is on it is drawn by `model.ts`.

import type { Language } from '../../i18n/language.ts';
import type { Session } from '../../session/session.ts';
import { goLive, type Live } from '../live.ts';
import type { Overlay, Surface } from '../model.ts';
import { pageHeight } from '../pictures/overlay.ts';
import { newSeat, type Seat } from '../seat.ts';
import type { Teacher } from '../teacher.ts';
import { plain, type Row, row, STYLES, span } from '../text.ts';
import { wrap } from '../wrap.ts';
import { terminalSize } from './room.ts';

export interface DeskOptions {
  readonly session: Session;
  readonly teacher?: () => Teacher;
  readonly surface: () => Surface;
  /** Something can be seen that couldn't before. */
  readonly changed: () => void;
  /** The learner goes home, or on to the next lesson. */
  readonly leave: (onward: boolean) => void;
  readonly mouse: (on: boolean) => void;
  /** What Tab does at a seat: changes its line, and answers what there is to choose from. */
  readonly complete?: (session: Session, shell: number, seat: Seat) => readonly string[];
  readonly history?: readonly string[];
  /** A line was run; for who keeps the history. */
  readonly ran?: (line: string) => void;
}

export interface Desk {
  readonly options: DeskOptions;
  readonly live: Live;
  readonly teacher: Teacher | undefined;
  readonly seats: Map<number, Seat>;
  /** The shell in front. */
  current: number;
  zoomed: boolean;
  /** The page of the story. */
  page: number;
  mouse: boolean;
  overlay: Overlay | undefined;
  /** The menu was opened by the key that also works while something runs. */
  prefixed: boolean;
  notice: Row | undefined;
  /** Lines that failed in a row. */
  failures: number;
  pulse: boolean;
  /** How many of the offered commands have been run. */
  told: number;
  readonly timers: { notice?: ReturnType<typeof setTimeout>; idle?: ReturnType<typeof setTimeout> };
}

/** Real milliseconds without a key after which time stands still, if nothing runs. */
const IDLE_MS = 60_000;
const NOTICE_MS = 4000;
/** Failed lines after which `hint` is shown once. */
const FAILURES = 3;
/** A command that isn't there. */
export const NOT_FOUND = 127;
/** 128 and SIGINT: stopped by who typed it, so no failure. */
const INTERRUPTED = 130;

export function newDesk(options: DeskOptions): Desk {
  const live = goLive(options.session, { onTurn: () => turned(desk), onRewind: () => rewound(desk) });
  const desk: Desk = {
    options,
    live,
    teacher: options.teacher?.(),
    seats: new Map(),
    current: 1,
    zoomed: false,
    page: 0,
    mouse: false,
    overlay: undefined,
    prefixed: false,
    notice: undefined,
    failures: 0,
    pulse: false,
    told: 0,
    timers: {},
  };
  options.session.onOutput((shell, bytes) => seatOf(desk, shell).output(bytes));
  return desk;
}

export function languageOf({ options }: Desk): Language {
  return options.surface().lang;
}

export function front(desk: Desk): Seat {
  return seatOf(desk, desk.current);
}

function seatOf(desk: Desk, id: number): Seat {
  const there = desk.seats.get(id);
  if (there !== undefined) return there;
  const { session, changed, history = [] } = desk.options;
  const seat = newSeat({
    ...terminalSize(desk),
    status() {
      const shell = session.shells().get(id);
      const { atPrompt, prompt } = shell?.marks ?? { atPrompt: false, prompt: '' };
      return { atPrompt: atPrompt && shell?.ended !== true, prompt };
    },
    changed,
    send: (bytes) => desk.live.enter({ kind: 'keys', shell: id, keys: Buffer.from(bytes).toString('latin1') }),
    history,
  });
  desk.seats.set(id, seat);
  return seat;
}

/** Sits down at the shells that there are; the first one is opened where there is none. */
export function takeSeats(desk: Desk): void {
  const there = [...desk.options.session.shells().keys()].sort();
  for (const id of there) seatOf(desk, id);
  const [first] = there;
  if (first === undefined) openShell(desk, 1);
  else {
    desk.current = first;
    const size = terminalSize(desk);
    for (const id of there) desk.live.enter({ kind: 'resize', shell: id, size });
    turned(desk);
  }
}

/** Opens a shell and puts it in front. */
export function openShell(desk: Desk, id: number): void {
  desk.current = id;
  const size = terminalSize(desk);
  seatOf(desk, id).resize(size.columns, size.rows);
  desk.live.enter({ kind: 'shell', shell: id, does: 'open', size });
  turned(desk);
}

/** Anything may have changed: prompts, goals, the room that the terminal has. */
export function turned(desk: Desk): void {
  const { seats, options } = desk;
  if (seats.size === 0) return;
  let ended = false;
  for (const [id, seat] of seats) {
    const before = seat.writing();
    seat.refresh();
    if (before || !seat.writing()) continue;
    ended = true;
    if (id === desk.current) noteStatus(desk, id);
  }
  hearNews(desk, ended);
  if (desk.overlay === undefined) askCard(desk);
  fitTerminals(desk);
  options.changed();
}

function hearNews(desk: Desk, atOnce: boolean): void {
  const news = desk.teacher?.update(atOnce);
  if (news === undefined) return;
  if (news.notices.length > 0) announce(desk, row(span(news.notices.join('   '), STYLES.good)));
  if (news.told.length > 0) tellLines(desk, news.told, '\x1b[32m');
}

/** Words of the teacher in the terminal, broken between words; `style` is an escape sequence. */
export function tellLines(desk: Desk, lines: readonly string[], style = ''): void {
  const seat = front(desk);
  const { columns } = seat.size();
  const rows = lines
    .flatMap((each) => each.split('\n'))
    .flatMap((line) => wrap(row(line), columns - 1, indentOf(line)));
  seat.say(rows.map((each) => (style === '' ? plain(each) : `${style}${plain(each)}\x1b[0m`)));
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}

function noteStatus(desk: Desk, id: number): void {
  const status = desk.options.session.shells().get(id)?.marks.lastStatus ?? 0;
  desk.failures = status === 0 || status === INTERRUPTED ? 0 : desk.failures + 1;
  desk.pulse = desk.failures === FAILURES;
}

function rewound(desk: Desk): void {
  const there = desk.options.session.shells();
  for (const id of desk.seats.keys()) if (!there.has(id)) desk.seats.delete(id);
  if (!desk.seats.has(desk.current)) desk.current = 1;
  turned(desk);
}

/** Gives all terminals the room that there is; programs hear of it. */
export function fitTerminals(desk: Desk): void {
  const size = terminalSize(desk);
  for (const [id, seat] of desk.seats) {
    if (seat.size().columns === size.columns && seat.size().rows === size.rows) continue;
    seat.resize(size.columns, size.rows);
    const shell = desk.options.session.shells().get(id);
    if (shell !== undefined && !shell.ended) desk.live.enter({ kind: 'resize', shell: id, size });
  }
}

/** Says something in the last row, for a while. */
export function announce(desk: Desk, text: Row): void {
  desk.notice = row(' ', ...text);
  clearTimeout(desk.timers.notice);
  desk.timers.notice = setTimeout(() => {
    desk.notice = undefined;
    desk.options.changed();
  }, NOTICE_MS);
  desk.options.changed();
}

/** Somebody is there: time goes on. */
export function touch(desk: Desk): void {
  desk.live.hold('idle', false);
  clearTimeout(desk.timers.idle);
  desk.timers.idle = setTimeout(() => {
    if (front(desk).writing()) desk.live.hold('idle', true);
    desk.options.changed();
  }, IDLE_MS);
}

/** Lays something over the desk, or takes it away; time stands still meanwhile. */
export function lay(desk: Desk, overlay: Overlay | undefined): void {
  desk.overlay = overlay;
  desk.live.hold('overlay', overlay !== undefined);
  desk.options.changed();
}

export function layPage(desk: Desk, title: string, rows: readonly Row[], atEnd = false): void {
  const top = atEnd ? Math.max(0, rows.length - pageHeight(desk.options.surface().size.rows)) : 0;
  lay(desk, { kind: 'page', title, rows, top });
}

function askCard(desk: Desk): void {
  const question = desk.teacher?.card();
  if (question === undefined) return;
  const columns = desk.options.surface().size.columns - 8;
  lay(desk, {
    kind: 'card',
    ask: wrap(row(span(question.ask, STYLES.strong)), columns),
    options: question.options.map((option) => wrap(row(option), columns)),
  });
}

export function closeDesk({ timers, teacher, live, seats }: Desk): void {
  clearTimeout(timers.notice);
  clearTimeout(timers.idle);
  teacher?.stop();
  live.stop();
  for (const seat of seats.values()) seat.pane.dispose();
}
