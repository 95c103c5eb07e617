// The names of the teacher: the user that looks at the cluster, and what the lesson does among causes.

import type { UserInfo } from '../../sandbox/kube/operation.ts';

export const CHECKER: UserInfo = { name: 'k8s-learn:checker', groups: ['system:masters', 'system:authenticated'] };

/** What causes are called that the lesson set, not the learner. */
export const LESSON = 'the lesson';
