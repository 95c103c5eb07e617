// Words that are typed at the prompt and mean the teacher, not the shell. The same on the screen and without one.

import type { TimeMs } from '../../sandbox/time/units.ts';
import type { Language } from '../i18n/language.ts';
import { tell } from '../i18n/say.ts';
import { debriefLines, eventLines, goalLine, outcomeLines, stepLines, verdictLines } from './plain.ts';
import type { Runner } from './runner.ts';

type Handler = (runner: Runner, args: readonly string[], now: TimeMs, lang: Language) => readonly string[];

const WORDS: Readonly<Record<string, Handler>> = { hint, check, next, predict, goals, story, help };

/** What the teacher answers to a line; undefined when the line is the shell's. */
export function handleWord(runner: Runner, line: string, now: TimeMs, lang: Language): readonly string[] | undefined {
  const [word = '', ...args] = line.normalize('NFKC').trim().split(/\s+/);
  const handler = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  const takes = word === 'predict' ? 1 : 0;
  if (handler === undefined || args.length > takes) return undefined;
  return handler(runner, args, now, lang);
}

/** What is recognised comes first; then the next rung of the ladder. */
function hint(runner: Runner, _: readonly string[], __: TimeMs, lang: Language): readonly string[] {
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
  const lines = runner.goals().flatMap((goal) => {
    const concerns = runner.stepGoals().includes(goal) || goal.state === 'broken';
    const open = goal.state === 'open' || goal.state === 'broken';
    return open && concerns ? verdictLines(runner, goal, now, lang) : [goalLine(goal, lang)];
  });
  const ends = events.filter(({ kind }) => kind === 'step-done' || kind === 'done');
  return [...lines, ...ends.flatMap((event) => eventLines(runner, event, lang))];
}

function next(runner: Runner, _: readonly string[], __: TimeMs, lang: Language): readonly string[] {
  const early = runner.stepDone() ? [] : [tell(lang, 'learn.nextEarly', {}), ''];
  if (runner.next()) {
    runner.update();
    return [...early, ...stepLines(runner, lang)];
  }
  return runner.done() ? debriefLines(runner.lesson, lang) : [tell(lang, 'learn.nextUnknown', {})];
}

function predict(runner: Runner, [number = '']: readonly string[], _: TimeMs, lang: Language): readonly string[] {
  const question = runner.question();
  if (question === undefined) {
    const here = runner.steps()[runner.step()]?.anchor;
    const given = runner
      .predictions()
      .find(({ prediction, choice }) => prediction.step === here && choice !== undefined);
    const chosen = given?.prediction.options.find(({ id }) => id === given.choice);
    if (chosen === undefined) return [tell(lang, 'learn.predictWhat', {})];
    return [tell(lang, 'learn.predictOnce', { text: chosen.text })];
  }
  const { options } = question.prediction;
  const n = /^\d+$/.test(number) ? Number(number) : -1;
  if (n < 1 || !runner.predict(n)) return [tell(lang, 'learn.predictChoices', { n: options.length })];
  const answered = runner.predictions().filter(({ prediction, known }) => prediction === question.prediction && known);
  const told = answered.flatMap((view) => outcomeLines(view, lang));
  return told.length > 0 ? told : [tell(lang, 'learn.predicted', { text: options[n - 1]?.text ?? '' })];
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
