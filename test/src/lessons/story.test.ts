import { describe, expect, it } from 'vitest';
import { sceneLines } from '../../../src/lessons/plain.ts';
import { readStory, runBlocks } from '../../../src/lessons/story.ts';

const read = (text: string) => {
  const problems: string[] = [];
  return { story: readStory(text, (line, message) => problems.push(`${line}: ${message}`)), problems };
};

describe('a story', () => {
  it('has a scene for each second-level heading, with its anchor', () => {
    const { story, problems } = read('# Title\n\n## Look *at* it {#look}\n\nText.\n\n## 見る {#see}\n');
    expect(problems).toEqual([]);
    expect(story.scenes.map(({ anchor, line }) => [anchor, line])).toEqual([
      ['look', 3],
      ['see', 7],
    ]);
    expect(story.scenes[0]?.title).toEqual([
      { kind: 'text', text: 'Look ' },
      { kind: 'emphasis', children: [{ kind: 'text', text: 'at' }] },
      { kind: 'text', text: ' it' },
    ]);
  });

  it('begins with what stands before its first step', () => {
    const { story } = read('# Title\n\nFour Pods.\n\n## A {#a}\n\nLook.\n\n## B {#b}\n\nGo.\n');
    expect(story.scenes.map((scene) => sceneLines(scene).join('\n'))).toEqual([
      '## A\n\nFour Pods.\n\nLook.\n',
      '## B\n\nGo.\n',
    ]);
  });

  it('offers commands with their attributes', () => {
    const { story, problems } = read(
      "## A {#a}\n\n```run for=30s shell=2 expect=fail keys=':q' wide\nkubectl get pods -w\n```\n",
    );
    expect(problems).toEqual([]);
    expect(runBlocks(story.scenes[0]?.blocks ?? [])).toEqual([
      {
        kind: 'run',
        text: 'kubectl get pods -w',
        line: 3,
        forMs: 30_000,
        background: false,
        wide: true,
        shell: 2,
        fails: true,
        keys: ':q',
      },
    ]);
  });

  it('says what it can not draw, and where', () => {
    expect(read('## No anchor\n').problems).toEqual([
      '1: a heading of a step needs an anchor: `## Look at it {#look}`',
    ]);
    expect(read('## A {#a}\n\n![picture](x.png)\n').problems).toEqual(['3: Markdown of the kind `image` is not drawn']);
    expect(read('## A {#a}\n\n```run loud\nls\n```\n').problems[0]).toContain('`loud`');
  });

  it('is printed as plain lines', () => {
    const { story } = read(
      '## A {#a}\n\nOne `code`\nand more.\n\n1. x\n2. y\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```run\nls\n```\n',
    );
    expect(story.scenes.flatMap(sceneLines)).toEqual([
      '## A',
      '',
      'One `code` and more.',
      '',
      '1. x',
      '2. y',
      '',
      'a | b',
      '1 | 2',
      '',
      '    $ ls',
      '',
    ]);
  });
});
