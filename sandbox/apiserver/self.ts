// The server's own name, for what it does by itself.

import type { Caller } from '../kube/operation.ts';
import { RELEASE } from '../kube/release.ts';

export const SERVER: Caller = {
  user: { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  origin: { actor: 'kube-apiserver', causes: [] },
  userAgent: `kube-apiserver/${RELEASE}`,
};
