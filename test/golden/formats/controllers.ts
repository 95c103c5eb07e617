// controllers/: what controllers do while somebody plays the kubelet.

import type { Answer, Format, Place, Recording, Verdict } from '../format.ts';
import { type JsonObject, type JsonValue, listAt, mapStrings, objectAt, printJson, textsAt } from '../json.ts';
import {
  compareValues,
  firstDifference,
  masked,
  newComparison,
  plainValue,
  type Unit,
  valueUnits,
  versionOutOfOrder,
} from '../normalise.ts';
import { playControllers } from '../play/controllers.ts';
import { settleControllers } from '../play/controllers-settle.ts';
import type { Worlds } from '../world.ts';
import { compareEvents } from './events.ts';

const MORE = ['final', 'pairs', 'slices', 'endpointsAddresses', 'seconds_until_unknown', 'seconds_until_orphans_gone'];

export const controllers: Format = {
  folder: 'controllers',
  name: 'controllers',
  races: true,
  recognises: ({ content }) => ['namespace', 'kubelet', 'steps', 'final'].every((key) => key in objectAt(content)),
  parts: () => [''],
  play: (recording: Recording, worlds: Worlds): Promise<Answer> => playControllers(objectAt(recording.content), worlds),
  compare,
  compared: ({ content }) => [
    ...listAt(content, 'steps').flatMap((step, i) =>
      ['objects', 'status', 'reached']
        .filter((key) => key in objectAt(step))
        .map((key): Place => ({ part: '', path: ['steps', i, key] })),
    ),
    ...[...MORE, 'events', 'events_default']
      .filter((key) => key in objectAt(content))
      .map((key): Place => ({ part: '', path: [key] })),
  ],
  plain,
};

function plain(_: Recording, { path }: Place, value: JsonValue): string {
  const key = String(path.at(-1));
  const settled = objectAt(settleControllers({ [key]: value }))[key] ?? null;
  const list =
    key === 'events' || key === 'events_default'
      ? [...listAt(settled)].map((one) => printJson(plainValue(one))).sort()
      : settled;
  return printJson(plainValue(list, key));
}

function compare({ content }: Recording, answer: Answer): readonly Verdict[] {
  const recorded = settleControllers(objectAt(content));
  const ours = settleControllers(objectAt(answer.content));
  const comparison = newComparison({
    recorded: units(recorded),
    own: units(ours),
    // Uids and generated names in requests are those of the recorded objects: the player sends ours.
    inputs: listAt(recorded, 'steps').map((step) => mapStrings(objectAt(step)['request'] ?? null, withoutIdentities)),
  });
  const found = firstDifference(
    ...listAt(recorded, 'steps').map(
      (step, i) => () =>
        compareValues(comparison, outcome(step), outcome(listAt(ours, 'steps')[i] ?? {}), `steps[${i}]`),
    ),
    ...MORE.map((key) => () => compareValues(comparison, recorded[key], ours[key], key)),
    () => compareEvents(comparison, listAt(recorded, 'events'), listAt(ours, 'events'), 'events'),
    () =>
      compareEvents(comparison, listAt(recorded, 'events_default'), listAt(ours, 'events_default'), 'events_default'),
    () => versionOutOfOrder(comparison),
  );
  return [{ part: '', difference: found }];
}

function withoutIdentities(text: string): string {
  return masked(text, ({ kind, text: own }) => (kind === 'uid' || kind === 'name' ? '' : own));
}

function outcome(step: JsonValue): JsonObject {
  const { status, objects, reached } = objectAt(step);
  return {
    ...(status === undefined ? {} : { status }),
    ...(objects === undefined ? {} : { objects }),
    ...(reached === undefined ? {} : { reached }),
  };
}

/** Names are also known by what the kubelet did to them. */
function units(content: JsonObject): readonly Unit[] {
  const steps = listAt(content, 'steps').flatMap((step, i) => [
    ...valueUnits(`steps[${i}]`, outcome(step)),
    ...textsAt(step, 'pods').map((name) => ({ slot: `steps[${i}].kubelet`, text: name })),
  ]);
  return [...steps, ...['final', 'events', 'pairs'].flatMap((key) => [...valueUnits(key, content[key])])];
}
