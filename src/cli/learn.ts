// `k8s-learn learn`: one lesson. With `--plain` it reads command lines from standard input and writes lines: for pipes,
// for screen readers, for tests. Otherwise it opens the screen.

import { say as sayWords, tell } from '../i18n/say.ts';
import { createDriver, type Driver } from '../lessons/drive.ts';
import type { RunnerEvent } from '../lessons/events.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { debriefLines, eventLines, stepLines } from '../lessons/plain.ts';
import { handleRestart } from '../lessons/restart.ts';
import { handleWord } from '../lessons/words.ts';
import { speakIn } from '../session/language.ts';
import { viewLines } from '../tui/plainviews.ts';
import { unfinished } from '../workstation/line/unfinished.ts';
import { lessonNamed, openCourse } from './course.ts';
import { EXIT, Failure } from './failure.ts';
import { type OpenLesson, openLesson, stepOf } from './openlesson.ts';
import type { GlobalOptions } from './options.ts';
import { skipPlainly } from './plainskip.ts';
import { ownTerminal, type PlainIo, writeLines } from './plainterminal.ts';
import { readSettings } from './settings.ts';

/** A command that does not end is stopped after so much cluster time. */
const COMMAND_MS = 3_600_000;
/** How long the cluster goes on after each command. */
const AFTER_MS = 2000;
/** `skip` goes to the next goal that ticks, but no further than this. */
const SKIP_MS = 600_000;
/** No command has more characters, here-documents with it. */
const COMMAND_MAX = 131_072;

export async function learn(
  [name = '']: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const lesson = lessonNamed(openCourse(options), name);
  if (own['plain'] !== true && !readSettings(options.dataDir).plain) {
    const { openApp, screenFits } = await import('./screen.ts');
    if (screenFits()) return openApp(options, { view: 'work', lesson: lesson.id }, openingOf(lesson, own));
  }
  if (options.shell === 'system') throw needsScreen();
  return learnPlain(lesson, own, options, ownTerminal());
}

function needsScreen(): Failure {
  return new Failure(
    EXIT.usage,
    'k8s-learn learn: --shell system needs the screen.',
    'Plain lines are read here, and run on the simulated workstation.',
    'Leave out --plain, or --shell system.',
  );
}

function openingOf(lesson: Lesson, own: Readonly<Record<string, unknown>>) {
  const step = own['step'] === undefined ? {} : { step: stepOf(lesson, own['step']) };
  return { restart: own['restart'] === true, ...step };
}

/** Everything that a plain lesson works with. */
interface Desk extends OpenLesson {
  readonly driver: Driver;
  readonly options: GlobalOptions;
  readonly io: PlainIo;
  /** A command whose end hasn't come, and the line that it began in. */
  pending: { readonly text: string; readonly line: number } | undefined;
}

export async function learnPlain(
  lesson: Lesson,
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
  io: PlainIo,
): Promise<number> {
  const desk = openDesk(openLesson(lesson, options, openingOf(lesson, own)), options, io);
  const { runner, session } = desk;
  const { lang } = options;
  session.onOutput((shell, bytes) => {
    if (shell === 1) io.out(bytes);
  });
  const quiet = io.onInterrupt?.(() => forget(desk));
  say(desk, stepLines(runner, lang));
  try {
    prompt(desk);
    let n = 0;
    for await (const line of io.lines) {
      take(desk, line, ++n);
      if (session.shells().get(1)?.ended === true) break;
      prompt(desk);
    }
    if (desk.pending !== undefined) throw endless(desk.pending);
  } finally {
    quiet?.();
    desk.close();
  }
  if (runner.done()) return EXIT.done;
  if (desk.kept()) io.err(`${tell(lang, 'learn.bye', { lesson: lesson.id })}\n`);
  return EXIT.no;
}

function openDesk(open: OpenLesson, options: GlobalOptions, io: PlainIo): Desk {
  const { session, runner } = open;
  const driver = createDriver(session, runner, (events) => tellEvents(desk, events));
  const desk: Desk = { ...open, driver, options, io, pending: undefined };
  tellNotices(desk);
  return desk;
}

/** What was being typed is dropped, as a shell does; Ctrl-D leaves. */
function forget(desk: Desk): void {
  desk.pending = undefined;
  desk.io.out('\n');
  prompt(desk);
}

function say({ io }: Desk, lines: readonly string[]): void {
  writeLines(io, lines);
}

function tellNotices({ io, options, notices }: Desk): void {
  for (const words of notices()) io.err(`k8s-learn: ${sayWords(words, options.lang)}\n`);
}

function tellEvents(desk: Desk, events: readonly RunnerEvent[]): void {
  for (const event of events) say(desk, eventLines(desk.runner, event, desk.options.lang));
}

const GOES_ON = '> ';

function promptOf({ pending, session }: Desk): string {
  return pending === undefined ? (session.shells().get(1)?.marks.prompt ?? '$ ') : GOES_ON;
}

/** On a terminal, where the learner types behind it. */
function prompt(desk: Desk): void {
  if (!desk.io.echo) desk.io.out(promptOf(desk));
}

/** One line from standard input. A command may take several. */
function take(desk: Desk, line: string, n: number): void {
  if (desk.io.echo) say(desk, [promptOf(desk) + line]);
  const { pending } = desk;
  if (pending === undefined && line.trim() === '') return;
  const text = pending === undefined ? line : `${pending.text}\n${line}`;
  desk.pending = unfinished(text) ? { text, line: pending?.line ?? n } : undefined;
  if (desk.pending === undefined) run(desk, text);
  else if (text.length > COMMAND_MAX) throw endless(desk.pending);
}

/** The script is at its end, and the command isn't. */
function endless({ text, line }: NonNullable<Desk['pending']>): Failure {
  const [first = '', ...rest] = text.split('\n');
  const shown = first.length > 60 ? `${first.slice(0, 59)}…` : first;
  const lines = rest.length === 1 ? 'The line behind it was' : `The ${rest.length} lines behind it were`;
  const taken = rest.length === 0 ? '' : ` ${lines} taken for a part of it.`;
  return new Failure(
    EXIT.usage,
    `k8s-learn learn: line ${line}: this command never ends: ${shown}`,
    `A quote, a bracket or a here-document is open in it, so that it was not run.${taken}`,
    'Close it, and feed the lines from there on: what was done before is kept.',
  );
}

/** A whole command: for the teacher, for whoever steers the session, or for the shell. */
function run(desk: Desk, text: string): void {
  const { session, runner, driver, lesson } = desk;
  const { lang } = desk.options;
  const before = runner.done();
  const words =
    steer(desk, text) ??
    viewLines(text, session, lang) ??
    handleRestart(session, runner, text, lang) ??
    handleWord(runner, text, session.now(), lang);
  if (words !== undefined) say(desk, words);
  else {
    speakIn(session, lang);
    driver.line(text, COMMAND_MS);
    driver.wait(AFTER_MS);
    tellEvents(desk, runner.update({ tries: true }));
  }
  if (runner.done() && !before) say(desk, ['', ...debriefLines(lesson, lang)]);
  desk.keep(runner.done() && !before);
  tellNotices(desk);
}

/** `undo` and `skip`; undefined for other lines. */
function steer({ session, driver, runner, options }: Desk, line: string): readonly string[] | undefined {
  if (line.normalize('NFKC').trim() === 'undo') {
    const undone = session.undo();
    runner.update();
    return [
      undone === undefined
        ? tell(options.lang, 'learn.nothingToUndo', {})
        : tell(options.lang, 'learn.undone', { line: undone }),
    ];
  }
  return skipPlainly(line, { session, driver, runner, lang: options.lang, furthestMs: SKIP_MS });
}
