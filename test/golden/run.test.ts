import { expect, test } from 'vitest';
import type { Format } from './format.ts';
import { playRecording } from './run.ts';
import type { Worlds } from './world.ts';

/** A race with eight ends, of which each seed brings one. */
const worlds: Worlds = {
  name: 'dice',
  create: async ({ seed = 1 }) => ({ now: () => seed }) as never,
};

function race(races: boolean): Format {
  return {
    folder: 'races',
    name: 'races',
    ...(races ? { races: true } : {}),
    recognises: () => true,
    parts: () => [''],
    play: async (_, tried) => ({
      content: (await tried.create({ extent: 'plane', startTime: 0, addons: [], files: {} })).now(),
      notices: 0,
    }),
    compare: ({ content }, answer) => [
      {
        part: '',
        difference: content === answer.content ? undefined : { path: '', recorded: '', ours: '' },
      } as never,
    ],
    compared: () => [],
  };
}

const found = (end: number, races: boolean) => ({
  recording: { name: 'a', path: 'a.json', content: end, sibling: () => undefined },
  format: race(races),
});

test('a recorded race passes when one of our orders ends as it did, and it is said which', async () => {
  const played = await playRecording(found(3, true), worlds, () => true);
  expect(played.results[0]?.difference).toBeUndefined();
  expect(played.order).toBe(3);
});

test('a recorded race that none of our orders brings fails', async () => {
  const played = await playRecording(found(9, true), worlds, () => true);
  expect(played.results[0]?.difference).toBeDefined();
});

test('what shows no races is played once', async () => {
  const played = await playRecording(found(3, false), worlds, () => true);
  expect(played.results[0]?.difference).toBeDefined();
});
