// Namespace: the place of namespaced objects. It goes when its content has gone, which the namespace controller sees to
// and says by taking away the finalizer in its spec.

import { at, invalid, shownAsJson } from '../../kube/fielderrors.ts';
import { dns1123Label, nameRule, qualifiedName } from '../../kube/names.ts';
import { Namespaces } from '../../schema/generated/resources.ts';
import type { V1Namespace } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { knownFinalizer, metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { keepSpec, keepStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const OWN_FINALIZER = 'kubernetes';
const NAMED = { namespaced: false, name: nameRule(dns1123Label) };

export const namespaces = defineKind<V1Namespace>({
  type: Namespaces,
  strategy: {
    defaults: labelled,
    prepareCreate: (namespace) => ({ ...namespace, spec: { finalizers: finalizersOf(namespace) }, status: ACTIVE }),
    prepareUpdate: (next, current) => keepStatus(keepSpec(next, current), current),
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* errors(next);
      yield* metaUpdateErrors(next, current);
    },
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      defaults: labelled,
      validateUpdate: statusErrors,
    }),
    finalize: {
      type: 'part',
      strategy: {
        defaults: labelled,
        prepareUpdate: keepStatus,
        validateUpdate: finalizeErrors,
        resetFields: ['status'],
      },
    },
  },
  answersDeleted: true,
  departure: {
    isHeld: ({ spec, metadata }) => metadata?.deletionTimestamp === undefined || (spec?.finalizers ?? []).length > 0,
    begin: (namespace) => ({ ...namespace, status: { ...namespace.status, phase: 'Terminating' } }),
  },
  selectableFields: {
    'status.phase': ({ status }) => status?.phase ?? '',
    name: ({ metadata }) => metadata?.name ?? '',
  },
  columns: [nameColumn(), text('Status', ({ status }) => status?.phase ?? ''), ageColumn()],
});

const ACTIVE = { phase: 'Active' };

function labelled(namespace: V1Namespace): V1Namespace {
  const { metadata = {}, status } = namespace;
  const filled = (status?.phase ?? '') === '' ? { ...namespace, status: { ...status, ...ACTIVE } } : namespace;
  if ((metadata.name ?? '') === '' || metadata.labels?.[NAME_LABEL] === metadata.name) return filled;
  return { ...filled, metadata: { ...metadata, labels: { ...metadata.labels, [NAME_LABEL]: metadata.name ?? '' } } };
}

function finalizersOf({ spec }: V1Namespace): readonly string[] {
  const given = spec?.finalizers ?? [];
  return given.includes(OWN_FINALIZER) ? given : [...given, OWN_FINALIZER];
}

function* errors(namespace: V1Namespace): Errors {
  yield* metaErrors(namespace, NAMED);
  for (const name of namespace.spec?.finalizers ?? []) yield* finalizerErrors('spec.finalizers', name);
}

function* finalizerErrors(field: string, name: string): Errors {
  yield* problemsOf(field, name, qualifiedName(name));
  yield* knownFinalizer(name, field);
}

function* statusErrors(next: V1Namespace, current: V1Namespace): Errors {
  yield* metaUpdateErrors(next, current);
  const { phase = '' } = next.status ?? {};
  const going = next.metadata?.deletionTimestamp !== undefined;
  if (phase === (going ? 'Terminating' : 'Active')) return;
  const detail = going
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  yield invalid('status.Phase', shownAsJson(phase), detail);
}

function* finalizeErrors(next: V1Namespace, current: V1Namespace): Errors {
  yield* metaUpdateErrors(next, current);
  for (const [i, name] of (next.spec?.finalizers ?? []).entries()) {
    yield* finalizerErrors(at('spec.finalizers', i), name);
  }
}
