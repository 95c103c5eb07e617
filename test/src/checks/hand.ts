// Checks and objects made by hand.

import type { JsonValue } from '../../../sandbox/kube/json.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { Check } from '../../../src/checks/check.ts';
import { checkShape } from '../../../src/checks/format.ts';
import { selects } from '../../../src/checks/selection.ts';
import type { Problem } from '../../../src/checks/shape.ts';
import type { Look } from '../../../src/checks/state.ts';

/** What is read, and what is wrong with it. */
export function readCheck(value: unknown): {
  readonly check: Check | undefined;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const check = checkShape.read(value, ['check'], (path, message) => problems.push({ path, message }));
  return { check, problems };
}

export function checkOf(value: unknown): Check {
  const { check, problems } = readCheck(value);
  if (check === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return check;
}

export function lookAt(objects: readonly KubeObject[], names: Readonly<Record<string, JsonValue>> = {}): Look {
  return {
    objects: (selection) => objects.filter((object) => selects(selection, object)),
    names: new Map(Object.entries(names)),
  };
}

/** A Pod with one container; `state` is the container's. */
export function pod(
  name: string,
  { namespace = 'default', uid = `uid-${name}`, ready = true, state = {}, labels = {} } = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid, labels },
    spec: { nodeName: 'worker-1', containers: [{ name: 'main', image: 'learn/hello:1.0' }] },
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }],
      containerStatuses: [{ name: 'main', ready, restartCount: 0, image: '', imageID: '', state }],
    },
  } as KubeObject;
}
