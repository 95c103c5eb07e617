// The whole screen program: which view is seen, where bytes of the terminal go, when a picture is drawn.

import type { Language } from '../i18n/language.ts';
import type { InputBody } from '../session/inputs.ts';
import type { Session } from '../session/session.ts';
import { ESCAPE_WAIT_MS, feedKeys, flushKeys, isWaiting, type Key, type Keys, NO_KEYS } from '../workstation/keys.ts';
import type { Bindings } from './bindings.ts';
import { high } from './frame.ts';
import { type Glyphs, glyphsFor, PROBE, ROUND } from './glyphs.ts';
import { helpRows } from './help.ts';
import type { ListModel, Overlay, ScreenModel, Surface, WelcomeModel } from './model.ts';
import { picture } from './picture.ts';
import type { Screen } from './screen.tsx';
import type { Teacher } from './teacher.ts';
import { clipboardText, type HostTerminal, MOUSE_OFF, MOUSE_ON } from './terminal.ts';
import { NO_ROW, row, STYLES, span } from './text.ts';
import { say } from './words.ts';
import type { SystemShells } from './work/shells.ts';
import { openWork, type Work } from './work/work.ts';

/** A session to sit down at. */
export interface Seating {
  readonly session: Session;
  readonly teacher?: (surface: () => Surface) => Teacher;
  readonly history?: readonly string[];
  readonly ran?: (line: string) => void;
  /** As DeskOptions.shells. */
  readonly shells?: (enter: (input: InputBody) => void) => SystemShells;
  /** As DeskOptions.notices. */
  readonly notices?: () => readonly string[];
  /** Keeps what has to be kept. */
  readonly close?: () => void;
}

/** What there is to learn, and how it is begun. */
export interface Offer {
  readonly folder: string;
  modules(lang: Language): ListModel['modules'];
  /** The lesson where the learner left off. */
  next(): string | undefined;
  /** The lesson behind one. */
  after(lesson: string): string | undefined;
  /** The incident of today. */
  readonly daily: string;
  /** `undefined` begins play. */
  begin(lesson: string | undefined): Seating;
  /** The cluster behind the first screen. */
  nodes(): Pick<WelcomeModel, 'nodes' | 'took' | 'resumes'>;
  /** Makes that cluster; called once the first screen is seen. */
  prepare(): void;
}

export type Start = { readonly view: 'welcome' } | { readonly view: 'work'; readonly lesson: string | undefined };

export interface AppOptions {
  readonly terminal: HostTerminal;
  readonly screen: Screen;
  readonly offer: Offer;
  readonly lang: Language;
  readonly bindings: Bindings;
  /** The wheel scrolls; the terminal's own selection is away. */
  readonly mouse: boolean;
  readonly start: Start;
}

type View =
  | { readonly name: 'welcome' }
  | { readonly name: 'list'; chosen: number }
  | { readonly name: 'work'; readonly lesson: string | undefined; readonly work: Work; readonly seating: Seating };

/** How long the terminal may take to say where its cursor is. */
const PROBE_MS = 150;

/** Runs until the learner leaves; answers nothing. */
export async function runApp(options: AppOptions): Promise<void> {
  const { terminal, screen, offer, bindings, start } = options;
  let { lang, mouse } = options;
  let glyphs: Glyphs = ROUND;
  let view: View = { name: 'welcome' };
  let overlay: Overlay | undefined;
  let keys = NO_KEYS;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let drawing = false;
  let opening = false;
  /** What is typed before there is anything to type it into. */
  let early: Key[] | undefined = start.view === 'work' ? [] : undefined;
  let ended: () => void = () => {};
  let failed: (error: unknown) => void = () => {};
  const end = new Promise<void>((resolve, reject) => {
    ended = resolve;
    failed = reject;
  });
  let answered: () => void = () => {};
  const placed = new Promise<void>((resolve) => {
    answered = resolve;
  });

  const surface = (): Surface => ({ size: terminal.size(), lang, glyphs, bindings });

  function changed(): void {
    if (drawing || early !== undefined) return;
    drawing = true;
    setImmediate(() => {
      drawing = false;
      screen.draw(picture(model()));
    });
  }

  function model(): ScreenModel {
    if (view.name === 'work') return view.work.model();
    const over = overlay === undefined ? {} : { overlay };
    if (view.name === 'list')
      return { ...surface(), view: 'list', modules: offer.modules(lang), chosen: view.chosen, opening, ...over };
    const next = titleOf(offer.next());
    return { ...surface(), view: 'welcome', ...offer.nodes(), next, folder: offer.folder, opening, ...over };
  }

  function titleOf(lesson: string | undefined): string {
    const found = lessons().find(({ id }) => id === lesson);
    return found === undefined ? say(lang, 'lessons') : `${found.number} ${found.title}`;
  }

  function lessons(): readonly ListModel['modules'][number]['lessons'][number][] {
    return offer.modules(lang).flatMap((module) => module.lessons);
  }

  /** What may take a moment is said before it is done. */
  function open(lesson: string | undefined): void {
    if (opening) return;
    opening = true;
    screen.draw(picture(model()));
    setImmediate(() => {
      opening = false;
      try {
        sitDown(lesson);
      } catch (error) {
        failed(error);
      }
    });
  }

  function sitDown(lesson: string | undefined): void {
    leaveWork();
    const seating = offer.begin(lesson);
    const { teacher, close: _, ...rest } = seating;
    const work = openWork({
      ...rest,
      surface,
      changed,
      leave: (onward) => goHome(onward ? lesson : undefined),
      mouse: toggleMouse,
      copy: (text) => terminal.write(clipboardText(text)),
      language: otherLanguage,
      ...(teacher === undefined ? {} : { teacher: () => teacher(surface) }),
    });
    view = { name: 'work', lesson, work, seating };
    changed();
  }

  function otherLanguage(): void {
    lang = lang === 'ja' ? 'en' : 'ja';
    changed();
  }

  function toggleMouse(): void {
    mouse = !mouse;
    terminal.write(mouse ? MOUSE_ON : MOUSE_OFF);
  }

  /** Home, or on to the lesson behind the one that is done. */
  function goHome(done: string | undefined): void {
    const onward = done === undefined ? undefined : offer.after(done);
    const left = view.name === 'work' ? view.lesson : undefined;
    leaveWork();
    const listed = start.view !== 'welcome' || onward !== undefined;
    view = listed ? { name: 'list', chosen: placeInList(onward ?? left) } : { name: 'welcome' };
    if (onward === undefined) changed();
    else open(onward);
  }

  function placeInList(lesson: string | undefined): number {
    return Math.max(
      0,
      lessons().findIndex(({ id }) => id === lesson),
    );
  }

  function leaveWork(): void {
    if (view.name !== 'work') return;
    view.work.close();
    view.seating.close?.();
    view = { name: 'welcome' };
  }

  function press(key: Key): void {
    if (key.kind === 'position') {
      glyphs = glyphsFor(key.column);
      answered();
      changed();
    } else if (early !== undefined) early.push(key);
    else if (view.name === 'work') view.work.press(key);
    else if (overlay !== undefined) {
      overlay = undefined;
      changed();
    } else pressHome(key);
  }

  function pressHome(key: Key): void {
    if (opening) return;
    const name = key.kind === 'key' ? key.name : key.kind === 'text' ? key.text.normalize('NFKC') : '';
    if (name === 'q' || name === 'C-c' || name === 'C-d') ended();
    else if (name === '?')
      overlay = { kind: 'page', title: say(lang, 'helpTitle'), rows: helpRows(surface()), top: 0, onward: false };
    else if (name === 'Tab') otherLanguage();
    else if (name === 'p') open(undefined);
    else if (name === 'd') open(offer.daily);
    else if (view.name === 'list') pressList(view, name);
    else if (name === 'l') view = { name: 'list', chosen: placeInList(offer.next()) };
    else if (name === 'Enter') {
      const next = offer.next();
      if (next === undefined) view = { name: 'list', chosen: 0 };
      else open(next);
    }
    changed();
  }

  function pressList(list: View & { name: 'list' }, name: string): void {
    const all = lessons();
    const chosen = all[list.chosen];
    const move = new Map([
      ['Up', -1],
      ['k', -1],
      ['Down', 1],
      ['j', 1],
      ['PageUp', -10],
      ['PageDown', 10],
    ]).get(name);
    if (move !== undefined) list.chosen = Math.max(0, Math.min(all.length - 1, list.chosen + move));
    else if (name === 'Escape') view = { name: 'welcome' };
    else if (name === 'Enter' && chosen !== undefined && chosen.state !== 'coming') open(chosen.id);
  }

  function take(read: Keys): void {
    keys = read.state;
    for (const key of read.keys) press(key);
    clearTimeout(waiting);
    if (isWaiting(keys)) waiting = setTimeout(() => take(flushKeys(keys)), ESCAPE_WAIT_MS);
  }

  terminal.enter();
  if (mouse) terminal.write(MOUSE_ON);
  terminal.onBytes((bytes) => take(feedKeys(keys, bytes)));
  terminal.onResize(() => {
    screen.forget();
    if (view.name === 'work') view.work.resize();
    changed();
  });
  terminal.onReturn(() => {
    if (mouse) terminal.write(MOUSE_ON);
    screen.forget();
    changed();
  });
  try {
    terminal.write(`\x1b[H${PROBE}\x1b[6n\x1b[2K\r`);
    const inTime = Promise.race([end, placed, new Promise((resolve) => setTimeout(resolve, PROBE_MS))]);
    // The terminal answers while the cluster is opened.
    if (start.view === 'work') {
      screen.draw({
        rows: high([NO_ROW, row(' ', span(say(lang, 'opening'), STYLES.busy))], terminal.size().rows - 1),
      });
      sitDown(start.lesson);
    }
    await inTime;
    const typed = early ?? [];
    early = undefined;
    for (const key of typed) press(key);
    changed();
    if (start.view === 'welcome') {
      await new Promise((resolve) => setTimeout(resolve, 0));
      offer.prepare();
      changed();
    }
    await end;
  } finally {
    leaveWork();
    clearTimeout(waiting);
    screen.close();
    terminal.leave();
  }
}
