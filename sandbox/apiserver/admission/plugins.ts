// The plug-ins that are switched on, in the order of the real server.

import type { AdmissionPlugin } from './chain.ts';
import { defaultIngressClass, defaultStorageClass } from './defaultclasses.ts';
import { defaultTolerationSeconds } from './defaulttolerations.ts';
import { roleEscalation } from './escalation.ts';
import { namespaceLifecycle } from './namespacelifecycle.ts';
import { priority } from './priority.ts';
import { serviceAccount } from './serviceaccount.ts';
import { storageObjectInUseProtection } from './storageprotection.ts';
import { taintNodesByCondition } from './taintnodes.ts';

export const ADMISSION_PLUGINS: readonly AdmissionPlugin[] = [
  roleEscalation,
  namespaceLifecycle,
  serviceAccount,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  defaultIngressClass,
];
