// How controllers make and delete pods: in batches that double while all goes well, with an event for each.

import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { reasonOf } from '../../kube/status.ts';
import { messageOf } from '../../kube/thrown.ts';
import { Pods } from '../../schema/generated/resources.ts';
import type { V1Pod, V1PodTemplateSpec } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { isNamespaceGoing } from './errors.ts';
import { controllerReference } from './owners.ts';

/** Who makes pods, and in whose name. */
export interface PodControl {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly parent: KubeObject;
  readonly parentType: ResourceType;
}

/** A pod as a parent's template wants it. */
export function podFromTemplate(template: V1PodTemplateSpec, parent: KubeObject, parentType: ResourceType): V1Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const { name = '', namespace } = parent.metadata ?? {};
  return {
    metadata: {
      generateName: podNamePrefix(name),
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(parent, parentType)],
    },
    ...(template.spec === undefined ? {} : { spec: template.spec }),
  };
}

/** `web-`; without the dash where the name is too long to carry one. */
function podNamePrefix(parent: string): string {
  return parent.length + 1 <= 253 ? `${parent}-` : parent;
}

/** Creates a pod and says so. Answers undefined when the namespace is going, which is no failure. */
export function* createPod(control: PodControl, pod: V1Pod): Work<V1Pod | undefined> {
  const { client, events, parent } = control;
  const { causes } = client.caller.origin;
  try {
    const made = yield* client.create(Pods, pod);
    const message = `Created pod: ${made.metadata?.name ?? ''}`;
    events.note({ about: parent, type: 'Normal', reason: 'SuccessfulCreate', message, causes });
    return made;
  } catch (error) {
    if (isNamespaceGoing(error)) return undefined;
    events.note({
      about: parent,
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${messageOf(error)}`,
      causes,
    });
    throw error;
  }
}

/** Deletes a pod and says so. A pod that has gone already is no failure. */
export function* deletePod(control: PodControl, pod: V1Pod): Work<void> {
  const { client, events, parent } = control;
  const { causes } = client.caller.origin;
  const { name = '', namespace } = pod.metadata ?? {};
  try {
    yield* client.delete(Pods, { name, namespace });
    events.note({ about: parent, type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}`, causes });
  } catch (error) {
    if (reasonOf(error) === 'NotFound') return;
    const message = `Error deleting: ${messageOf(error)}`;
    events.note({ about: parent, type: 'Warning', reason: 'FailedDelete', message, causes });
    throw error;
  }
}

/** How an attempt to make several things ended. */
export interface Batch {
  readonly done: number;
  readonly error: unknown;
}

/** Does something `count` times in batches of 1, 2, 4, ...; after a batch with a failure it stops. */
export function* inBatches(count: number, act: (n: number) => Work<void>): Work<Batch> {
  let done = 0;
  let tried = 0;
  let error: unknown;
  for (let size = Math.min(1, count); size > 0 && error === undefined; size = Math.min(2 * size, count - tried)) {
    for (let i = 0; i < size; i++, tried++) {
      try {
        yield* act(tried);
        done++;
      } catch (problem) {
        error ??= problem;
      }
    }
  }
  return { done, error };
}
