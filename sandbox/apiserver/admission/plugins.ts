// The plug-ins that are switched on, in the order of the real server.

import type { AdmissionPlugin } from './chain.ts';
import { defaultIngressClass, defaultStorageClass } from './defaultclasses.ts';
import { defaultTolerationSeconds } from './defaulttolerations.ts';
import { roleEscalation } from './escalation.ts';
import { limitRanger } from './limitranger.ts';
import { namespaceLifecycle } from './namespacelifecycle.ts';
import { nodeRestriction } from './noderestriction.ts';
import type { Pause } from './pause.ts';
import { podSecurity } from './podsecurity/podsecurity.ts';
import { mutatingAdmissionPolicy } from './policies/mutating.ts';
import type { PolicyDeps } from './policies/policies.ts';
import { validatingAdmissionPolicy } from './policies/validating.ts';
import { priority } from './priority.ts';
import { resourceQuota, type Write } from './resourcequota.ts';
import { runtimeClass } from './runtimeclass.ts';
import { serviceAccount } from './serviceaccount.ts';
import { storageObjectInUseProtection } from './storageprotection.ts';
import { taintNodesByCondition } from './taintnodes.ts';

export interface AdmissionDeps extends PolicyDeps {
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
    runtimeClass,
    defaultIngressClass,
    mutatingAdmissionPolicy(deps),
    validatingAdmissionPolicy(deps),
    resourceQuota(write),
  ];
}
