// Containers that are added to a pod while it runs. They can't be changed or taken away again.

import { forbiddenField } from '../../../kube/fielderrors.ts';
import { own, sameJson } from '../../../kube/json.ts';
import type { V1Pod } from '../../../schema/generated/types.ts';
import { metaUpdateErrors } from '../../metadata.ts';
import type { Errors } from '../shared/checks.ts';
import { internalValue } from '../shared/internal.ts';
import { keepMeta, keepStatus, raiseGeneration } from '../shared/metaparts.ts';
import { MIRROR } from '../shared/pod/annotations.ts';
import { withoutDisabled } from '../shared/pod/disabled.ts';
import { unifiedDiff } from '../shared/unifieddiff.ts';
import { annotationUpdateErrors } from './update.ts';
import { NO_SPEC, podErrors } from './validate.ts';

export function prepareEphemeral(next: V1Pod, current: V1Pod): V1Pod {
  const { ephemeralContainers: _, ...before } = current.spec ?? NO_SPEC;
  const added = next.spec?.ephemeralContainers;
  const spec = withoutDisabled({ ...before, ...(added === undefined ? {} : { ephemeralContainers: added }) });
  return raiseGeneration(keepMeta(keepStatus({ ...next, spec }, current), current), current);
}

export function* ephemeralErrors(next: V1Pod, current: V1Pod): Errors {
  if (own(current.metadata?.annotations, MIRROR) !== undefined) {
    yield forbiddenField('', 'static pods do not support ephemeral containers');
    return;
  }
  yield* metaUpdateErrors(next, current);
  yield* podErrors(next);
  yield* annotationUpdateErrors(next, current);
  const now = new Map((next.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const old of current.spec?.ephemeralContainers ?? []) {
    const what = `existing ephemeral containers "${old.name}" may not be`;
    const container = now.get(old.name);
    if (container === undefined) yield forbiddenField('spec.ephemeralContainers', `${what} removed\n`);
    else if (!sameJson(container, old)) {
      const type = 'core.EphemeralContainer';
      const difference = unifiedDiff(internalValue(type, old), internalValue(type, container));
      yield forbiddenField('spec.ephemeralContainers', `${what} changed\n${difference}`);
    }
  }
}
