// The plug-ins that are switched on, in the order of the real server.

import type { Loop } from '../../time/loop.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates.ts';
import type { AdmissionPlugin } from './chain.ts';
import { persistentVolumeClaimResize } from './claimresize.ts';
import { defaultIngressClass, defaultStorageClass } from './defaultclasses.ts';
import { defaultTolerationSeconds } from './defaulttolerations.ts';
import { roleEscalation } from './escalation.ts';
import { limitRanger } from './limitranger.ts';
import { namespaceLifecycle } from './namespacelifecycle.ts';
import { nodeRestriction } from './noderestriction.ts';
import type { Pause } from './pause.ts';
import { podSecurity } from './podsecurity/podsecurity.ts';
import { podTopologyLabels } from './podtopologylabels.ts';
import { mutatingAdmissionPolicy } from './policies/mutating.ts';
import { validatingAdmissionPolicy } from './policies/validating.ts';
import { priority } from './priority.ts';
import { resourceQuota, type Write } from './resourcequota.ts';
import { runtimeClass } from './runtimeclass.ts';
import { serviceAccount } from './serviceaccount.ts';
import { storageObjectInUseProtection } from './storageprotection.ts';
import { taintNodesByCondition } from './taintnodes.ts';
import type { WebhookDeps } from './webhooks/hooks.ts';
import { mutatingWebhooks } from './webhooks/mutating.ts';
import { validatingWebhooks } from './webhooks/validating.ts';

export interface AdmissionDeps extends WebhookDeps {
  readonly loop: Loop;
  /** Acts as the server itself. */
  readonly write: Write;
  /** Lets the cluster's time pass. */
  readonly pause: Pause;
}

export function admissionPlugins(deps: AdmissionDeps): readonly AdmissionPlugin[] {
  const { write, pause } = deps;
  return [
    roleEscalation,
    namespaceLifecycle,
    limitRanger,
    serviceAccount(pause),
    nodeRestriction,
    taintNodesByCondition,
    podSecurity,
    priority,
    defaultTolerationSeconds,
    defaultStorageClass,
    storageObjectInUseProtection,
    persistentVolumeClaimResize,
    runtimeClass,
    certificateApproval,
    certificateSigning,
    certificateSubjectRestriction,
    defaultIngressClass,
    podTopologyLabels,
    mutatingAdmissionPolicy(deps),
    mutatingWebhooks(deps),
    validatingAdmissionPolicy(deps),
    validatingWebhooks(deps, deps.loop),
    resourceQuota(write),
  ];
}
