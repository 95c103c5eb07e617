import { describe, expect, it } from 'vitest';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { problemText } from '../../../src/lessons/pack.ts';

describe('the course', () => {
  const { value, problems } = loadCourse(readPack(courseFolder()));

  it('loads without a problem', () => {
    expect(problems.map(problemText)).toEqual([]);
    expect(value?.modules.length).toBeGreaterThan(0);
  });

  it('is written in Japanese where it says so', () => {
    const texts = [...readPack(courseFolder())]
      .filter(([file]) => file.endsWith('.yaml'))
      .flatMap(([file, text]) => [...text.matchAll(/^\s*ja: (.+)$/gm)].map(([, ja = '']) => `${file}: ${ja}`));
    expect(texts.length).toBeGreaterThan(100);
    expect(
      texts.filter(
        (text) => !/[\u3040-\u30ff\u4e00-\u9fff]|-[pfa]、--|kubectl|: (targetPort|port|containerPort|Pod)$/.test(text),
      ),
    ).toEqual([]);
  });

  it('offers no command that is wider than the story', () => {
    const scenes = value?.modules.flatMap(({ lessons }) =>
      lessons.flatMap(({ story }) => [...story.en.scenes, ...story.ja.scenes]),
    );
    const wide = (scenes ?? []).flatMap(({ blocks }) =>
      blocks.flatMap((block) => ('text' in block && typeof block.text === 'string' ? block.text.split('\n') : [])),
    );
    expect(wide.filter((line) => line.length > 90)).toEqual([]);
  });
});
