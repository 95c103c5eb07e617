// Words that are typed at the prompt and mean the teacher, not the shell. The same on the screen and without one.

import type { TimeMs } from '../../sandbox/time/units.ts';
import type { Language } from '../i18n/language.ts';
import { tell } from '../i18n/say.ts';
import type { GoalView } from './assess.ts';
import { debriefLines, eventLines, goalLine, outcomeLines, pointLines, stepLines, verdictLines } from './plain.ts';
import { answerForm, choiceText } from './predictions.ts';
import type { Runner } from './runner.ts';

type Handler = (runner: Runner, args: readonly string[], now: TimeMs, lang: Language) => readonly string[];

const WORDS: Readonly<Record<string, Handler>> = { hint, check, next, predict, goals, story, help };

/** As many options as a prediction can have. */
const PREDICTED_MAX = 20;

/** What the teacher answers to a line; undefined when the line is the shell's. */
export function handleWord(runner: Runner, line: string, now: TimeMs, lang: Language): readonly string[] | undefined {
  const [word = '', ...args] = line.normalize('NFKC').trim().split(/\s+/);
  const handler = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  const takes = word === 'predict' ? PREDICTED_MAX : 0;
  if (handler === undefined || args.length > takes) return undefined;
  return handler(runner, args, now, lang);
}

/** What is recognised comes first; then the next rung of the ladder. */
function hint(runner: Runner, _: readonly string[], __: TimeMs, lang: Language): readonly string[] {
  // Nothing is in the way any more, and rungs are kept for who is stuck.
  if (runner.stepGoals().length > 0 && runner.stepDone()) return [tell(lang, 'learn.stepDone', {})];
  const recognised = runner
    .stepGoals()
    .flatMap(({ diagnosis }) => (diagnosis === undefined ? [] : [diagnosis]))
    .slice(0, 1)
    .flatMap(({ because, nudge }) => [
      tell(lang, 'learn.diagnosis', { text: because }),
      ...(nudge ? [nudge[lang]] : []),
    ]);
  const ladder = runner.steps()[runner.step()]?.hints ?? [];
  const rung = runner.hint();
  if (rung !== undefined) return [...recognised, tell(lang, 'learn.hint', rung)];
  return [...recognised, tell(lang, ladder.length === 0 ? 'learn.noHint' : 'learn.noMoreHints', {})];
}

/** Looks at everything, and tries what has to be tried. */
function check(runner: Runner, _: readonly string[], now: TimeMs, lang: Language): readonly string[] {
  const events = runner.update({ afresh: true });
  const concerns = (goal: GoalView): boolean => runner.stepGoals().includes(goal) || goal.state === 'broken';
  const all = runner.goals();
  const lines = all.filter(concerns).flatMap((goal) => {
    const open = goal.state === 'open' || goal.state === 'broken';
    return open ? verdictLines(runner, goal, now, lang) : [goalLine(goal, lang)];
  });
  // What is wrong here must not scroll away for what comes later.
  const others = all.filter((goal) => !concerns(goal) && goal.state !== 'guard');
  const done = others.filter(({ state }) => state === 'done').length;
  const rest = others.length === 0 ? [] : [tell(lang, 'learn.otherGoals', { done, n: others.length })];
  const ends = events.filter(({ kind }) => kind === 'step-done' || kind === 'done');
  const trouble = runner.irrecoverable();
  const lost = trouble === undefined ? [] : eventLines(runner, { kind: 'irrecoverable', trouble }, lang);
  return [
    ...lost,
    ...lines,
    ...rest,
    ...pointLines(runner, lang),
    ...ends.flatMap((event) => eventLines(runner, event, lang)),
  ];
}

function next(runner: Runner, _: readonly string[], __: TimeMs, lang: Language): readonly string[] {
  const early = runner.stepDone() ? [] : [tell(lang, 'learn.nextEarly', {}), ''];
  if (runner.next()) {
    runner.update();
    return [...early, ...stepLines(runner, lang)];
  }
  return runner.done() ? debriefLines(runner.lesson, lang) : [tell(lang, 'learn.nextUnknown', {})];
}

function predict(runner: Runner, words: readonly string[], _: TimeMs, lang: Language): readonly string[] {
  const question = runner.question();
  if (question === undefined) {
    const here = runner.steps()[runner.step()]?.anchor;
    const given = runner
      .predictions()
      .find(({ prediction, choice }) => prediction.step === here && choice !== undefined);
    if (given?.choice === undefined) return [tell(lang, 'learn.predictWhat', {})];
    return [tell(lang, 'learn.predictOnce', { text: choiceText(given.prediction, given.choice, lang) })];
  }
  const { prediction } = question;
  if (!runner.predictWords(words)) {
    const n = prediction.options.length;
    const form = answerForm(prediction);
    return [tell(lang, n === 0 ? 'learn.predictNumber' : 'learn.predictChoices', { n, form })];
  }
  const answered = runner.predictions().filter((view) => view.prediction === prediction);
  const told = answered.flatMap((view) => outcomeLines(view, lang));
  const text = choiceText(prediction, answered[0]?.choice ?? '', lang);
  return told.length > 0 ? told : [tell(lang, 'learn.predicted', { text })];
}

function goals(runner: Runner, _: readonly string[], __: TimeMs, lang: Language): readonly string[] {
  return runner.goals().map((goal) => goalLine(goal, lang));
}

function story(runner: Runner, _: readonly string[], __: TimeMs, lang: Language): readonly string[] {
  return stepLines(runner, lang);
}

function help(_: Runner, __: readonly string[], ___: TimeMs, lang: Language): readonly string[] {
  return [tell(lang, 'learn.help', {})];
}
