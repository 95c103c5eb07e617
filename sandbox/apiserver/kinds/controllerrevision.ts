// ControllerRevision: what a StatefulSet or DaemonSet was.

import { required } from '../../kube/fielderrors.ts';
import { isObject, type JsonValue } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { ControllerRevisions } from '../../schema/generated/resources.ts';
import type { V1ControllerRevision } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, immutable, nonNegative } from './shared/checks.ts';
import { ageColumn, NONE, nameColumn, text } from './shared/columns.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export const controllerRevisions = defineKind<V1ControllerRevision>({
  type: ControllerRevisions,
  strategy: {
    validate: function* (revision) {
      yield* revisionErrors(revision);
      const data: JsonValue = revision.data ?? null;
      if (data === null) yield required('data', 'data is mandatory');
      else if (!isObject(data)) yield required('data', 'data must be a valid JSON object');
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* revisionErrors(next);
      yield* immutable('data', next.data, current.data);
    },
  },
  columns: [
    nameColumn(),
    text('Controller', controllerCell),
    text('Revision', ({ revision }) => revision ?? 0),
    ageColumn(),
  ],
});

function* revisionErrors(revision: V1ControllerRevision): Errors {
  yield* metaErrors(revision, NAMED);
  yield* nonNegative('revision', revision.revision);
}

/** The owner with its kind: `statefulset.apps/web`. */
function controllerCell({ metadata }: V1ControllerRevision): string {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return NONE;
  const { apiVersion, kind, name } = owner;
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind}${group}`.toLowerCase().concat('/', name);
}
