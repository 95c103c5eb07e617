// `k8s-learn review`: questions that are due, one after the other, in plain lines.

import { createInterface } from 'node:readline';
import { draws } from '../../sandbox/time/chance.ts';
import type { Language } from '../i18n/language.ts';
import { tell } from '../i18n/say.ts';
import { type Asked, allQuestions, answerLines, isRight, questionLines } from '../lessons/review.ts';
import { isDue, withAnswer } from '../progress/review.ts';
import type { ProgressStore } from '../progress/store.ts';
import { openCourse, printNotices, progressOf } from './course.ts';
import { EXIT } from './failure.ts';
import type { GlobalOptions } from './options.ts';

export async function review(
  _args: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const store = progressOf(options);
  const known = store.read();
  printNotices(store.notices(), options);
  const now = Date.now();
  const all = allQuestions(openCourse(options));
  const due = own['all'] === true ? all : all.filter(({ id, lesson }) => isDue(known, id, lesson, now));
  if (due.length === 0) {
    console.log(tell(options.lang, 'review.nothing', {}));
    return EXIT.done;
  }
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const asked = await askAll(due, lines, { store, lang: options.lang, now, out: (line) => console.log(line) });
  console.log(tell(options.lang, 'review.result', asked));
  return EXIT.done;
}

export interface Exam {
  readonly store: ProgressStore;
  readonly lang: Language;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly out: (line: string) => void;
}

/** Asks until there are no more questions, or no more answers. */
export async function askAll(due: readonly Asked[], lines: AsyncIterable<string>, { store, lang, now, out }: Exam) {
  const chance = draws(now, 'review');
  const waiting = [...due];
  let right = 0;
  let of = 0;
  const put = (): void => {
    const [next] = waiting;
    if (next !== undefined) for (const line of questionLines(next, chance.bits(of), lang)) out(line);
  };
  put();
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const question = waiting.shift();
    if (question === undefined) break;
    const turn = chance.bits(of);
    const good = isRight(question, line, turn);
    for (const said of answerLines(question, line, good, turn, lang)) out(said);
    out('');
    store.update((progress) => withAnswer(progress, question.id, good, now));
    if (good) right++;
    of++;
    if (waiting.length === 0) break;
    put();
  }
  return { right, of };
}
