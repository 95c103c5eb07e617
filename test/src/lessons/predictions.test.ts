import { describe, expect, it } from 'vitest';
import { outcomeLines } from '../../../src/lessons/plain.ts';
import { createRunner } from '../../../src/lessons/runner.ts';
import { decodeRunner, encodeRunner } from '../../../src/lessons/saved.ts';
import { handleWord } from '../../../src/lessons/words.ts';
import { pod } from '../checks/hand.ts';
import { handSession, lessonWith, problemsWith } from './hand.ts';

const OPTIONS = `
      options:
        - { id: a, text: { en: apple, ja: りんご } }
        - { id: b, text: { en: bread, ja: パン } }
        - { id: c, text: { en: cake, ja: ケーキ } }`;

const question =
  (rest: string) =>
  (text: string): string =>
    text.replace(
      'goals:\n  - id',
      `predict:
    - id: guess
      step: first
      ask: { en: What will be?, ja: どうなる? }
      because: { en: so it is, ja: そうなっています }
      known: { state: { object: { kind: Pod, metadata: { name: web } } } }
      ${rest}
goals:
  - id`,
    );

/** What is said of an answer at once, and of the outcome. */
function told(rest: string, answer: string, lang: 'en' | 'ja' = 'en') {
  const session = handSession();
  const runner = createRunner(lessonWith(question(rest)), session);
  const said = handleWord(runner, answer, session.now(), lang);
  session.put(pod('web', { labels: { app: 'x' } }));
  runner.update();
  const [view] = runner.predictions();
  return { said: said?.[0], outcome: view === undefined ? [] : outcomeLines(view, lang) };
}

describe('predictions', () => {
  it('of several choices count whatever their order', () => {
    const many = `type: many\n      actual: [c, a]${OPTIONS}`;
    expect(told(many, 'predict 1 3').outcome).toEqual(['You predicted "apple, cake", and so it is. so it is']);
    expect(told(many, 'predict 3 1').said).toBe('You predicted: apple, cake');
    expect(told(many, 'predict 1').outcome).toEqual(['You predicted "apple". In fact: apple, cake. so it is']);
    expect(told(many, 'predict 1 1').said).toBe('Choose from 1 to 3, for example `predict 1 2`.');
  });

  it('of an order name every option', () => {
    const order = `type: order\n      actual: [b, a, c]${OPTIONS}`;
    expect(told(order, 'predict 2 1 3').outcome[0]).toContain('"bread → apple → cake", and so it is');
    expect(told(order, 'predict ２　１　３', 'ja').said).toContain('パン → りんご → ケーキ');
    expect(told(order, 'predict 2 1').said).toContain('for example `predict 3 2 1`');
  });

  it('of a number may be near enough, and the cluster says what it was', () => {
    const number = `type: number\n      tolerance: 1\n      actual: { cel: size(pods), objects: { pods: { kind: Pod } } }`;
    expect(told(number, 'predict 2').outcome[0]).toContain('"2", and so it is');
    expect(told(number, 'predict 7').outcome).toEqual(['You predicted "7". In fact: 1. so it is']);
    expect(told(number, 'predict many').said).toBe('Type a number: `predict NUMBER`.');
  });

  it('can ask the cluster which option it was', () => {
    const asked = `actual: { cel: "web.metadata.labels.app == 'x' ? 'b' : 'a'", objects: { web: { kind: Pod, name: web } } }${OPTIONS}`;
    expect(told(asked, 'predict 2').outcome[0]).toContain('"bread", and so it is');
  });

  it('are refused where they can not come true', () => {
    expect(problemsWith(question(`actual: z${OPTIONS}`))).toEqual(['predict.0.actual: there is no option `z`']);
    expect(problemsWith(question(`type: order\n      actual: [a]${OPTIONS}`))[0]).toContain('names every option once');
    expect(problemsWith(question('type: number\n      actual: many'))[0]).toContain('a number expected');
    expect(problemsWith(question('actual: a'))[0]).toContain('`options` are missing');
    expect(problemsWith(question(`actual: { cel: 'nothing.x' }${OPTIONS}`))[0]).toContain('does not compile');
  });
});

describe('what a runner keeps', () => {
  it('comes back from disk as it was, with the moments at which steps began', () => {
    const session = handSession();
    const runner = createRunner(lessonWith(question(`type: many\n      actual: [a]${OPTIONS}`)), session);
    handleWord(runner, 'predict 1 2', session.now(), 'en');
    const kept = runner.progress();
    expect(decodeRunner(JSON.parse(JSON.stringify(encodeRunner(kept))))).toEqual(kept);
    expect(kept.begun).toEqual({ first: session.now() });
  });
});
