// The scale of custom resources: replicas and selector stand where their definition says.

import type { KubeObject } from '../../kube/meta.ts';
import type { ReplicasPaths } from '../../kube/scalefields.ts';
import { badRequest, failure, internalError } from '../../kube/status.ts';
import type { V1CustomResourceDefinition, V1CustomResourceDefinitionVersion } from '../../schema/generated/types.ts';
import type { Subresource } from '../kind.ts';
import { raiseGeneration } from '../kinds/shared/metaparts.ts';
import { SCALE_COLUMNS } from './columns.ts';
import { type Found, numberAtPath, textAtPath, valueAtPath, withValueAtPath } from './paths.ts';

type Scale = NonNullable<NonNullable<V1CustomResourceDefinitionVersion['subresources']>['scale']>;

/** Versions without a scale are there, with no path. */
export function replicasPathsOf({ spec: { group, versions } }: V1CustomResourceDefinition): ReplicasPaths {
  return new Map(
    versions.map(({ name, subresources }) => {
      const path = subresources?.scale?.specReplicasPath ?? '';
      return [`${group}/${name}`, path.replace(/^\./, '')] as const;
    }),
  );
}

export function scaleView(
  { specReplicasPath, statusReplicasPath, labelSelectorPath }: Scale,
  replicasPaths: ReplicasPaths,
): Subresource<KubeObject> {
  return {
    type: 'view',
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    columns: SCALE_COLUMNS,
    replicasPaths,
    checkShown(view) {
      if (valueAtPath(view, '.spec.replicas') !== UNSET) return;
      throw internalError(`the spec replicas field "${specReplicasPath}" does not exist`);
    },
    read: (object) => {
      const { name = '', namespace, uid = '', resourceVersion = '', creationTimestamp } = object.metadata ?? {};
      const selector = labelSelectorPath === undefined ? '' : found(textAtPath(object, labelSelectorPath), '');
      return {
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: {
          name,
          ...(namespace === undefined ? {} : { namespace }),
          uid,
          resourceVersion,
          ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
        },
        spec: replicas(found(numberAtPath(object, specReplicasPath), UNSET)),
        status: {
          replicas: found(numberAtPath(object, statusReplicasPath), 0),
          ...(selector === '' ? {} : { selector }),
        },
      };
    },
    write: (view, object) => {
      const wanted = valueAtPath(view, '.spec.replicas') ?? 0;
      if (wanted === UNSET) throw badRequest(`the spec replicas field "${specReplicasPath}" cannot be empty`);
      return raiseGeneration(withValueAtPath(object, specReplicasPath, wanted), object);
    },
  };
}

/** The replicas of an object that says nothing of them, until somebody does. */
const UNSET = -(2 ** 31);

/** What stands at a path, or what is meant where nothing does. Throws a 500 of no reason for what can't stand there. */
function found<T>(at: Found<T> | undefined, fallback: T): T {
  if (at === undefined) return fallback;
  if ('problem' in at) throw failure(500, '', at.problem);
  return at.value;
}

function replicas(value: number): { readonly replicas?: number } {
  return value === 0 ? {} : { replicas: value };
}
