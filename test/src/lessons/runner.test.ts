import { describe, expect, it } from 'vitest';
import { answerFile } from '../../../src/checks/judge.ts';
import { createRunner } from '../../../src/lessons/runner.ts';
import { decodeRunner, encodeRunner } from '../../../src/lessons/saved.ts';
import { handleWord } from '../../../src/lessons/words.ts';
import { pod } from '../checks/hand.ts';
import { handSession, lessonWith } from './hand.ts';

const PLAIN = lessonWith((text) => text);
const PULLING = { waiting: { reason: 'ImagePullBackOff' } };
const kinds = (events: readonly { readonly kind: string }[]) => events.map(({ kind }) => kind);

/** The template's lesson with another check for its goal. */
const withGoal = (rest: string) =>
  lessonWith((text) => text.replace(/ {4}check:\n {6}state:\n.*\n.*\n/, `${rest.replace(/^/gm, '    ')}\n`));

describe('a lesson', () => {
  it('ticks a goal when the cluster gets there, and unticks it when that is over', () => {
    const session = handSession();
    const runner = createRunner(PLAIN, session);
    expect(runner.goals()[0]?.state).toBe('open');
    session.put(pod('web'));
    expect(kinds(runner.update())).toEqual(['goal-done', 'done']);
    session.remove('Pod', 'web');
    expect(kinds(runner.update())).toEqual(['goal-lost']);
    expect(runner.done()).toBe(false);
  });

  it('ticks a goal with `hold` when it has stood for so long without a break', () => {
    const lesson = lessonWith((text) => text.replace('    check:\n', '    hold: 10s\n    check:\n'));
    const session = handSession();
    const runner = createRunner(lesson, session);
    const stateIn = (ms: number) => {
      session.pass(ms);
      runner.update();
      return runner.goals()[0]?.state;
    };
    session.put(pod('web'));
    expect([stateIn(0), stateIn(9999), stateIn(1)]).toEqual(['open', 'open', 'done']);
    session.remove('Pod', 'web');
    expect(stateIn(0)).toBe('open');
    session.put(pod('web'));
    expect([stateIn(0), stateIn(6000)]).toEqual(['open', 'open']);
    session.put(pod('web', { ready: false }));
    expect(stateIn(1000)).toBe('open');
    session.put(pod('web'));
    expect([stateIn(0), stateIn(9999), stateIn(1)]).toEqual(['open', 'open', 'done']);
  });

  it('goes on counting a `hold` when a lesson that was left is gone on with, unless the cluster went on alone', () => {
    const lesson = lessonWith((text) => text.replace('    check:\n', '    hold: 10s\n    check:\n'));
    const session = handSession();
    const first = createRunner(lesson, session);
    session.put(pod('web'));
    first.update();
    session.pass(6000);
    const saved = decodeRunner(JSON.parse(JSON.stringify(encodeRunner(first.progress()))));
    const again = createRunner(lesson, session, { saved });
    session.pass(4000);
    again.update();
    expect(again.goals()[0]?.state).toBe('done');
    const late = createRunner(lesson, session, { saved });
    late.update();
    expect(late.goals()[0]?.state).toBe('open');
  });

  it('says no more of what was tried before, once a goal that it needs is open again', () => {
    const lesson = lessonWith((text) =>
      text
        .replace('goals: [web-ready]', 'goals: [web-ready, tried]')
        .replace(
          /\ndiagnose:/,
          '\n  - id: tried\n    title: { en: T, ja: T }\n    needs: [web-ready]\n    check: { exec: { run: "true" } }\ndiagnose:',
        ),
    );
    const hand = handSession();
    const session = { ...hand, fork: () => hand };
    const runner = createRunner(lesson, session);
    const state = () => runner.goal('tried')?.state;
    session.put(pod('web'));
    runner.update({ tries: true });
    expect(state()).toBe('done');
    session.remove('Pod', 'web');
    runner.update();
    expect(state()).toBe('done');
    runner.update({ tries: true });
    expect(state()).toBe('open');
    expect(runner.goal('tried')?.verdict).toMatchObject({
      untried: true,
      actual: { key: 'untried.needs', values: { title: lesson.goals[0]?.title } },
    });
  });

  it('says what can not be mended any more, but not of a cluster that is the learner’s own', () => {
    const session = handSession();
    expect(createRunner(PLAIN, session).irrecoverable()?.offer).toBe('undo');
    expect(createRunner(PLAIN, { ...session, inPlace: true }).irrecoverable()).toBeUndefined();
  });

  it('says since when a goal is as it is', () => {
    const session = handSession();
    const lesson = lessonWith((text) => `${text}irrecoverable: []\n`);
    const runner = createRunner(lesson, session);
    session.pass(14_000);
    runner.update();
    const lines = handleWord(runner, 'check', session.now(), 'en') ?? [];
    expect(lines).toEqual([
      '○ a Pod named web is Ready',
      '    expected: Pod web: Ready=True',
      '    is: no Pod web (for 14 s)',
    ]);
  });

  it('recognises a mistake once it has stood for a while, and tells it when asked', () => {
    const session = handSession();
    const runner = createRunner(PLAIN, session);
    session.put(pod('web', { ready: false, state: PULLING }));
    expect(kinds(runner.update())).toEqual([]);
    session.pass(4999);
    expect(kinds(runner.update())).toEqual([]);
    session.pass(1);
    expect(kinds(runner.update())).toEqual(['diagnosis']);
    expect(handleWord(runner, 'hint', session.now(), 'ja')?.[0]).toBe('? ノードがそのイメージを取得できませんでした。');
    expect(runner.progress().mistaken).toEqual(['image-pull']);
    session.put(pod('web'));
    runner.update();
    expect(runner.diagnoses()).toEqual([]);
  });

  it('says nothing of mistakes in steps to come, until the learner is there', () => {
    const lesson = lessonWith((text) => text.replace('steps:\n', 'steps:\n  - anchor: before\n'));
    const session = handSession();
    const runner = createRunner(lesson, session);
    session.put(pod('web', { ready: false, state: PULLING }));
    runner.update();
    session.pass(5000);
    expect(kinds(runner.update())).toEqual([]);
    expect(runner.progress().mistaken).toEqual([]);
    runner.next();
    expect(kinds(runner.update())).toEqual(['diagnosis']);
    expect(kinds(runner.update())).toEqual([]);
    expect(runner.progress().mistaken).toEqual(['image-pull']);
  });

  it('has a ladder of hints, which remembers how far one climbed', () => {
    const runner = createRunner(PLAIN, handSession());
    const rungs = [1, 2, 3, 4].map(() => runner.hint()?.n);
    expect(rungs).toEqual([1, 2, 3, undefined]);
    expect(createRunner(PLAIN, handSession(), { saved: runner.progress() }).hint()).toBeUndefined();
  });

  it('sees what was true only for a moment, each object once', () => {
    const lesson = withGoal(
      'check:\n  seen:\n    object: { kind: Pod, metadata: { name: web } }\n    condition: Ready\n    times: 2',
    );
    const session = handSession();
    const runner = createRunner(lesson, session);
    session.put(pod('web', { uid: 'one' }));
    session.put(pod('web', { uid: 'one' }));
    session.remove('Pod', 'web');
    runner.update();
    expect(runner.goals()[0]?.state).toBe('open');
    session.put(pod('web', { uid: 'two' }));
    session.remove('Pod', 'web');
    runner.update();
    expect(runner.done()).toBe(true);
  });

  it('waits until a state has settled: an object that is written again begins anew', () => {
    const lesson = withGoal(
      'check:\n  settled:\n    for: 10s\n    check:\n      state: { object: { kind: Pod, metadata: { name: web } }, condition: Ready }',
    );
    const session = handSession();
    const runner = createRunner(lesson, session);
    const stamped = (resourceVersion: string) => ({
      ...pod('web'),
      metadata: { ...pod('web').metadata, resourceVersion },
    });
    session.put(stamped('1'));
    runner.update();
    session.pass(9000);
    session.put(stamped('2'));
    runner.update();
    session.pass(9000);
    runner.update();
    expect(runner.goals()[0]?.verdict.countdown).toEqual({ held: 9000, of: 10_000 });
    session.pass(1000);
    runner.update();
    expect(runner.done()).toBe(true);
  });

  it('compares answers with the cluster, whatever the width of their letters, and keeps sticky ticks', () => {
    const lesson = withGoal(
      "sticky: true\ncheck:\n  answer:\n    name: image\n    objects: { web: { kind: Pod, name: web } }\n    cel: 'web == null ? dyn(null) : web.spec.containers[0].image'",
    );
    const session = handSession();
    const runner = createRunner(lesson, session);
    session.write(answerFile('image'), 'learn/hello:2.0');
    session.put(pod('web'));
    expect(kinds(runner.update())).toEqual(['wrong-answer']);
    expect(kinds(runner.update())).toEqual([]);
    expect(runner.done()).toBe(false);
    session.write(answerFile('image'), 'ｌｅａｒｎ/hello:1.0 ');
    runner.update();
    expect(runner.done()).toBe(true);
    session.remove('Pod', 'web');
    expect(kinds(runner.update())).toEqual([]);
    expect(runner.done()).toBe(true);
  });

  it('keeps the first answer to a prediction and shows it beside the outcome', () => {
    const lesson = lessonWith((text) =>
      `${text}predict:
  - id: ready
    step: first
    ask: { en: "Will it?", ja: "どうなる?" }
    options:
      - id: no
        text: { en: no, ja: いいえ }
      - id: yes
        text: { en: yes, ja: はい }
    known: { state: { object: { kind: Pod, metadata: { name: web } } } }
    actual: yes
    because: { en: It was there., ja: ありました。 }
`.replaceAll(/\b(no|yes)\b(?=,|\n)/g, '"$1"'),
    );
    const session = handSession();
    const runner = createRunner(lesson, session);
    expect(handleWord(runner, 'predict 3', session.now(), 'en')).toEqual([
      'Choose from 1 to 2, for example `predict 1`.',
    ]);
    expect(handleWord(runner, 'predict １', session.now(), 'en')).toEqual(['You predicted: no']);
    expect(handleWord(runner, 'predict 2', session.now(), 'en')).toEqual(['Your first answer stays: no']);
    session.put(pod('web'));
    expect(kinds(runner.update())).toContain('known');
    expect(runner.predictions()[0]).toMatchObject({ state: 'answered', choice: 'no', known: true });
  });

  it('leaves lines alone that are the shell’s', () => {
    const runner = createRunner(PLAIN, handSession());
    for (const line of ['kubectl get pods', 'hint me', 'check x', 'toString', ''])
      expect(handleWord(runner, line, handSession().now(), 'en')).toBeUndefined();
  });
});
