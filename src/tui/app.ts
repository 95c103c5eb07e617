// The whole screen program: which view is seen, where bytes of the terminal go, when a picture is drawn.

import type { Language } from '../i18n/language.ts';
import { ESCAPE_WAIT_MS, feedKeys, flushKeys, isWaiting, type Key, type Keys, NO_KEYS } from '../workstation/keys.ts';
import type { Bindings } from './bindings.ts';
import { high } from './frame.ts';
import { type Glyphs, glyphsFor, PROBE, ROUND } from './glyphs.ts';
import { helpRows } from './help.ts';
import { type Home, homeAct, homeModel, listAt } from './home.ts';
import type { Overlay, ScreenModel, Surface } from './model.ts';
import { picture } from './picture.ts';
import type { Screen } from './screen.tsx';
import type { Offer, Seating } from './seating.ts';
import { clipboardText, type HostTerminal, MOUSE_OFF, MOUSE_ON } from './terminal.ts';
import { NO_ROW, row, STYLES, span } from './text.ts';
import { say } from './words.ts';
import { openWork, type Work } from './work/work.ts';

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
  | Home
  | { readonly name: 'work'; readonly lesson: string | undefined; readonly work: Work; readonly seating: Seating };

/** The program while it runs. */
interface App {
  readonly options: AppOptions;
  lang: Language;
  mouse: boolean;
  glyphs: Glyphs;
  view: View;
  overlay: Overlay | undefined;
  keys: Keys['state'];
  waiting: ReturnType<typeof setTimeout> | undefined;
  /** A picture will be drawn in the next turn. */
  drawing: boolean;
  opening: boolean;
  /** What is typed before there is anything to type it into. */
  early: Key[] | undefined;
  /** The learner leaves, or something went wrong. */
  readonly end: Moment;
  /** The terminal has said where its cursor is. */
  readonly placed: Moment;
}

/** Something that comes once, or fails to come. */
interface Moment {
  readonly promise: Promise<void>;
  come(): void;
  fail(error: unknown): void;
}

function newMoment(): Moment {
  let [come, fail]: [() => void, (error: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<void>((resolve, reject) => {
    [come, fail] = [resolve, reject];
  });
  return { promise, come: () => come(), fail: (error) => fail(error) };
}

/** How long the terminal may take to say where its cursor is. */
const PROBE_MS = 150;

/** Runs until the learner leaves; answers nothing. */
export async function runApp(options: AppOptions): Promise<void> {
  const { terminal, screen } = options;
  const app = newApp(options);
  listen(app);
  try {
    await begin(app);
    await app.end.promise;
  } finally {
    leaveWork(app);
    clearTimeout(app.waiting);
    screen.close();
    terminal.leave();
  }
}

function newApp(options: AppOptions): App {
  const { lang, mouse, start } = options;
  return {
    options,
    lang,
    mouse,
    glyphs: ROUND,
    view: { name: 'welcome' },
    overlay: undefined,
    keys: NO_KEYS,
    waiting: undefined,
    drawing: false,
    opening: false,
    early: start.view === 'work' ? [] : undefined,
    end: newMoment(),
    placed: newMoment(),
  };
}

function listen(app: App): void {
  const { terminal, screen } = app.options;
  terminal.enter();
  if (app.mouse) terminal.write(MOUSE_ON);
  terminal.onBytes((bytes) => take(app, feedKeys(app.keys, bytes)));
  terminal.onResize(() => {
    screen.forget();
    if (app.view.name === 'work') app.view.work.resize();
    changed(app);
  });
  terminal.onReturn(() => {
    if (app.mouse) terminal.write(MOUSE_ON);
    screen.forget();
    changed(app);
  });
}

/** The first picture; what was typed before it counts. */
async function begin(app: App): Promise<void> {
  const { terminal, screen, offer, start } = app.options;
  terminal.write(`\x1b[H${PROBE}\x1b[6n\x1b[2K\r`);
  const late = new Promise((resolve) => setTimeout(resolve, PROBE_MS));
  const inTime = Promise.race([app.end.promise, app.placed.promise, late]);
  // The terminal answers while the cluster is opened.
  if (start.view === 'work') {
    const text = row(' ', span(say(app.lang, 'opening'), STYLES.busy));
    screen.draw({ rows: high([NO_ROW, text], terminal.size().rows - 1) });
    sitDown(app, start.lesson);
  }
  await inTime;
  const typed = app.early ?? [];
  app.early = undefined;
  for (const key of typed) press(app, key);
  changed(app);
  if (start.view !== 'welcome') return;
  await new Promise((resolve) => setTimeout(resolve, 0));
  offer.prepare();
  changed(app);
}

function surfaceOf({ options, lang, glyphs }: App): Surface {
  return { size: options.terminal.size(), lang, glyphs, bindings: options.bindings };
}

function modelOf(app: App): ScreenModel {
  const { view, overlay, opening, options } = app;
  if (view.name === 'work') return view.work.model();
  return homeModel(view, options.offer, { surface: surfaceOf(app), overlay, opening });
}

/** However much changes at once, it is drawn once. */
function changed(app: App): void {
  if (app.drawing || app.early !== undefined) return;
  app.drawing = true;
  setImmediate(() => {
    app.drawing = false;
    app.options.screen.draw(picture(modelOf(app)));
  });
}

/** What may take a moment is said before it is done. */
function open(app: App, lesson: string | undefined): void {
  if (app.opening) return;
  app.opening = true;
  app.options.screen.draw(picture(modelOf(app)));
  setImmediate(() => {
    app.opening = false;
    try {
      sitDown(app, lesson);
    } catch (error) {
      app.end.fail(error);
    }
  });
}

function sitDown(app: App, lesson: string | undefined): void {
  const { offer, terminal } = app.options;
  leaveWork(app);
  const seating = offer.begin(lesson);
  const { teacher, close: _, ...rest } = seating;
  const surface = (): Surface => surfaceOf(app);
  const work = openWork({
    ...rest,
    surface,
    changed: () => changed(app),
    leave: (onward) => goHome(app, onward ? lesson : undefined),
    mouse: () => toggleMouse(app),
    copy: (text) => terminal.write(clipboardText(text)),
    language: () => otherLanguage(app),
    ...(teacher === undefined ? {} : { teacher: () => teacher(surface) }),
  });
  app.view = { name: 'work', lesson, work, seating };
  changed(app);
}

function otherLanguage(app: App): void {
  app.lang = app.lang === 'ja' ? 'en' : 'ja';
  changed(app);
}

function toggleMouse(app: App): void {
  app.mouse = !app.mouse;
  app.options.terminal.write(app.mouse ? MOUSE_ON : MOUSE_OFF);
}

/** Home, or on to the lesson behind the one that is done. */
function goHome(app: App, done: string | undefined): void {
  const { offer, start } = app.options;
  const onward = done === undefined ? undefined : offer.after(done);
  const left = app.view.name === 'work' ? app.view.lesson : undefined;
  leaveWork(app);
  const listed = start.view !== 'welcome' || onward !== undefined;
  app.view = listed ? listAt(offer, app.lang, onward ?? left) : { name: 'welcome' };
  if (onward === undefined) changed(app);
  else open(app, onward);
}

function leaveWork(app: App): void {
  const { view } = app;
  if (view.name !== 'work') return;
  view.work.close();
  view.seating.close?.();
  app.view = { name: 'welcome' };
}

function take(app: App, read: Keys): void {
  app.keys = read.state;
  for (const key of read.keys) press(app, key);
  clearTimeout(app.waiting);
  if (isWaiting(app.keys)) app.waiting = setTimeout(() => take(app, flushKeys(app.keys)), ESCAPE_WAIT_MS);
}

function press(app: App, key: Key): void {
  if (key.kind === 'position') {
    app.glyphs = glyphsFor(key.column);
    app.placed.come();
    changed(app);
  } else if (app.early !== undefined) app.early.push(key);
  else if (app.view.name === 'work') app.view.work.press(key);
  else if (app.overlay !== undefined) {
    app.overlay = undefined;
    changed(app);
  } else if (!app.opening) pressHome(app, app.view, key);
}

function pressHome(app: App, home: Home, key: Key): void {
  const asked = homeAct(home, key, app.options.offer, app.lang);
  switch (asked.act) {
    case 'quit':
      app.end.come();
      break;
    case 'help': {
      const { lang } = app;
      app.overlay = {
        kind: 'page',
        title: say(lang, 'helpTitle'),
        rows: helpRows(surfaceOf(app)),
        top: 0,
        onward: false,
      };
      break;
    }
    case 'language':
      otherLanguage(app);
      break;
    case 'show':
      app.view = asked.home;
      break;
    case 'open':
      open(app, asked.lesson);
  }
  changed(app);
}
