// Scale: the number of replicas of any workload, apart from what the workload is.

import { isObject } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { dns1123Subdomain, nameRule } from '../../../kube/names.ts';
import type { ReplicasPaths } from '../../../kube/scalefields.ts';
import type { V1Scale } from '../../../schema/generated/types.ts';
import type { Column, Subresource } from '../../kind.ts';
import { metaErrors } from '../../metadata.ts';
import { type Errors, nonNegative } from './checks.ts';
import { ageColumn, integer, text } from './columns.ts';
import { raiseGeneration } from './metaparts.ts';

/** Where a workload keeps what its scale shows. */
export interface Scalable<T extends KubeObject> {
  replicas(object: T): number;
  withReplicas(object: T, replicas: number): T;
  current(object: T): number;
  /** The text of its selector of pods. */
  selector(object: T): string;
}

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export function scaleSubresource<T extends KubeObject>(of: Scalable<T>): Subresource<T> {
  return {
    type: 'view',
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    read: (object) => scaleOf(object, of),
    validate: scaleErrors,
    columns: COLUMNS,
    replicasPaths: REPLICAS_PATHS,
    write: (view, object) => raiseGeneration(of.withReplicas(object, replicasOf(view)), object),
  };
}

const REPLICAS_PATHS: ReplicasPaths = new Map([
  ['v1', 'spec.replicas'],
  ['apps/v1', 'spec.replicas'],
]);

const COLUMNS: readonly Column<KubeObject>[] = [
  text('Name', ({ metadata }) => metadata?.name ?? ''),
  {
    ...integer('Desired', ({ spec }) => replicasIn(spec)),
    description: 'replicas is the desired number of instances for the scaled object.',
  },
  {
    ...integer('Available', ({ status }) => replicasIn(status)),
    description: 'replicas is the actual number of observed instances of the scaled object.',
  },
  ageColumn(),
];

function replicasIn(part: unknown): number {
  return isObject(part) && typeof part['replicas'] === 'number' ? part['replicas'] : 0;
}

function scaleOf<T extends KubeObject>(object: T, of: Scalable<T>): V1Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata ?? {};
  const selector = of.selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: { replicas: of.replicas(object) },
    status: { replicas: of.current(object), ...(selector === '' ? {} : { selector }) },
  };
}

function replicasOf(view: V1Scale): number {
  return view.spec?.replicas ?? 0;
}

function* scaleErrors(view: V1Scale): Errors {
  yield* metaErrors(view, NAMED);
  yield* nonNegative('spec.replicas', view.spec?.replicas);
}
