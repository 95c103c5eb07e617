import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { courseFolder, readPack } from '../../../../src/cli/packfiles.ts';
import type { Lesson } from '../../../../src/lessons/lesson.ts';
import { loadCourse } from '../../../../src/lessons/load.ts';
import { lintLesson } from '../../../../src/lessons/proof/lint.ts';
import { lessonSchema } from '../../../../src/lessons/schema.ts';
import { lessonWith } from '../hand.ts';

const problems = (lesson: Lesson) => lintLesson(lesson, { orders: 0 }).map(({ message }) => message);

describe('pack lint', { timeout: 240_000 }, () => {
  it('finds nothing wrong with the first lesson', () => {
    const lesson = loadCourse(readPack(courseFolder())).value?.modules[0]?.lessons[0];
    expect(lesson === undefined ? ['no lesson'] : problems(lesson)).toEqual([]);
  });

  it('finds a start that is solved already, and a wrong way that is right', () => {
    const solved = lessonWith((text) => text.replace('condition: Ready', 'absent: true'));
    expect(problems(solved)).toEqual(
      expect.arrayContaining([
        'the goal `web-ready` holds already at the start',
        expect.stringContaining('does not reach `web-ready`: expected Pod web is not there; is Pod web is still there'),
      ]),
    );
  });

  it('finds a wrong way that is not recognised, and one that is taken for something else', () => {
    const deaf = lessonWith((text) => text.replace("['ErrImagePull', 'ImagePullBackOff']", "['Nothing']"));
    expect(problems(deaf)).toEqual([
      expect.stringMatching(/^is not recognised as `mistyped`; web-ready: Pod web: (ErrImagePull|ImagePullBackOff)$/),
    ]);
  });

  it('finds a solution that does not get there, with what is missing, and a story that fails', () => {
    const lesson = lessonWith((text) => text);
    const broken: Lesson = {
      ...lesson,
      solutions: [{ file: 'solutions/01.sh', text: 'kubectl run web --image=nginx:none\nexit 3\n' }],
      wrong: [],
      story: {
        ...lesson.story,
        en: {
          scenes: lesson.story.en.scenes.map((scene) => ({
            ...scene,
            blocks: [
              {
                kind: 'run',
                text: 'kubectl get nothing',
                line: 7,
                background: false,
                wide: false,
                shell: 1,
                fails: false,
              },
            ],
          })),
        },
      },
    };
    expect(problems(broken)).toEqual([
      'ended with status 3: pod/web created',
      expect.stringContaining('does not reach `web-ready`: expected Pod web: Ready=True; is Pod web: '),
      'the diagnosis `mistyped` matches a solution',
      expect.stringContaining('`kubectl get nothing` ended with status 1'),
    ]);
  });
});

describe('a solution that does not end', { timeout: 120_000 }, () => {
  it('is stopped after an hour of cluster time, and the line is told', () => {
    const lesson = lessonWith((text) => text);
    const text = 'kubectl run web --image=nginx:1.27\n\nwhile true; do sleep 600; done\n';
    const found = lintLesson({ ...lesson, solutions: [{ file: 'solutions/01.sh', text }], wrong: [] });
    expect(found).toContainEqual({
      file: `${lesson.id}/solutions/01.sh`,
      line: 3,
      message: 'did not end within an hour of cluster time',
    });
  });
});

describe('the schema of lessons', () => {
  it('is published as it is read', () => {
    const published: unknown = JSON.parse(readFileSync(join(courseFolder(), 'lesson.schema.json'), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(lessonSchema())));
  });
});
