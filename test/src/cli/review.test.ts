import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCourse } from '../../../src/cli/course.ts';
import { askAll } from '../../../src/cli/review.ts';
import { allQuestions, isRight, questionLines } from '../../../src/lessons/review.ts';
import { NO_PROGRESS, withLesson } from '../../../src/progress/progress.ts';
import { answered, isDue, withAnswer } from '../../../src/progress/review.ts';
import { openProgress } from '../../../src/progress/store.ts';

const DAY = 86_400_000;
const ALL = allQuestions(openCourse());
const [FIRST] = ALL;
const LESSON = FIRST?.lesson ?? '';
const QUESTION = FIRST?.id ?? '';

describe('a question', () => {
  it('is due a day after its lesson, then after 3, 7 and 21 days while it is answered right', () => {
    const done = withLesson(NO_PROGRESS, LESSON, 0, true, {});
    expect(isDue(NO_PROGRESS, QUESTION, LESSON, DAY)).toBe(false);
    expect([isDue(done, QUESTION, LESSON, DAY - 1), isDue(done, QUESTION, LESSON, DAY)]).toEqual([false, true]);
    let progress = done;
    for (const days of [3, 7, 21, 21]) {
      progress = withAnswer(progress, QUESTION, true, 0);
      expect([
        isDue(progress, QUESTION, LESSON, days * DAY - 1),
        isDue(progress, QUESTION, LESSON, days * DAY),
      ]).toEqual([false, true]);
    }
    expect(answered({ streak: 4, asked: 4, due: 0 }, false, 0)).toEqual({ streak: 0, asked: 5, due: DAY });
  });

  it('does not wait for years after a clock that went back', () => {
    const ahead = 400 * DAY;
    const asked = withAnswer(NO_PROGRESS, QUESTION, true, ahead);
    expect(isDue(asked, QUESTION, LESSON, ahead)).toBe(false);
    expect(isDue(asked, QUESTION, LESSON, DAY)).toBe(true);
  });

  it('takes the number of its right option wherever that stands, and commands as they are typed', () => {
    const choice = ALL.find(({ id }) => id.endsWith('#who-chose'));
    const command = ALL.find(({ question }) => question.type === 'command');
    if (choice === undefined || command === undefined) throw new Error('no such question');
    for (const turn of [0, 1, 2]) {
      const lines = questionLines(choice, turn, 'ja');
      const n = lines.findIndex((line) => line.includes('スケジューラー'));
      expect(isRight(choice, ` ${'０１２３'[n]} `, turn)).toBe(true);
      expect(isRight(choice, String(((n + 1) % 3) + 1), turn)).toBe(n === ((n + 1) % 3) + 1);
    }
    expect(isRight(command, 'kubectl  describe pod web', 0)).toBe(true);
    expect(isRight(command, 'kubectl get pod web', 0)).toBe(false);
  });
});

describe('a review', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('asks what is due, says why, and keeps what was answered', async () => {
    const store = openProgress(folder);
    const said: string[] = [];
    const lines = (async function* () {
      yield* ['', '9', 'x'];
    })();
    const result = await askAll(ALL.slice(0, 2), lines, { store, lang: 'en', now: 0, out: (line) => said.push(line) });
    expect(result).toEqual({ right: 0, of: 2 });
    expect(said).toContain('Not quite: the scheduler.');
    expect(Object.values(store.read().reviews).map(({ due }) => due)).toEqual([DAY, DAY]);
  });
});
