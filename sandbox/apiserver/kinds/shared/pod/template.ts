// Templates for pods, as workloads hold them.

import { at, forbiddenField } from '../../../../kube/fielderrors.ts';
import { labelsErrors } from '../../../../kube/selectors/labelrules.ts';
import type { V1PodTemplateSpec } from '../../../../schema/generated/types.ts';
import { annotationErrors } from '../../../metadata.ts';
import type { Errors } from '../checks.ts';
import { appArmorAgreement, podAnnotations, seccompAgreement } from './annotations.ts';
import { podSpec } from './podspec.ts';

/** A template without a spec is one with an empty spec. */
const NO_SPEC = { containers: [] };

export function* podTemplate(field: string, { metadata = {}, spec = NO_SPEC }: V1PodTemplateSpec): Errors {
  yield* labelsErrors(at(field, 'labels'), metadata.labels);
  yield* annotationErrors(metadata.annotations, at(field, 'annotations'));
  yield* podAnnotations(at(field, 'annotations'), metadata.annotations, spec);
  yield* podSpec(at(field, 'spec'), spec, undefined);
  yield* seccompAgreement(at(field, 'spec'), metadata, spec);
  yield* appArmorAgreement(at(field, 'spec'), metadata, spec);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    yield forbiddenField(at(field, 'spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template');
  }
}
