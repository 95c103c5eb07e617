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

/** Makes the pods that nobody owns and no request creates, with the status that they have at the end. */
export async function makeUnrecorded({ world, recorded, namespace }: Stage): Promise<void> {
  const requests = printJson(listAt(recorded, 'steps').map((step) => objectAt(step)['request'] ?? null));
  const path = `/api/v1/namespaces/${namespace}/pods`;
  for (const pod of listAt(recorded, 'final', 'pods')) {
    const name = textAt(pod, 'metadata', 'name') ?? '';
    const owned =
      listAt(pod, 'metadata', 'ownerReferences').length > 0 || textAt(pod, 'metadata', 'generateName') !== undefined;
    if (owned || requests.includes(`"name":"${name}"`)) continue;
    await send(world, { method: 'POST', path, body: manifestOf(objectAt(pod)) });
    await patchStatus(world, `${path}/${name}`, omit(objectAt(pod, 'status'), 'qosClass'));
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
