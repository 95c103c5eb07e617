// The learner's desk: the shells side by side with what lies over them. A record that the other files of this folder act on; what
// is on it is drawn by `model.ts`.

import type { CoreV1Event } from '../../../sandbox/schema/generated/types.ts';
import type { HostClock } from '../../../sandbox/time/pace.ts';
import type { Language } from '../../i18n/language.ts';
import type { Input, InputBody } from '../../session/inputs.ts';
import type { Session } from '../../session/session.ts';
import type { Happening } from '../happenings.ts';
import { goLive, type Live } from '../live.ts';
import type { Place } from '../menu.ts';
import type { Overlay, Surface } from '../model.ts';
import { pageHeight } from '../pictures/overlay.ts';
import { newSeat, type Seat } from '../seat.ts';
import type { Teacher } from '../teacher.ts';
import { plain, type Row, row } from '../text.ts';
import { wrap } from '../wrap.ts';
import { terminalSize } from './room.ts';
import { type DeskShells, isSystem, type SystemShells, workstationShells } from './shells.ts';

export interface DeskOptions {
  readonly session: Session;
  readonly teacher?: () => Teacher;
  readonly surface: () => Surface;
  /** Something can be seen that couldn't before. */
  readonly changed: () => void;
  /** The learner goes home, or on to the next lesson. */
  readonly leave: (onward: boolean) => void;
  readonly mouse: () => void;
  /** Puts a text on the learner's clipboard. */
  readonly copy: (text: string) => void;
  /** The other language. */
  readonly language: () => void;
  /** What the learner has to know, each once, at first and as it comes: what could not be read, what can't be kept. */
  readonly notices?: () => readonly string[];
  readonly history?: readonly string[];
  /** Real time; the host's unless given. */
  readonly clock?: HostClock;
  /** A line was run; for who keeps the history. */
  readonly ran?: (line: string) => void;
  /** Shells of the learner's own system; those of the workstation unless given. */
  readonly shells?: (enter: (input: InputBody) => void) => SystemShells;
}

interface History {
  readonly events: readonly CoreV1Event[];
  readonly last: Input | undefined;
  readonly happened: readonly Happening[];
}

export interface Desk {
  readonly options: DeskOptions;
  readonly live: Live;
  readonly shells: DeskShells;
  /** Words were typed for the teacher, in a shell that runs by itself. */
  readonly heard: (words: string) => void;
  readonly teacher: Teacher | undefined;
  readonly seats: Map<number, Seat>;
  /** The shell in front. */
  current: number;
  zoomed: boolean;
  /** The page of the story. */
  page: number;
  /** The learner has stopped the clock. */
  paused: boolean;
  overlay: Overlay | undefined;
  /** The menu was opened by the key that also works while something runs. */
  prefixed: boolean;
  notice: Row | undefined;
  /** The input whose end was noted last. */
  noted: Input | undefined;
  /** What is to be told once the command in front has ended, or has run for a while; since when, in real milliseconds. */
  readonly untold: { lines: readonly string[]; since: number };
  /** Lines that failed in a row. */
  failures: number;
  pulse: boolean;
  /** Where commands go that name no namespace. */
  namespace: string;
  /** How many of the offered commands have been run. */
  told: number;
  /** When a look was taken at what shells of the learner's own system have changed. */
  lookedAt: number;
  /** What was to be seen of the passing of time when it was last drawn. */
  sight: string;
  /** What happened, as it was last told: of these events, up to this input. */
  history: History | undefined;
  /** Time is being jumped over; what is typed meanwhile comes behind it. */
  jump: { stopped: boolean; readonly typed: (() => void)[] } | undefined;
  readonly timers: { notice?: ReturnType<typeof setTimeout>; idle?: ReturnType<typeof setTimeout> };
}

/** Real milliseconds without a key after which time stands still, if nothing runs. */
const IDLE_MS = 60_000;
const NOTICE_MS = 4000;

/** What follows when time has passed, and when an undo has put another cluster in place. */
export interface DeskHooks {
  readonly passed: (desk: Desk) => void;
  readonly rewound: (desk: Desk) => void;
  /** Words for the teacher that were typed in a shell of the learner's own system. */
  readonly heard: (desk: Desk, words: string) => void;
}

export function newDesk(options: DeskOptions, { passed, rewound, heard }: DeskHooks): Desk {
  const live = goLive(options.session, {
    onTurn: () => passed(desk),
    onRewind: () => rewound(desk),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const shells = options.shells?.(live.enter) ?? workstationShells(options.session, live);
  const desk: Desk = {
    options,
    live,
    shells,
    heard: (words) => heard(desk, words),
    teacher: options.teacher?.(),
    seats: new Map(),
    current: 1,
    zoomed: false,
    page: 0,
    paused: false,
    overlay: undefined,
    prefixed: false,
    notice: undefined,
    noted: undefined,
    untold: { lines: [], since: 0 },
    failures: 0,
    pulse: false,
    namespace: shells.namespace(),
    told: 0,
    jump: undefined,
    lookedAt: Number.NEGATIVE_INFINITY,
    sight: '',
    history: undefined,
    timers: {},
  };
  shells.onOutput((shell, bytes) => seatOf(desk, shell).output(bytes));
  if (isSystem(shells)) shells.onChange(() => passed(desk));
  return desk;
}

export function languageOf({ options }: Desk): Language {
  return options.surface().lang;
}

export function placeOf({ teacher }: Desk): Place {
  if (teacher === undefined) return 'play';
  return teacher.incident === undefined ? 'lesson' : 'drill';
}

export function front(desk: Desk): Seat {
  return seatOf(desk, desk.current);
}

const NO_SHELL = { atPrompt: false, prompt: '' };

/** The seat at a shell; made when there is none. */
export function seatOf(desk: Desk, id: number): Seat {
  const there = desk.seats.get(id);
  if (there !== undefined) return there;
  const { changed, history = [] } = desk.options;
  const { shells } = desk;
  const seat = newSeat({
    ...terminalSize(desk),
    status: () => shells.now(id) ?? NO_SHELL,
    changed,
    send: (bytes) => shells.keys(id, bytes),
    history,
    bindings: () => desk.options.surface().bindings.line,
  });
  if (isSystem(shells)) seat.pane.onWords(shells.mark, desk.heard);
  desk.seats.set(id, seat);
  return seat;
}

/** Words of the teacher in the terminal, broken between words; `style` is an escape sequence. */
export function tellLines(desk: Desk, lines: readonly string[], style = ''): void {
  const seat = front(desk);
  const { shells, current } = desk;
  if (lines.length === 0) return;
  if (shells.system && seat.pane.fullScreen()) {
    announce(desk, row(lines[0] ?? ''));
    return;
  }
  if (shells.system) seat.say(['']);
  const { columns } = seat.size();
  const rows = lines
    .flatMap((each) => each.split('\n'))
    .flatMap((line) => wrap(row(line), columns - 1, indentOf(line)));
  seat.say(rows.map((each) => (style === '' ? plain(each) : `${style}${plain(each)}\x1b[0m`)));
  // Its line is edited by the shell itself, which doesn't know that its prompt has scrolled away.
  if (isSystem(shells)) shells.redraw(current);
}

/** What is answered to a word: below it, or on a page of its own where that would be in the way of what runs. */
export function answer(desk: Desk, word: string, lines: readonly string[]): void {
  const atShell = !desk.shells.system && desk.shells.rests(desk.current);
  if (atShell) {
    tellLines(desk, lines);
    return;
  }
  const columns = desk.options.surface().size.columns - 3;
  layPage(
    desk,
    word,
    lines.flatMap((each) => each.split('\n')).flatMap((line) => wrap(row(line), columns, indentOf(line))),
  );
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
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
    if (desk.shells.rests(desk.current)) desk.live.hold('idle', true);
    desk.options.changed();
  }, IDLE_MS);
}

/** Lays something over the desk, or takes it away; time stands still meanwhile. */
export function lay(desk: Desk, overlay: Overlay | undefined): void {
  desk.overlay = overlay;
  desk.live.hold('overlay', overlay !== undefined);
  desk.options.changed();
}

/** How a page is laid: at its end, or with Enter leading on behind the lesson. */
export interface Laying {
  readonly atEnd?: boolean;
  readonly onward?: boolean;
  /** What `y` puts on the clipboard. */
  readonly copies?: string;
}

export function layPage(desk: Desk, title: string, rows: readonly Row[], laying: Laying = {}): void {
  const { atEnd, onward, copies } = laying;
  const top = atEnd === true ? Math.max(0, rows.length - pageHeight(desk.options.surface().size.rows)) : 0;
  lay(desk, { kind: 'page', title, rows, top, onward: onward === true, ...(copies === undefined ? {} : { copies }) });
}

export function closeDesk(desk: Desk): void {
  const { timers, teacher, live, seats, shells } = desk;
  desk.jump = undefined;
  clearTimeout(timers.notice);
  clearTimeout(timers.idle);
  teacher?.stop();
  if (isSystem(shells)) shells.dispose();
  live.stop();
  for (const seat of seats.values()) seat.pane.dispose();
}
