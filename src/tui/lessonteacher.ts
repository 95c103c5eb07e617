// A lesson's runner as the work view has it: words of the teacher become rows of the screen.

import type { Language } from '../i18n/language.ts';
import { say, type Words } from '../i18n/say.ts';
import { QUIET_MS } from '../lessons/assess.ts';
import type { RunnerEvent } from '../lessons/events.ts';
import { numberOf } from '../lessons/find.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { eventLines, explainLines, outcomeLines, sinceText, takenLines } from '../lessons/plain.ts';
import { handleRestart } from '../lessons/restart.ts';
import { type Asked, answerLines, isRight, optionTexts, questionsOf } from '../lessons/review.ts';
import type { Runner } from '../lessons/runner.ts';
import { type Block, deedAt, plainText, type Scene } from '../lessons/story.ts';
import { handleWord } from '../lessons/words.ts';
import { revisionOf } from '../session/clusters.ts';
import type { Session } from '../session/session.ts';
import { menuKey } from './bindings.ts';
import { blockRows } from './blocks.ts';
import type { GoalView, Surface } from './model.ts';
import type { CardTakes, News, Teacher } from './teacher.ts';
import { fill, type Row, row, STYLES, span, textWidth } from './text.ts';
import { say as word } from './words.ts';
import { wrap } from './wrap.ts';

export interface LessonTeacherOptions {
  readonly runner: Runner;
  readonly session: Session;
  /** What it is said in and drawn with; another language at any time. */
  readonly surface: () => Pick<Surface, 'lang' | 'glyphs' | 'bindings'>;
  /** What was learned has to be kept; `finished` when the lesson has just been done. */
  readonly keep: (finished: boolean) => void;
  /** A review question was answered. */
  readonly reviewed: (question: string, right: boolean) => void;
  readonly stop: () => void;
  /** What is told of what was noticed; in a lesson all of it. */
  readonly news?: (events: readonly RunnerEvent[]) => News;
  /** Milliseconds of real time. */
  readonly now?: () => number;
}

/** Real time between two looks, in milliseconds. */
const LOOK_MS = 100;

/** Questions behind a lesson; the others come on another day. */
const REVIEW = 2;

const PREDICTION_TAKES = { one: 'one', many: 'several', order: 'several', number: 'words' } as const;

function reviewTakes({ question: { type = 'choice', options = [] } }: Asked): CardTakes {
  if (options.length === 0) return 'words';
  return type === 'many' || type === 'order' ? 'several' : 'one';
}

const NO_NEWS: News = { notices: [], told: [] };

export function lessonTeacher(options: LessonTeacherOptions): Teacher {
  const { runner, session, surface, keep } = options;
  const { lesson } = runner;
  /** What was noticed while time was jumped over; told with the next look. */
  const noticed: RunnerEvent[] = [];
  const looker = createLooker(options, noticed);
  const drawn = new Map<string, readonly Row[]>();
  const waiting = questionsOf(lesson).slice(0, REVIEW);
  const turn = session.beginning.seed + session.inputs().length;

  const hereAt = (): string | undefined => runner.steps()[runner.step()]?.anchor;
  const scene = (): Scene | undefined => {
    const anchor = runner.steps()[runner.step()]?.anchor;
    return lesson.story[surface().lang].scenes.find((each) => each.anchor === anchor);
  };

  /** What may be read now: what would answer a question comes when that is answered. */
  const readable = (): readonly Block[] => {
    const here = scene();
    if (here === undefined) return [];
    return runner.question() === undefined ? here.blocks : here.blocks.slice(0, deedAt(here) + 1);
  };

  /** Drawn once for each width. */
  const storyRows = (columns: number): readonly Row[] => {
    const { lang, glyphs, bindings } = surface();
    const insert = menuKey({ bindings }, 'insert');
    const blocks = readable();
    const key = `${runner.step()} ${blocks.length} ${columns} ${glyphs.bar} ${lang}`;
    const known = drawn.get(key);
    if (known !== undefined) return known;
    const rows = blockRows(blocks, {
      columns,
      glyphs,
      offer: word(lang, 'putIn', { key: insert }),
      offerShort: insert,
    });
    drawn.set(key, rows);
    return rows;
  };

  return {
    title: () => `${numberOf(lesson.id)} ${lesson.title[surface().lang]}`,
    step: () => runner.step() + 1,
    steps: runner.steps().length,
    stepTitle: () => plainText(scene()?.title ?? []),
    story: storyRows,
    goals: (columns) => stepGoalViews(runner, session, surface().lang, columns),
    predicted: (columns) =>
      runner
        .predictions()
        .filter(({ known, choice, prediction }) => known && choice !== undefined && prediction.step === hereAt())
        .slice(-1)
        .flatMap((view) => outcomeLines(view, surface().lang))
        .flatMap((line) => wrap(row(line), columns)),
    offered: () => (scene()?.blocks ?? []).flatMap(runTexts),
    card() {
      const question = runner.question()?.prediction;
      const { lang } = surface();
      if (question === undefined) return undefined;
      const options = question.options.map(({ text }) => text[lang]);
      return { ask: question.ask[lang], options, takes: PREDICTION_TAKES[question.type] };
    },
    answer(words) {
      const asked = runner.question()?.prediction;
      const taken = words === undefined ? runner.predict(0) : runner.predictWords(words);
      if (taken) keep(false);
      // Who went ahead can see it already, and isn't told later.
      if (taken && asked !== undefined && runner.predictions().some((one) => one.prediction === asked && one.known))
        noticed.push({ kind: 'known', prediction: asked });
      return taken;
    },
    word(line) {
      const { lang } = surface();
      const answer = handleRestart(session, runner, line, lang) ?? handleWord(runner, line, session.now(), lang);
      if (answer !== undefined) keep(false);
      return answer;
    },
    update: looker,
    standing() {
      noticed.push(...runner.update());
      if (runner.stepGoals().some(({ verdict }) => verdict.untried === true))
        noticed.push(...runner.update({ tries: true }));
      const open = runner.stepGoals().filter(({ state }) => state === 'open' || state === 'broken');
      const { lang } = surface();
      return open.map(({ id, title, verdict, diagnosis }) => ({
        title: title[lang],
        actual: say(verdict.actual, lang),
        print: [id, timeless(verdict.actual), diagnosis?.id].join(' '),
      }));
    },
    asksNothing: () => runner.stepGoals().length === 0,
    stepDone: () => runner.stepGoals().length > 0 && runner.stepDone(),
    next() {
      const went = runner.next();
      if (went) runner.update();
      keep(false);
      return went;
    },
    done: runner.done,
    debrief: (columns) => debriefRows(lesson, surface().lang, columns),
    review() {
      const [next] = waiting;
      const { lang } = surface();
      return next && { ask: next.question.ask[lang], options: optionTexts(next, turn, lang), takes: reviewTakes(next) };
    },
    answerReview(words) {
      const question = waiting.shift();
      if (question === undefined || words === undefined) return [];
      const given = words.join(' ');
      const right = isRight(question, given, turn);
      options.reviewed(question.id, right);
      return answerLines(question, given, right, turn, surface().lang);
    },
    stop: options.stop,
  };
}

/** Columns that the words beside a command need at least. */
const SAYS_MIN = 20;

/** What to take along, with every line broken below its own beginning. */
export function debriefRows(lesson: Lesson, lang: Language, columns: number): readonly Row[] {
  const lines = takenLines(lesson, lang);
  const { remember } = lesson.debrief;
  const table = lines.length - remember.length;
  const says = Math.max(0, ...remember.map(({ run }) => run.length)) + 4;
  return lines.flatMap((line, i) => {
    const begin = line.length - line.trimStart().length;
    // What a command does goes on below its own beginning, where there is room for it.
    return wrap(row(line), columns, i < table ? begin : columns - says >= SAYS_MIN ? says : begin + 4);
  });
}

/** Commands to be put in, also those within lists and quotes. */
function runTexts(block: Block): readonly string[] {
  if (block.kind === 'run') return [block.text];
  if (block.kind === 'list') return block.items.flatMap((item) => item.flatMap(runTexts));
  return block.kind === 'quote' ? block.blocks.flatMap(runTexts) : [];
}

/** The goals of this step, and guards that have fallen. */
function stepGoalViews(runner: Runner, session: Session, lang: Language, columns: number): GoalView[] {
  const here = runner.stepGoals();
  const fallen = runner.goals().filter((goal) => goal.state === 'broken' && !here.includes(goal));
  // What is so would answer a question that is open.
  const asked = runner.question() !== undefined;
  const labels = Math.max(...(['expected', 'is', 'because'] as const).map((name) => textWidth(word(lang, name)))) + 2;
  return [...here, ...fallen].map(({ title, state, verdict, diagnosis }) => {
    const because = verdict.because[0];
    const part = (name: 'expected' | 'is' | 'because', text: string): Row[] => {
      const label = fill(row(span(word(lang, name), STYLES.dim)), labels);
      return wrap(row(...label, text), columns - 6, labels);
    };
    const detail =
      state === 'done' || state === 'guard' || asked
        ? []
        : [
            ...part('expected', say(verdict.expected, lang)),
            ...part('is', say(verdict.actual, lang) + sinceText(verdict, session.now(), lang)),
            ...(because === undefined ? [] : part('because', say(because, lang))),
          ];
    return { title: title[lang], mark: state, question: diagnosis !== undefined, detail };
  });
}

/** Looks at the cluster when it has changed; tries what has to be tried when it is quiet. */
function createLooker(
  { runner, session, surface, keep, now = () => performance.now(), news }: LessonTeacherOptions,
  noticed: RunnerEvent[],
): (atOnce: boolean) => News {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let revision = -1;
  let changedAt = 0;
  let tried = -1;
  return (atOnce) => {
    const real = now();
    if (!atOnce && real - lookedAt < LOOK_MS) return NO_NEWS;
    // What a command did may be in a file alone.
    if (atOnce) tried = -1;
    lookedAt = real;
    const current = revisionOf(session.cluster());
    if (current !== revision) {
      revision = current;
      changedAt = session.now();
    }
    const quiet = session.now() - changedAt >= QUIET_MS && tried !== revision;
    if (quiet) tried = revision;
    const events = [...noticed.splice(0), ...runner.update({ tries: quiet })];
    if (events.length === 0) return NO_NEWS;
    keep(events.some(({ kind }) => kind === 'done'));
    if (news !== undefined) return news(events);
    const { lang } = surface();
    // That a step is done stands on the goal's line, with the key.
    const here = runner.stepGoals();
    const elsewhere = (event: RunnerEvent): boolean =>
      event.kind === 'goal-lost' && event.goal.guard !== true && !here.some(({ id }) => id === event.goal.id);
    return newsOf(
      events,
      (event) => (event.kind === 'step-done' ? explainLines(runner, lang) : eventLines(runner, event, lang)),
      elsewhere,
    );
  };
}

/** Words without the lengths of time in them, which change with every moment. */
function timeless(words: Words): string {
  return say(words, 'en').replace(/\d+ (?:s|min|h)\b/g, '');
}

/**
 * Ticks are told in the last row; what has to be read stays in the terminal, unless it only passes by: what another step reached
 * is lost and found again where this one asks for it.
 */
export function newsOf(
  events: readonly RunnerEvent[],
  linesOf: (event: RunnerEvent) => readonly string[],
  passes: (event: RunnerEvent) => boolean = () => false,
): News {
  const staying = new Set<RunnerEvent['kind']>(['known', 'irrecoverable', 'done', 'goal-lost', 'step-done']);
  const isStaying = (event: RunnerEvent): boolean => staying.has(event.kind) && !passes(event);
  const lines = (stays: boolean): string[] => events.filter((event) => isStaying(event) === stays).flatMap(linesOf);
  return { notices: lines(false), told: lines(true) };
}
