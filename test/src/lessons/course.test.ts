import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { problemText } from '../../../src/lessons/pack.ts';

const JAPANESE = /[\u3001-\u30ff\u4e00-\u9fff]/;

/** All texts that are there in both languages. */
function pairsIn(value: unknown): readonly { readonly en: string; readonly ja: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('en' in value && 'ja' in value) return [{ en: String(value.en), ja: String(value.ja) }];
  return Object.values(value).flatMap(pairsIn);
}

describe('the course', () => {
  const { value, problems } = loadCourse(readPack(courseFolder()));

  it('loads without a problem', () => {
    expect(problems.map(problemText)).toEqual([]);
    expect(value?.modules.length).toBeGreaterThan(0);
  });

  it('is written in Japanese where it says so, but for words that the field has in English', () => {
    const files = [...readPack(courseFolder())].filter(([file]) => /(^|\/)(course|module|lesson)\.yaml$/.test(file));
    const pairs = files.flatMap(([file, text]) => pairsIn(parse(text)).map(({ en, ja }) => ({ file, en, ja })));
    expect(pairs.length).toBeGreaterThan(100);
    expect(pairs.filter(({ en, ja }) => !JAPANESE.test(ja) && !en.includes(ja))).toEqual([]);
  });

  it('offers no command that takes more than two rows of the story', () => {
    const scenes = value?.modules.flatMap(({ lessons }) =>
      lessons.flatMap(({ story }) => [...story.en.scenes, ...story.ja.scenes]),
    );
    const wide = (scenes ?? []).flatMap(({ blocks }) =>
      blocks.flatMap((block) => ('text' in block && typeof block.text === 'string' ? block.text.split('\n') : [])),
    );
    expect(wide.filter((line) => line.length > 150)).toEqual([]);
  });
});
