// What is checked of a pod whenever it is written, and what more when it is created.

import { at, forbiddenField } from '../../../kube/fielderrors.ts';
import { dns1123Subdomain, nameRule } from '../../../kube/names.ts';
import type { V1Pod, V1PodSpec } from '../../../schema/generated/types.ts';
import { metaErrors } from '../../metadata.ts';
import { type Errors, eachItem } from '../shared/checks.ts';
import { appArmorAgreement, podAnnotations, seccompAgreement } from '../shared/pod/annotations.ts';
import { trimmedImage } from '../shared/pod/containers.ts';
import { podSpec } from '../shared/pod/podspec.ts';

/** A pod without a spec is one with an empty spec. */
export const NO_SPEC: V1PodSpec = { containers: [] };

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export function* podErrors(pod: V1Pod): Errors {
  const { metadata = {}, spec = NO_SPEC } = pod;
  yield* metaErrors(pod, NAMED);
  yield* podAnnotations('metadata.annotations', metadata.annotations, spec);
  yield* podSpec('spec', spec, metadata);
  if ((spec.serviceAccountName ?? '') === '') yield* noTokens(spec);
  yield* eachItem(spec.containers, 'spec.containers', trimmedImage);
  yield* eachItem(spec.initContainers, 'spec.initContainers', trimmedImage);
}

/** Who is nobody has no token. */
function* noTokens({ volumes = [] }: V1PodSpec): Errors {
  for (const [i, { projected }] of volumes.entries()) {
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      if (serviceAccountToken === undefined) continue;
      const field = at('spec.volumes', i, 'projected', 'sources', j, 'serviceAccountToken');
      yield forbiddenField(field, 'must not be specified when serviceAccountName is not set');
    }
  }
}

export function* podCreateErrors(pod: V1Pod): Errors {
  const { metadata = {}, spec = NO_SPEC } = pod;
  yield* podErrors(pod);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    yield forbiddenField('spec.ephemeralContainers', 'cannot be set on create');
  }
  if ((spec.nodeName ?? '') !== '' && (spec.schedulingGates ?? []).length > 0) {
    yield forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
  }
  yield* seccompAgreement('spec', metadata, spec);
  yield* appArmorAgreement('spec', metadata, spec);
}
