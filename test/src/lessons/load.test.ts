import { describe, expect, it } from 'vitest';
import { loadCourse } from '../../../src/lessons/load.ts';
import { type PackFiles, problemText } from '../../../src/lessons/pack.ts';
import { newLessonFiles } from '../../../src/lessons/template.ts';

const FRESH = newLessonFiles('01-topic', '01-lesson');

/** The problems of a fresh pack after one of its files was changed. */
function problemsWith(file: string, change: (text: string) => string): readonly string[] {
  const path = `01-topic/01-lesson/${file}`;
  const files: PackFiles = new Map([...FRESH, [path, change(FRESH.get(path) ?? '')]]);
  return loadCourse(files).problems.map(problemText);
}

describe('a pack', () => {
  it('that `pack new` wrote has no problems', () => {
    expect(loadCourse(FRESH).problems.map(problemText)).toEqual([]);
  });

  it('refuses weights and lengths of time that say nothing, or can not be meant', () => {
    const withGoal = (lines: string) =>
      problemsWith('lesson.yaml', (text) =>
        text.replace('    check:\n', `${lines.replace(/^/gm, '    ')}\n    check:\n`),
      ).map((problem) => problem.replace(/^\S+ /, ''));
    expect(withGoal('guard: true\nweight: 2')).toContain(
      'goals.0.weight: a guard earns nothing: it holds from the start',
    );
    expect(withGoal('guard: true\nhold: 10s')).toContain(
      'goals.0.hold: a guard holds from the start to the end: it has no `hold`',
    );
    expect(withGoal('guard: true\nsticky: true')).toContain('goals.0.sticky: a guard never ticks');
    expect(withGoal('hold: 0s')).toEqual(['goals.0.hold: 0s is no time: leave `hold` out']);
  });

  it('says in words what its goals expect, where the check is an expression or a command line', () => {
    const withCheck = (check: string) =>
      problemsWith('lesson.yaml', (text) =>
        text.replace(/( {4}check:\n)( {6}.*\n)+/, `$1${check.replace(/^/gm, '      ')}\n`),
      ).map((problem) => problem.replace(/^\S+ /, ''));
    const raw = 'exec: { run: kubectl get pods, contains: web }';
    expect(withCheck(raw)).toContain('goals.0.check: `exec` needs `says`: what is expected, in words');
    expect(withCheck(`all:\n  - ${raw}`)).toContain('goals.0.check: `exec` needs `says`: what is expected, in words');
    expect(withCheck("state: { object: { kind: Pod, metadata: { name: web } }, cel: 'true' }")).toContain(
      'goals.0.check: `cel` needs `says`: what is expected, in words',
    );
    expect(withCheck(`says: { en: web is there, ja: web がある }\n${raw}`)).toEqual([]);
  });

  it('gives a goal a weight of 1 to 100, and lets it hold for some time', () => {
    const withGoal = (line: string) =>
      problemsWith('lesson.yaml', (text) => text.replace('    check:\n', `    ${line}\n    check:\n`));
    for (const line of ['weight: 1', 'weight: 100', 'hold: 10s', 'hold: 1m30s']) expect(withGoal(line)).toEqual([]);
    for (const line of ['weight: 0', 'weight: 101', 'weight: 1.5', 'weight: much', 'hold: -1s', 'hold: long'])
      expect(withGoal(line)).toEqual([
        expect.stringMatching(/^01-topic\/01-lesson\/lesson\.yaml:\d+: goals\.0\.(weight|hold): /),
      ]);
  });

  it('is refused with file, line and what to do', () => {
    expect(problemsWith('lesson.yaml', (text) => text.replace('condition: Ready', 'conditon: Ready'))).toEqual([
      '01-topic/01-lesson/lesson.yaml:28: goals.0.check.state.conditon: unknown key `conditon`; did you mean `condition`?',
    ]);
    expect(problemsWith('lesson.yaml', (text) => text.replace('  ja: わたしのレッスン\n', ''))).toEqual([
      '01-topic/01-lesson/lesson.yaml:1: title: `ja` is missing',
    ]);
    expect(problemsWith('lesson.yaml', (text) => `${text}\tx: 1\n`)[0]).toMatch(
      /^01-topic\/01-lesson\/lesson\.yaml:\d+: /,
    );
  });

  it('must have expressions that compile and kinds that exist', () => {
    expect(
      problemsWith('lesson.yaml', (text) =>
        text.replace(
          'kind: Pod, metadata: { name: web } }\n        cond',
          'kind: Pood, metadata: { name: web } }\n        cond',
        ),
      )[0],
    ).toContain('has no kind `Pood`');
    expect(problemsWith('lesson.yaml', (text) => text.replace('c.state.waiting)', 'd.state.waiting)'))[0]).toContain(
      "undeclared reference to 'd'",
    );
  });

  it('must lead everywhere it points to', () => {
    expect(problemsWith('lesson.yaml', (text) => text.replace('goals: [web-ready]', 'goals: [web-redy]'))).toEqual([
      expect.stringContaining('there is no goal `web-redy`'),
      expect.stringContaining('stands in 0 steps'),
    ]);
    expect(problemsWith('lesson.yaml', (text) => text.replace('answer: right', 'answer: rite'))[0]).toContain(
      'none of the options',
    );
    expect(
      problemsWith('lesson.yaml', (text) =>
        text.replace('minutes: 5', 'minutes: 5\nrequires: [01-topic/01-lesson]'),
      )[0],
    ).toContain('a circle');
    expect(problemsWith('wrong/mistyped.sh', (text) => text.replace('mistyped', 'other'))).toEqual(
      [
        expect.stringContaining('no script in wrong/'),
        expect.stringContaining('there is no diagnosis `other`'),
      ].reverse(),
    );
  });

  it('has no lessons that nobody would find', () => {
    const stray = new Map([
      ...FRESH,
      ...[...newLessonFiles('02-other', '01-lesson')].filter(([file]) => file !== 'course.yaml'),
    ]);
    expect(loadCourse(stray).problems.map(problemText)).toEqual([
      '02-other/01-lesson/lesson.yaml: is in no module of course.yaml: add `- 02-other` to `modules`',
    ]);
  });

  it('tells the same story in both languages', () => {
    expect(problemsWith('lesson.ja.md', (text) => text.replace('{#first}', '{#saisho}'))[0]).toContain(
      'its steps are `saisho`',
    );
    expect(problemsWith('lesson.ja.md', (text) => text.replace('run web', 'run wev'))[0]).toContain(
      'offers other commands',
    );
  });

  it('survives what is no lesson at all', () => {
    for (const text of ['', '[]', 'x', '&a [*a]', 'a: &a [1]\nb: *c', `${'- ['.repeat(50)}`])
      expect(problemsWith('lesson.yaml', () => text).length).toBeGreaterThan(0);
  });
});
