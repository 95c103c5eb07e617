// The user that the teacher looks at the cluster as.

import type { UserInfo } from '../../sandbox/kube/operation.ts';

export const CHECKER: UserInfo = { name: 'k8s-learn:checker', groups: ['system:masters', 'system:authenticated'] };
