import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bundleOf, pathProblem, readBundle } from '../../../src/lessons/bundle.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { problemText } from '../../../src/lessons/pack.ts';
import { newLessonFiles } from '../../../src/lessons/template.ts';

const LESSON = '01-topic/01-lesson/lesson.yaml';

/** What is said of the template's pack after some files were changed, as `pack lint` says it. */
function told(change: (files: Map<string, string>) => void): readonly string[] {
  const files = new Map(newLessonFiles('01-topic', '01-lesson'));
  change(files);
  return loadCourse(files).problems.map(problemText);
}

const edit =
  (file: string, from: string | RegExp, to: string) =>
  (files: Map<string, string>): void => {
    files.set(file, (files.get(file) ?? '').replace(from, to));
  };

describe('bad packs are refused with file, line and what to do', () => {
  it('lessons that require one another in a circle', () => {
    const circle = told((files) => {
      for (const [path, text] of newLessonFiles('01-topic', '02-lesson')) if (!files.has(path)) files.set(path, text);
      edit(LESSON, 'minutes: 5', 'minutes: 5\nrequires: [01-topic/02-lesson]')(files);
      edit('01-topic/02-lesson/lesson.yaml', 'minutes: 5', 'minutes: 5\nrequires: [01-topic/01-lesson]')(files);
    });
    expect(circle).toEqual([expect.stringMatching(/lesson\.yaml.*requires: a circle: .* → .* → /)]);
  });

  it('goals that need one another in a circle', () => {
    expect(told(edit(LESSON, '  - id: web-ready\n', '  - id: web-ready\n    needs: [web-ready]\n'))).toEqual([
      expect.stringMatching(
        /^01-topic\/01-lesson\/lesson\.yaml:\d+: goals: `needs` goes in a circle: web-ready → web-ready$/,
      ),
    ]);
  });

  it('a missing translation, of a text and of a story', () => {
    expect(told(edit(LESSON, '  ja: わたしのレッスン\n', ''))[0]).toMatch(/lesson\.yaml:\d+: title: `ja` is missing/);
    expect(told((files) => files.delete('01-topic/01-lesson/lesson.ja.md'))[0]).toContain(
      'lesson.ja.md: the file is missing',
    );
  });

  it('a check on a kind that nobody serves, and one that is no check', () => {
    expect(told(edit(LESSON, '{ kind: Pod, metadata', '{ kind: Podd, metadata'))[0]).toMatch(/:\d+: .*no kind `Podd`/);
    expect(told(edit(LESSON, '      state:\n', '      stat:\n'))[0]).toMatch(
      /:\d+: .*unknown key `stat`; did you mean `state`\?/,
    );
  });

  it('an expression that does not compile', () => {
    expect(
      told(edit(LESSON, 'has(object.status.containerStatuses) &&', 'has(object.status.containerStatuses) &&& '))[0],
    ).toMatch(/lesson\.yaml:\d+: diagnose\.0\.when\.cel: does not compile/);
  });

  it('YAML that is none, keys that are there twice, aliases that explode', () => {
    expect(told(edit(LESSON, 'minutes: 5', 'minutes: [5'))[0]).toMatch(/lesson\.yaml:\d+: /);
    expect(told(edit(LESSON, 'minutes: 5', 'minutes: 5\nminutes: 6'))[0]).toMatch(/unique/i);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    expect(told((files) => files.set(LESSON, bomb))[0]).toMatch(/alias/i);
  });

  it('a lesson in no module, and a wrong way without a diagnosis', () => {
    expect(told(edit('course.yaml', '- 01-topic', '- 02-other')).join('\n')).toContain(
      'is in no module of course.yaml',
    );
    expect(told(edit('course.yaml', '- 01-topic', '- ../../etc'))[0]).toBe(
      'course.yaml:5: modules.0: the name of a folder expected, found "../../etc"',
    );
    expect(told(edit('01-topic/01-lesson/wrong/mistyped.sh', '# diagnosis: mistyped', 'true'))[0]).toContain(
      'mistyped.sh:1: the first line names',
    );
  });
});

describe('bundles', () => {
  const files = newLessonFiles('01-topic', '01-lesson');

  it('come back as they were', () => {
    const { id, files: back } = readBundle(bundleOf('mine', files));
    expect(id).toBe('mine');
    expect([...back].sort()).toEqual([...files].sort());
  });

  it('are refused when they were changed, lead out of their folder, or unpack to too much', () => {
    const packed = (value: object): Uint8Array => gzipSync(JSON.stringify(value));
    expect(() => readBundle(packed({ format: 1, id: 'x', sha256: 'no', files: [['a.md', 'b']] }))).toThrow(
      'its checksum is wrong',
    );
    expect(() => readBundle(packed({ format: 1, id: 'x', files: [['../a', 'b']] }))).toThrow(
      'a path stays in its pack',
    );
    expect(() => readBundle(packed({ format: 1, id: '../x', files: [] }))).toThrow('it has no id');
    expect(() => readBundle(packed({ format: 9 }))).toThrow('no bundle of this format');
    expect(() => readBundle(gzipSync(Buffer.alloc(60_000_000)))).toThrow('unpacks to more than 50 MB');
    expect(() => readBundle(new Uint8Array([1, 2, 3]))).toThrow('not compressed JSON');
  });

  it('have only paths that stay inside', () => {
    for (const path of ['../a', 'a/../b', '/a', 'a//b', 'a\\b', 'C:a', 'a\nb', './a'])
      expect(pathProblem(path)).toBeDefined();
    for (const path of ['a', 'a/b.md', '01-topic/01-lesson/wrong/x.sh']) expect(pathProblem(path)).toBeUndefined();
  });
});
