// Review questions: how they are put, and whether an answer is right.

import type { Language } from '../i18n/language.ts';
import { tell } from '../i18n/say.ts';
import type { Course, Lesson, Question } from './lesson.ts';

/** A question of the course, under a name that stays. */
export interface Asked {
  /** `01-first-steps/01-first-pod#who-chose` */
  readonly id: string;
  readonly lesson: string;
  readonly question: Question;
}

export function questionsOf({ id: lesson, review }: Pick<Lesson, 'id' | 'review'>): readonly Asked[] {
  return review.map((question) => ({ id: `${lesson}#${question.id}`, lesson, question }));
}

export function allQuestions({ modules }: Course): readonly Asked[] {
  return modules.flatMap(({ lessons }) => lessons.flatMap(questionsOf));
}

/** Options as they are shown this time. */
export function optionTexts({ question }: Asked, turn: number, lang: Language): readonly string[] {
  return turned(question, turn).map(({ text }) => text[lang]);
}

/** The question with its options by number. Their order is turned by `turn`, so that places can't be learned. */
export function questionLines(asked: Asked, turn: number, lang: Language): readonly string[] {
  return [asked.question.ask[lang], ...optionTexts(asked, turn, lang).map((text, i) => `  ${i + 1}  ${text}`)];
}

type Option = NonNullable<Question['options']>[number];

function turned({ options = [] }: Question, turn: number): readonly Option[] {
  const at = options.length === 0 ? 0 : turn % options.length;
  return [...options.slice(at), ...options.slice(0, at)];
}

/** What was answered: numbers of options (several with blanks between), a command, or what a command prints. */
export function isRight({ question }: Asked, given: string, turn: number): boolean {
  const { type = 'choice', answer, options = [] } = question;
  const answers = typeof answer === 'string' ? [answer] : answer;
  const words = given.normalize('NFKC').trim().split(/\s+/);
  if (type === 'command' || (type === 'output' && options.length === 0))
    return answers.some((right) => right.trim().split(/\s+/).join(' ') === words.join(' '));
  const chosen = words.map((word) => turned(question, turn)[Number(word) - 1]?.id ?? '');
  if (chosen.length !== answers.length) return false;
  return type === 'many' ? answers.every((id) => chosen.includes(id)) : chosen.every((id, i) => id === answers[i]);
}

/** What is said of an answer. */
export function answerLines(
  { question }: Asked,
  given: string,
  right: boolean,
  turn: number,
  lang: Language,
): readonly string[] {
  const { answer, options = [], because } = question;
  const names = (typeof answer === 'string' ? [answer] : answer).map(
    (id) => options.find((option) => option.id === id)?.text[lang] ?? `\`${id}\``,
  );
  if (right) return [`${tell(lang, 'learn.correct', {})} ${because[lang]}`];
  const chosen = turned(question, turn)[Number(given.normalize('NFKC').trim()) - 1];
  const why = chosen?.because?.[lang];
  const isTyped = question.type === 'command' || (question.type === 'output' && options.length === 0);
  const shown = isTyped ? (names[0] ?? '') : names.join(question.type === 'order' ? ' → ' : ', ');
  return [tell(lang, 'learn.wrong', { answer: shown }), ...(why === undefined ? [] : [why]), because[lang]];
}
