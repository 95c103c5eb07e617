// The plug-ins that are switched on, in the order of the real server.

import type { AdmissionPlugin } from './chain.ts';
import { defaultIngressClass, defaultStorageClass } from './defaultclasses.ts';
import { defaultTolerationSeconds } from './defaulttolerations.ts';
import { roleEscalation } from './escalation.ts';
import { limitRanger } from './limitranger.ts';
import { namespaceLifecycle } from './namespacelifecycle.ts';
import type { Pause } from './pause.ts';
import { podSecurity } from './podsecurity/podsecurity.ts';
import { priority } from './priority.ts';
import { resourceQuota, type Write } from './resourcequota.ts';
import { runtimeClass } from './runtimeclass.ts';
import { serviceAccount } from './serviceaccount.ts';
import { storageObjectInUseProtection } from './storageprotection.ts';
import { taintNodesByCondition } from './taintnodes.ts';

/** `write` acts as the server itself; `pause` lets the cluster's time pass. */
export function admissionPlugins(write: Write, pause: Pause): readonly AdmissionPlugin[] {
  return [
    roleEscalation,
    namespaceLifecycle,
    limitRanger,
    serviceAccount(pause),
    taintNodesByCondition,
    podSecurity,
    priority,
    defaultTolerationSeconds,
    defaultStorageClass,
    storageObjectInUseProtection,
    runtimeClass,
    defaultIngressClass,
    resourceQuota(write),
  ];
}
