// How many pods a workload has, of which sort: what its status may say.

import { at, invalid } from '../../../kube/fielderrors.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { metaUpdateErrors } from '../../metadata.ts';
import { type Errors, nonNegative } from './checks.ts';

interface Counts {
  readonly replicas?: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
  readonly terminatingReplicas?: number;
}

const NAMES = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
  'terminatingReplicas',
] as const;

type Counted = KubeObject & { readonly status?: Counts };

/** The next status of a ReplicaSet or a ReplicationController. */
export function* replicaStatusErrors(next: Counted, current: Counted): Errors {
  yield* metaUpdateErrors(next, current);
  yield* countErrors('status', next.status ?? {});
}

function* countErrors(field: string, status: Counts): Errors {
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  for (const name of NAMES) yield* nonNegative(at(field, name), status[name]);
  for (const name of ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const) {
    const count = status[name] ?? 0;
    if (count > replicas) yield invalid(at(field, name), count, 'cannot be greater than status.replicas');
  }
  if (availableReplicas > readyReplicas) {
    yield invalid(at(field, 'availableReplicas'), availableReplicas, 'cannot be greater than readyReplicas');
  }
}
