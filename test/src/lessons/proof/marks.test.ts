import { describe, expect, it } from 'vitest';
import { claimOf, type Moment, type Owner } from '../../../../src/lessons/proof/claims.ts';
import { lintLesson } from '../../../../src/lessons/proof/lint.ts';
import { type Mark, piecesOf } from '../../../../src/lessons/proof/marks.ts';
import type { Runner } from '../../../../src/lessons/runner.ts';
import { lessonWith } from '../hand.ts';

const SCRIPT = {
  file: 's.sh',
  text: '# goal: a\none\n# open: a\n# a remark\ntwo <<E\n# open: b\nE\n# goal: b\nthree\n# open: a b\n# diagnosis: none\n',
};
const said = (marks: readonly Mark[]) => marks.map(({ kind, id, line }) => `${kind} ${id} ${line}`);

describe('marks in scripts', () => {
  it('cut a script after the commands of whose end they speak', () => {
    expect(piecesOf(SCRIPT).map(({ text, line, marks }) => [text, line, said(marks)])).toEqual([
      ['one', 2, ['open a 3']],
      ['two <<E\n# open: b\nE', 5, ['open b 8']],
      ['three', 9, ['open a 10', 'open b 10', 'diagnosis none 11']],
    ]);
    expect(piecesOf({ file: 's.sh', text: 'x=1\necho $x\n' }, { each: true }).map(({ text }) => text)).toEqual([
      'x=1',
      'echo $x',
    ]);
  });

  it('in another order say only what a part says of its own goal', () => {
    expect(piecesOf({ ...SCRIPT, reordered: true }).map(({ marks }) => said(marks))).toEqual([
      ['open a 3'],
      ['open b 8'],
      ['open b 10'],
    ]);
  });

  it('are held against the lesson by lint', { timeout: 120_000 }, () => {
    const lesson = lessonWith((text) => text);
    const [goal] = lesson.goals;
    const [solution] = lesson.solutions;
    if (goal === undefined || solution === undefined) throw new Error('no goal, no solution');
    const text = `${solution.text.trimEnd()}\nsleep 60\n# open: ${goal.id}\n`;
    const line = text.split('\n').length - 1;
    expect(lintLesson({ ...lesson, solutions: [{ ...solution, text }] })).toEqual([
      { file: `${lesson.id}/${solution.file}`, line, message: `the goal \`${goal.id}\` holds already here` },
    ]);
  });

  it('wait for a quiet cluster before what they speak of is tried', { timeout: 120_000 }, () => {
    const lesson = lessonWith((text) =>
      text.replace(
        / {4}check:\n {6}state:\n.*\n.*\n/,
        '    check: { exec: { run: kubectl exec deploy/web -- printenv STAGE }  }\n',
      ),
    );
    const [goal] = lesson.goals;
    const [solution] = lesson.solutions;
    if (goal === undefined || solution === undefined) throw new Error('no goal, no solution');
    const text = `kubectl create deployment web --image=nginx:1.27
kubectl rollout status deployment/web
kubectl set env deployment/web STAGE=dev
kubectl rollout status deployment/web
# open: ${goal.id}
`;
    expect(lintLesson({ ...lesson, wrong: [], diagnose: [], solutions: [{ ...solution, text }] })).toEqual([
      { file: `${lesson.id}/${solution.file}`, line: 5, message: `the goal \`${goal.id}\` holds already here` },
    ]);
  });
});

describe('what lint claims of a check', () => {
  const runner = (states: Readonly<Record<string, string>>): Runner =>
    ({
      lesson: { diagnose: [{ id: 'd', goal: 'a' }] },
      goals: () => Object.entries(states).map(([id, state]) => ({ id, state })),
    }) as unknown as Runner;
  const claim = (owner: Owner['kind'], id: string, moment: Moment, states = { a: 'open', b: 'open' }) =>
    claimOf({ kind: owner, id }, moment, runner(states));

  it('is that nothing but guards holds at the start, and all in a solution', () => {
    expect(claim('goal', 'a', { kind: 'start' })).toBe(false);
    expect(claim('guard', 'a', { kind: 'start' })).toBe(true);
    expect(claim('prediction', 'p', { kind: 'solution' })).toBe(true);
    expect(claim('diagnosis', 'd', { kind: 'solution' })).toBe(false);
  });

  it('is that a wrong way leaves open the goal of its diagnosis, and the last one', () => {
    const wrong: Moment = { kind: 'wrong', diagnosis: 'd' };
    expect(claim('goal', 'a', wrong)).toBe(false);
    expect(claim('goal', 'b', wrong)).toBeUndefined();
    expect(claim('goal', 'b', wrong, { a: 'done', b: 'open' })).toBe(false);
    expect(claim('diagnosis', 'd', wrong)).toBe(true);
    expect(claim('diagnosis', 'e', wrong)).toBe(false);
  });

  it('is what a mark says', () => {
    const mark = (kind: Mark['kind'], id: string): Moment => ({ kind: 'mark', mark: { kind, id, line: 1 } });
    expect(claim('goal', 'a', mark('open', 'a'))).toBe(false);
    expect(claim('goal', 'b', mark('open', 'a'))).toBeUndefined();
    expect(claim('guard', 'a', mark('broken', 'a'))).toBe(false);
    expect(claim('prediction', 'p', mark('known', 'p'))).toBe(true);
    expect(claim('diagnosis', 'd', mark('diagnosis', 'none'))).toBe(false);
  });
});
