// Some cases begin with pods that no step makes: they are made from what the end shows of them.

import { type JsonObject, type JsonValue, listAt, objectAt, omit, printJson, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { send } from './calls.ts';
import { patchStatus } from './objects.ts';

interface Stage {
  readonly world: World;
  readonly recorded: JsonObject;
  readonly namespace: string;
}

/** Pods that nobody owns and no request creates. */
function unrecordedPods(recorded: JsonObject): readonly JsonValue[] {
  const requests = printJson(listAt(recorded, 'steps').map((step) => objectAt(step)['request'] ?? null));
  return listAt(recorded, 'final', 'pods').filter((pod) => {
    const owned =
      listAt(pod, 'metadata', 'ownerReferences').length > 0 || textAt(pod, 'metadata', 'generateName') !== undefined;
    return !owned && !requests.includes(`"name":"${textAt(pod, 'metadata', 'name')}"`);
  });
}

/** Before which step they were made: after the objects whose versions are lower. */
export function placeOfUnrecorded(recorded: JsonObject): number {
  const version = (object: JsonValue | undefined) =>
    Number(textAt(object, 'metadata', 'resourceVersion') ?? Number.NaN);
  const first = Math.min(...unrecordedPods(recorded).map(version));
  const all = Object.values(objectAt(recorded, 'final')).flatMap((list) => listAt(list));
  const steps = listAt(recorded, 'steps');
  let place = 0;
  for (const [i, step] of steps.entries()) {
    const name = textAt(step, 'request', 'body', 'metadata', 'name');
    const made = all.find((object) => name !== undefined && textAt(object, 'metadata', 'name') === name);
    if (textAt(step, 'request', 'method') === 'POST' && version(made) < first) place = i + 1;
  }
  return place;
}

/** Makes them, with the status that they have at the end. */
export async function makeUnrecorded({ world, recorded, namespace }: Stage): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  for (const pod of unrecordedPods(recorded)) {
    await send(world, { method: 'POST', path, body: manifestOf(objectAt(pod)) });
    await patchStatus(world, `${path}/${textAt(pod, 'metadata', 'name')}`, omit(objectAt(pod, 'status'), 'qosClass'));
  }
}

/** A manifest that gives such a pod. */
function manifestOf(pod: JsonObject): JsonObject {
  const { name, labels, annotations } = objectAt(pod, 'metadata');
  const spec = objectAt(pod, 'spec');
  const isToken = (item: JsonValue) => (textAt(item, 'name') ?? '').startsWith('kube-api-access-');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: name ?? '',
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...omit(spec, 'priority', 'preemptionPolicy', 'tolerations'),
      volumes: listAt(spec, 'volumes').filter((volume) => !isToken(volume)),
      containers: listAt(spec, 'containers').map((container) => ({
        ...objectAt(container),
        volumeMounts: listAt(container, 'volumeMounts').filter((mount) => !isToken(mount)),
      })),
    },
  };
}
