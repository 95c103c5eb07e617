// RuntimeClass: which of a node's ways to run containers a pod gets.

import { at, duplicate, required } from '../../kube/fielderrors.ts';
import { dns1123Label, dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { labelsErrors } from '../../kube/selectors/labelrules.ts';
import { RuntimeClasses } from '../../schema/generated/resources.ts';
import type { V1RuntimeClass, V1Toleration } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors } from '../metadata.ts';
import { type Errors, immutable, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { shownInternally } from './shared/internal.ts';
import { tolerations } from './shared/pod/scheduling.ts';
import { containerResources } from './shared/resources.ts';

const NO_CLAIMS: ReadonlySet<string> = new Set();
const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };

export const runtimeClasses = defineKind<V1RuntimeClass>({
  type: RuntimeClasses,
  strategy: {
    unconditionalUpdate: false,
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* plainMetaUpdateErrors(next, current);
      yield* classErrors(next);
      yield* immutable('handler', next.handler, current.handler);
    },
  },
  columns: [nameColumn(), text('Handler', ({ handler }) => handler), ageColumn()],
});

function* errors(runtimeClass: V1RuntimeClass): Errors {
  yield* plainMetaErrors(runtimeClass, NAMED);
  yield* classErrors(runtimeClass);
}

function* classErrors(runtimeClass: V1RuntimeClass): Errors {
  const { handler = '', overhead, scheduling } = runtimeClass;
  if (handler === '') yield required('handler');
  else yield* problemsOf('handler', handler, dns1123Label(handler));
  // What a pod costs beside its containers is judged as if a container were limited to it.
  if (overhead !== undefined) yield* containerResources('overhead', { limits: overhead.podFixed ?? {} }, NO_CLAIMS);
  yield* labelsErrors('scheduling.nodeSelector', scheduling?.nodeSelector);
  yield* tolerations('scheduling.tolerations', scheduling?.tolerations ?? []);
  yield* repeated('scheduling.tolerations', scheduling?.tolerations ?? []);
}

function* repeated(field: string, list: readonly V1Toleration[]): Errors {
  const seen = new Set<string>();
  for (const [i, each] of list.entries()) {
    const { key = '', operator = '', value = '', effect = '' } = each;
    const id = JSON.stringify([key, operator, value, effect]);
    if (seen.has(id)) yield duplicate(at(field, i), shownInternally('core.Toleration', { ...each }));
    seen.add(id);
  }
}
