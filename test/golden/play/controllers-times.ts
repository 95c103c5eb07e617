// When the steps of a controllers/ case were made, as far as the recorded objects tell: no step shall be earlier.

import { isArray, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../json.ts';

/** The recorded time before which a step wasn't made; undefined when nothing tells. */
export function timeOfStep(recorded: JsonObject, step: JsonObject): number | undefined {
  if (textAt(step, 'request', 'method') === 'POST') return creationTime(recorded, step);
  const times = listAt(step, 'pods').map((name) => deedTime(recorded, String(name), textAt(step, 'kubelet') ?? ''));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function creationTime(recorded: JsonObject, step: JsonObject): number | undefined {
  const resource = (textAt(step, 'request', 'path') ?? '').split('/').at(-1) ?? '';
  const name = textAt(step, 'request', 'body', 'metadata', 'name');
  const made = shown(recorded, resource).find((object) => textAt(object, 'metadata', 'name') === name);
  return timeOf(textAt(made, 'metadata', 'creationTimestamp'));
}

/** When the kubelet is seen to have reported a pod as running or ended, wherever the pod is shown in full. */
function deedTime(recorded: JsonObject, name: string, deed: string): number | undefined {
  const ended = deed === 'Succeeded' || deed === 'Failed';
  const times = [...shown(recorded, 'podObjects'), ...shown(recorded, 'pods')]
    .filter((pod) => textAt(pod, 'metadata', 'name') === name)
    .map((pod) => {
      const state = objectAt(pod, 'status', 'containerStatuses', 0, 'state');
      return timeOf(ended ? textAt(state, 'terminated', 'finishedAt') : textAt(pod, 'status', 'startTime'));
    });
  return times.find((time) => time !== undefined);
}

function timeOf(stamp: string | undefined): number | undefined {
  return stamp === undefined ? undefined : Date.parse(stamp);
}

/** All objects of a resource that are shown anywhere. */
function shown(recorded: JsonObject, key: string): readonly JsonValue[] {
  const places = [...listAt(recorded, 'steps').map((step) => objectAt(step, 'objects')), objectAt(recorded, 'final')];
  return places.flatMap((objects) => {
    const list = objects[key];
    return isArray(list) ? list : [];
  });
}
