// A lesson as plain lines: for pipes, screen readers and tests. Paragraphs are single lines; whoever shows them wraps them.

import type { TimeMs } from '../../sandbox/time/units.ts';
import type { Language } from '../i18n/language.ts';
import { duration, phrase, say, tell, type Words } from '../i18n/say.ts';
import type { GoalView } from './assess.ts';
import type { RunnerEvent } from './events.ts';
import type { Lesson } from './lesson.ts';
import { isWeighed, pointsOf } from './points.ts';
import { answerForm, choiceText, isPredicted } from './predictions.ts';
import type { PredictionView, Runner } from './runner.ts';
import { type Block, deedAt, type Inline, plainText, type Scene } from './story.ts';

/** The story of a step. Commands that are offered stand behind a `$`. */
export function sceneLines({ title, blocks }: Scene): readonly string[] {
  return [`## ${plainText(title)}`, '', ...partedLines(blocks)];
}

/** The same with a question, asked before there is anything to be done. */
function askingLines(scene: Scene, question: readonly string[]): readonly string[] {
  const at = deedAt(scene);
  const before = sceneLines({ ...scene, blocks: scene.blocks.slice(0, at) });
  return [...before, ...question, '', ...partedLines(scene.blocks.slice(at))];
}

function partedLines(blocks: readonly Block[]): readonly string[] {
  return blocks.flatMap((block) => [...blockLines(block), '']);
}

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.depth)} ${inlineText(block.text)}`];
    case 'paragraph':
      return inlineText(block.text).split('\n');
    case 'list':
      return block.items.flatMap((item, i) => {
        const [first = '', ...rest] = item.flatMap((inner) => blockLines(inner));
        const mark = block.ordered ? `${block.start + i}. ` : '- ';
        return [mark + first, ...rest.map((line) => ' '.repeat(mark.length) + line)];
      });
    case 'code':
      return block.text.split('\n').map((line) => `    ${line}`);
    case 'run':
      return block.text.split('\n').map((line, i) => `    ${i === 0 ? '$ ' : '> '}${line}`);
    case 'quote':
      return block.blocks.flatMap((inner) => blockLines(inner)).map((line) => `> ${line}`);
    case 'table':
      return [block.header, ...block.rows].map((row) => row.map((cell) => inlineText(cell)).join(' | '));
    case 'rule':
      return ['---'];
  }
}

/** Marks are left out, but for code. */
function inlineText(inline: readonly Inline[]): string {
  return inline
    .map((part) => {
      if ('children' in part) return inlineText(part.children);
      if (part.kind === 'break') return '\n';
      return part.kind === 'code' ? `\`${part.text}\`` : part.text;
    })
    .join('');
}

/** A question with its options by number. */
function questionLines({ prediction }: PredictionView, lang: Language): readonly string[] {
  const options = prediction.options.map(({ text }, i) => `  ${i + 1}  ${text[lang]}`);
  const form = answerForm(prediction);
  return [prediction.ask[lang], ...options, tell(lang, 'learn.predict', { id: prediction.id, form })];
}

/** What was predicted beside what happened. */
export function outcomeLines({ prediction, choice, outcome }: PredictionView, lang: Language): readonly string[] {
  if (choice === undefined || outcome === undefined) return [];
  const text = choiceText(prediction, choice, lang);
  const told = isPredicted(prediction, choice, outcome)
    ? tell(lang, 'learn.predictedRight', { text })
    : tell(lang, 'learn.predictedTold', { text, actual: choiceText(prediction, outcome, lang) });
  return [[told, prediction.because[lang]].join(lang === 'ja' ? '' : ' ')];
}

const GLYPHS = { open: '○', done: '●', guard: '=', broken: '✗' } as const;

export function goalLine({ title, state, diagnosis }: GoalView, lang: Language): string {
  return `${GLYPHS[state]} ${title[lang]}${diagnosis === undefined ? '' : ' ?'}`;
}

/** A goal that doesn't hold: expected, actual and since when, the reasons, what is recognised. */
export function verdictLines(runner: Runner, goal: GoalView, now: TimeMs, lang: Language): readonly string[] {
  const { verdict, diagnosis } = goal;
  const part = (key: 'verdict.expected' | 'verdict.actual' | 'verdict.because', words: Words): string =>
    `    ${tell(lang, key, {})}: ${say(words, lang)}`;
  return [
    goalLine(goal, lang),
    part('verdict.expected', verdict.expected),
    part('verdict.actual', verdict.actual) + sinceText(verdict, now, lang),
    ...[...verdict.because, ...runner.chain(goal)].map((words) => part('verdict.because', words)),
    ...(diagnosis === undefined ? [] : [`    ${tell(lang, 'learn.diagnosis', { text: diagnosis.because[lang] })}`]),
  ];
}

/** What has been earned, where the lesson says what its goals weigh. */
export function pointLines({ lesson: { goals }, goals: views }: Runner, lang: Language): readonly string[] {
  return isWeighed(goals) ? [tell(lang, 'points', { ...pointsOf(goals, views()) })] : [];
}

/** How long it has been so, to stand behind what is; nothing within the first second. */
export function sinceText({ since }: GoalView['verdict'], now: TimeMs, lang: Language): string {
  const time = now - (since ?? now);
  return time < 1000 ? '' : ` (${tell(lang, 'verdict.since', { time: duration(time) })})`;
}

/** What an event is announced with; empty for what stays quiet. */
export function eventLines(runner: Runner, event: RunnerEvent, lang: Language): readonly string[] {
  switch (event.kind) {
    case 'goal-done':
      return [tell(lang, 'learn.goalDone', { title: event.goal.title })];
    case 'goal-lost':
      return [tell(lang, 'learn.goalLost', { title: event.goal.title })];
    case 'wrong-answer':
      return [tell(lang, 'learn.answerWrong', { value: event.value })];
    case 'diagnosis':
      return [tell(lang, 'learn.diagnosisQuiet', {})];
    case 'known':
      return runner
        .predictions()
        .filter(({ prediction }) => prediction === event.prediction)
        .flatMap((view) => outcomeLines(view, lang));
    case 'irrecoverable': {
      const { because, offer } = event.trouble;
      return [tell(lang, 'learn.irrecoverable', { text: because }), tell(lang, `learn.offer.${offer}`, {})];
    }
    case 'step-done':
      return [...explainLines(runner, lang), tell(lang, 'learn.stepDone', {})];
    case 'done':
      return [tell(lang, runner.step() + 1 < runner.steps().length ? 'learn.lessonDoneMore' : 'learn.lessonDone', {})];
  }
}

/** What the step that was done has shown, where its author says so. */
export function explainLines(runner: Runner, lang: Language): readonly string[] {
  const { explain } = runner.steps()[runner.step()] ?? {};
  return explain === undefined ? [] : [explain[lang]];
}

/** The step that begins: its story, its goals, its question. */
export function stepLines(runner: Runner, lang: Language): readonly string[] {
  const { lesson } = runner;
  const scene = lesson.story[lang].scenes[runner.step()];
  const question = runner.question();
  if (scene === undefined) return [];
  return [
    `${lesson.title[lang]} · ${tell(lang, 'learn.step', { n: runner.step() + 1, of: lesson.steps.length })}`,
    '',
    ...(question === undefined ? sceneLines(scene) : askingLines(scene, questionLines(question, lang))),
    ...runner.stepGoals().map((goal) => goalLine(goal, lang)),
  ];
}

/** What is taken from a lesson that is done, with its heading. */
export function debriefLines(lesson: Lesson, lang: Language): readonly string[] {
  return [say(phrase('learn.debrief', {}), lang), ...takenLines(lesson, lang)];
}

/** The same below a heading that stands there already. */
export function takenLines({ debrief }: Lesson, lang: Language): readonly string[] {
  const { model, reallife, remember } = debrief;
  const width = Math.max(...remember.map(({ run }) => run.length));
  return [
    `  ${model[lang]}`,
    tell(lang, 'learn.realLife', {}),
    `  ${reallife[lang]}`,
    tell(lang, 'learn.remember', {}),
    ...remember.map(({ run, says }) => `  ${run.padEnd(width)}  ${says[lang]}`),
  ];
}
