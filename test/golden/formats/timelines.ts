// timelines/: states and events of pods and workloads over time on a real node.

import type { Answer, Format, Recording, Verdict } from '../format.ts';
import { type JsonObject, listAt, numberAt, objectAt, printJson, textAt } from '../json.ts';
import { EPOCH, firstTime } from '../play/clock.ts';
import { playTimeline } from '../play/timeline.ts';
import type { Worlds } from '../world.ts';
import { addonsOf } from './kubectl.ts';
import { comparedPlaces, compareTimelines, plainSeen } from './timelines-compare.ts';

export const timelines: Format = {
  folder: 'timelines',
  name: 'timelines',
  races: true,
  recognises: ({ content }) =>
    ['manifest', 'namespace', 'seconds', 'observations'].every((key) => key in objectAt(content)),
  parts: () => [''],
  play,
  compare: (recording, answer): readonly Verdict[] => [
    { part: '', difference: compareTimelines(recording, answer.content) },
  ],
  compared: comparedPlaces,
  plain: plainSeen,
};

/** The first time that is named belongs to the observation that names it: the clock started that much earlier. */
function startOf(recorded: JsonObject): number {
  for (const observation of listAt(recorded, 'observations')) {
    const time = firstTime(printJson(observation));
    if (time !== undefined) return time - (numberAt(observation, 't_ms') ?? 0);
  }
  return EPOCH;
}

async function play(recording: Recording, worlds: Worlds): Promise<Answer> {
  const recorded: JsonObject = objectAt(recording.content);
  const world = await worlds.create({
    extent: 'node',
    startTime: startOf(recorded),
    addons: addonsOf(recording),
    files: { 'm.yaml': textAt(recorded, 'manifest') ?? '' },
  });
  try {
    const observations = await playTimeline(world, recorded);
    return { content: { ...recorded, observations: observations.map((one) => ({ ...one })) }, notices: 0 };
  } finally {
    await world.close();
  }
}
