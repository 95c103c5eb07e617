// Pod: containers that run together on one node.

import { dns1123Label } from '../../kube/names.ts';
import { Pods } from '../../schema/generated/resources.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import { type DeletionGrace, defineKind, type KindContext } from '../kind.ts';
import { binding } from './pod/binding.ts';
import { podColumns, podRowConditions } from './pod/columns.ts';
import { prepareCreate } from './pod/create.ts';
import { ephemeralErrors, prepareEphemeral } from './pod/ephemeral.ts';
import { eviction } from './pod/eviction.ts';
import { prepareResize, resizeErrors } from './pod/resize.ts';
import { prepareStatus, statusErrors, statusWarnings } from './pod/status.ts';
import { podUpdateErrors } from './pod/update.ts';
import { NO_SPEC, podCreateErrors } from './pod/validate.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { defaulter } from './shared/defaults.ts';
import { keepStatus, raiseGeneration } from './shared/metaparts.ts';
import { withoutDisabled } from './shared/pod/disabled.ts';
import { podWarnings } from './shared/pod/warnings.ts';

const defaults = defaulter<V1Pod>('core.v1.Pod', CORE_DEFAULTS);

export const pods = defineKind<V1Pod>({
  type: Pods,
  strategy: {
    defaults,
    prepareCreate,
    prepareUpdate: (next, current) => {
      const kept = keepStatus(next, current);
      return raiseGeneration({ ...kept, spec: withoutDisabled(kept.spec ?? NO_SPEC) }, current);
    },
    validate: podCreateErrors,
    validateUpdate: podUpdateErrors,
    warnings,
    resetFields: ['status'],
  },
  subresources: {
    status: {
      type: 'part',
      strategy: {
        defaults,
        prepareUpdate: prepareStatus,
        validateUpdate: statusErrors,
        warnings: statusWarnings,
        resetFields: ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'],
      },
    },
    ephemeralcontainers: {
      type: 'part',
      strategy: {
        defaults,
        prepareUpdate: prepareEphemeral,
        validateUpdate: ephemeralErrors,
      },
    },
    resize: {
      type: 'part',
      strategy: {
        defaults,
        prepareUpdate: prepareResize,
        validateUpdate: resizeErrors,
      },
    },
    binding,
    eviction,
    log: { type: 'connect' },
    exec: { type: 'connect' },
    attach: { type: 'connect' },
    portforward: { type: 'connect' },
    proxy: { type: 'connect' },
  },
  columns: podColumns,
  rowConditions: podRowConditions,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec?.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    // A name without a value: nobody ever filled it in.
    'status.podIPs': () => '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
  deletionGrace,
  answersDeleted: true,
});

/** Only a creation is worth warnings: what could be warned of later can't be changed any more. */
function* warnings(pod: V1Pod, current: V1Pod | undefined, _context: KindContext): Iterable<string> {
  if (current !== undefined) return;
  const { metadata = {}, spec = NO_SPEC } = pod;
  const problems = dns1123Label(metadata.name ?? '');
  if (problems.length > 0) {
    const effect = "this is used in the Pod's hostname, which can result in surprising behavior";
    yield `metadata.name: ${effect}; a DNS label is recommended: [${problems.join(' ')}]`;
  }
  yield* podWarnings('', metadata, spec);
}

/** Pods that run nowhere, or no longer, need no time to end. */
function deletionGrace(...[pod, asked]: Parameters<DeletionGrace<V1Pod>>): ReturnType<DeletionGrace<V1Pod>> {
  const { nodeName = '', terminationGracePeriodSeconds = 0 } = pod.spec ?? NO_SPEC;
  const ended = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
  if (nodeName === '' || ended) return { graceSeconds: 0 };
  const seconds = asked ?? terminationGracePeriodSeconds;
  return { graceSeconds: seconds < 0 ? 1 : seconds };
}
