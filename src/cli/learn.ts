// `k8s-learn learn`: one lesson. With `--plain` it reads command lines from standard input and writes lines: for pipes,
// for screen readers, for tests. Otherwise it opens the screen.

import { createInterface } from 'node:readline';
import { parseDurationMs } from '../../sandbox/kube/duration.ts';
import { own } from '../../sandbox/kube/json.ts';
import { timeMs } from '../../sandbox/time/units.ts';
import type { Language } from '../i18n/language.ts';
import { duration, tell } from '../i18n/say.ts';
import { beginningOf, prepare, runnerOf } from '../lessons/begin.ts';
import { createDriver, type Driver } from '../lessons/drive.ts';
import type { RunnerEvent } from '../lessons/events.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { partsOf } from '../lessons/orders.ts';
import { debriefLines, eventLines, stepLines } from '../lessons/plain.ts';
import type { Runner } from '../lessons/runner.ts';
import { decodeRunner, encodeRunner } from '../lessons/saved.ts';
import { handleWord } from '../lessons/words.ts';
import { withLesson, withMistakes } from '../progress/progress.ts';
import type { ProgressStore } from '../progress/store.ts';
import { type Kept, openKept } from '../session/folder.ts';
import type { Session } from '../session/session.ts';
import { lessonNamed, openCourse, printNotices, progressOf } from './course.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { VERSION } from './version.ts';

/** A command that does not end is stopped after so much cluster time. */
const COMMAND_MS = 3_600_000;
/** How long the cluster goes on after each command. */
const AFTER_MS = 2000;
/** `skip` goes to the next goal that ticks, but no further than this. */
const SKIP_MS = 600_000;

export async function learn(
  [name = '']: readonly string[],
  own_: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const lesson = lessonNamed(openCourse(), name);
  if (own_['plain'] !== true) {
    const { openApp, screenFits } = await import('./screen.ts');
    if (screenFits()) return openApp(options, { view: 'work', lesson: lesson.id }, own_['restart'] === true);
  }
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  return learnPlain(lesson, own_, options, {
    lines,
    echo: !process.stdin.isTTY,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

/** Where a plain lesson comes from and goes to. */
export interface PlainIo {
  readonly lines: AsyncIterable<string>;
  /** Lines are shown behind their prompt, for no terminal did it. */
  readonly echo: boolean;
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
}

/** Everything that a plain lesson works with. */
interface Desk {
  readonly lesson: Lesson;
  readonly kept: Kept;
  readonly session: Session;
  readonly runner: Runner;
  readonly driver: Driver;
  readonly store: ProgressStore;
  readonly lang: Language;
  readonly io: PlainIo;
  readonly say: (lines: readonly string[]) => void;
}

export async function learnPlain(
  lesson: Lesson,
  own_: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
  io: PlainIo,
): Promise<number> {
  const step = own_['step'] === undefined ? undefined : stepOf(lesson, own_['step']);
  const desk = openDesk(lesson, own_['restart'] === true, options, io);
  const { runner, say, session, lang } = desk;
  if (step !== undefined) goToStep(desk, step);
  session.onOutput((shell, bytes) => {
    if (shell === 1) io.out(bytes);
  });
  say(stepLines(runner, lang));
  try {
    prompt(desk);
    for await (const line of io.lines) {
      take(desk, line);
      if (session.shells().get(1)?.ended === true) break;
      prompt(desk);
    }
  } finally {
    leave(desk);
  }
  if (runner.done()) return EXIT.done;
  io.err(`${tell(lang, 'learn.bye', { lesson: lesson.id })}\n`);
  return EXIT.no;
}

function stepOf({ steps }: Lesson, given: unknown): number {
  const step = Number(given);
  if (Number.isInteger(step) && step >= 1 && step <= steps.length) return step;
  throw new Failure(
    EXIT.usage,
    `k8s-learn learn: --step ${String(given)}: there is no such step.`,
    `The lesson has ${steps.length}.`,
    '',
  );
}

/** Begins at a later step: what belongs to the earlier ones is done as the first solution does it. */
function goToStep({ session, runner, driver, lesson }: Desk, step: number): void {
  const steps = lesson.steps.slice(0, Math.max(0, step - 1));
  const goals = new Set(steps.flatMap((one) => one.goals ?? []).filter((id) => runner.goal(id)?.state === 'open'));
  const [solution] = lesson.solutions;
  const { before, parts } = partsOf(solution ?? { file: '', text: '' });
  const script = [before, ...parts.filter(({ goal }) => goals.has(goal)).map(({ text }) => text)].join('\n');
  if (goals.size > 0) {
    session.enter({ kind: 'files', files: { '.k8s-learn/script': script } });
    session.settle();
    driver.line('bash ~/.k8s-learn/script', COMMAND_MS);
    driver.wait(AFTER_MS);
    runner.update({ tries: true });
  }
  while (runner.step() + 1 < step && runner.next());
}

function openDesk(lesson: Lesson, restart: boolean, options: GlobalOptions, io: PlainIo): Desk {
  const { lang, dataDir, seed = 1 } = options;
  const store = progressOf(options);
  const beginning = () => beginningOf(lesson, { version: VERSION, seed, startTime: timeMs(Date.now()) });
  const kept = openKept(dataDir, lesson.id, beginning, restart);
  for (const problem of [kept.dropped, kept.unkept]) if (problem !== undefined) io.err(`k8s-learn: ${problem}\n`);
  const { session } = kept;
  if (!kept.resumed) prepare(lesson, session);
  const saved = kept.resumed ? decodeRunner(own(store.read().lessons, lesson.id)?.runner) : undefined;
  printNotices(store.notices(), options);
  const runner = runnerOf(lesson, session, saved);
  const say = (lines: readonly string[]): void => {
    for (const line of lines) io.out(`${line}\n`);
  };
  const driver = createDriver(session, runner, (events) => tellEvents({ runner, say, lang }, events));
  const desk: Desk = { lesson, kept, session, runner, driver, store, lang, io, say };
  keep(desk, false);
  return desk;
}

function tellEvents(
  { runner, say, lang }: Pick<Desk, 'runner' | 'say' | 'lang'>,
  events: readonly RunnerEvent[],
): void {
  for (const event of events) say(eventLines(runner, event, lang));
}

/** On a terminal, where the learner types behind it. */
function prompt({ io, session }: Desk): void {
  if (!io.echo) io.out(session.shells().get(1)?.marks.prompt ?? '$ ');
}

/** One line from standard input: for the teacher, for whoever steers the session, or for the shell. */
function take(desk: Desk, line: string): void {
  const { session, runner, driver, lang, say, lesson } = desk;
  const shell = session.shells().get(1);
  if (desk.io.echo) say([`${shell?.marks.prompt ?? '$ '}${line}`]);
  if (line.trim() === '') return;
  const before = runner.done();
  const words = steer(desk, line) ?? handleWord(runner, line, session.now(), lang);
  if (words !== undefined) say(words);
  else {
    driver.line(line, COMMAND_MS);
    driver.wait(AFTER_MS);
    tellEvents(desk, runner.update({ tries: true }));
  }
  if (runner.done() && !before) say(['', ...debriefLines(lesson, lang)]);
  keep(desk, runner.done() && !before);
}

/** `undo` and `skip`; undefined for other lines. */
function steer({ session, driver, runner, lang }: Desk, line: string): readonly string[] | undefined {
  const [word, length, ...rest] = line.normalize('NFKC').trim().split(/\s+/);
  if (word === 'undo' && length === undefined) {
    const undone = session.undo();
    runner.update();
    return [undone === undefined ? '' : `── undone: ${undone} ──`];
  }
  if (word !== 'skip' || rest.length > 0) return undefined;
  const begin = session.now();
  const ticked = (): number => runner.goals().filter(({ state }) => state === 'done').length;
  const already = ticked();
  if (length === undefined) driver.until(() => ticked() > already, SKIP_MS);
  else driver.wait(lengthOf(length) ?? 0);
  runner.update({ tries: true });
  return [tell(lang, 'learn.skipped', { time: duration(session.now() - begin) })];
}

function lengthOf(text: string): number | undefined {
  try {
    return parseDurationMs(text);
  } catch {
    return undefined;
  }
}

/** What has been learned so far, on disk. */
function keep({ store, lesson, runner }: Desk, finished: boolean): void {
  const kept = runner.progress();
  store.update((progress) => {
    const next = withLesson(progress, lesson.id, Date.now(), finished, encodeRunner(kept));
    return finished ? withMistakes(next, kept.mistaken) : next;
  });
}

function leave(desk: Desk): void {
  desk.session.enter({ kind: 'end' });
  desk.session.settle();
  keep(desk, false);
  desk.kept.close();
}
